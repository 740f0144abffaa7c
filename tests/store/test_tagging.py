"""People's tags in the metadata: yes, no or not looked at; undo, samples; both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import ConflictError, InputError
from tagline.store import ItemRecord, Metadata, SampleRecord, Tagging


@pytest.fixture
def tagging(address):
    with Metadata(address, "speech") as store:
        yield Tagging(store)


def standing(tagging):
    """The decisions that stand: {(example, tag, person): value}."""
    rows = tagging.decisions().to_pylist()
    return {(row["example_id"], row["tag"], row["person"]): row["value"] for row in rows}


def test_a_decision_is_yes_no_or_not_looked_at(tagging):
    tagging.add("dim", by="ann")
    tagging.decide([("1", "dim", True), ("2", "dim", False)], by="ann")
    tagging.decide([("1", "dim", False)], by="bob", blind=True)
    assert standing(tagging) == {
        ("1", "dim", "ann"): True,
        ("2", "dim", "ann"): False,
        ("1", "dim", "bob"): False,
    }
    assert tagging.decisions()["blind"].to_pylist() == [False, False, True]
    tagging.decide([("1", "dim", None)], by="ann")
    assert ("1", "dim", "ann") not in standing(tagging)
    assert tagging.decisions_of(["1", "3"]) == {"1": [("dim", "bob", False)], "3": []}


def test_what_stands_already_changes_nothing(tagging):
    tagging.add("dim", by="ann")
    first = tagging.decide([("1", "dim", True)], by="ann")
    version = tagging.version
    assert tagging.decide([("1", "dim", True), ("2", "dim", None)], by="ann") is None
    assert tagging.version == version == first


def test_undo_goes_back_step_by_step(tagging):
    tagging.add("dim", by="ann")
    tagging.decide([("1", "dim", True)], by="ann")
    tagging.decide([("1", "dim", False), ("2", "dim", True)], by="ann")
    assert tagging.undo(by="ann").kind == "decide"
    assert standing(tagging) == {("1", "dim", "ann"): True}
    tagging.undo(by="ann")
    assert standing(tagging) == {}
    tagging.undo(by="ann")
    assert tagging.tags == []
    with pytest.raises(InputError, match="There is nothing to undo"):
        tagging.undo(by="ann")


def test_undo_is_each_ones_own_and_refuses_what_was_changed_since(tagging):
    tagging.add("dim", by="ann")
    tagging.add("loud", by="ann")
    first = tagging.decide([("1", "dim", True)], by="ann")
    tagging.decide([("1", "dim", True)], by="bob")
    tagging.undo(by="bob")
    assert standing(tagging) == {("1", "dim", "ann"): True}
    tagging.decide([("1", "dim", False)], by="ann")
    with pytest.raises(ConflictError, match="changed later"):
        tagging.undo(by="ann", action=first)


choices = st.tuples(
    st.sampled_from("12"), st.sampled_from(["dim", "loud"]), st.sampled_from([True, False, None])
)


@given(steps=st.lists(st.lists(choices, min_size=1, unique_by=lambda c: c[:2]), max_size=5))
def test_undoing_everything_leads_back_through_every_state(steps, tmp_path_factory):
    with Metadata(tmp_path_factory.mktemp("undo") / "metadata.db", "p") as store:
        tagging = Tagging(store)
        tagging.add("dim", by="ann")
        tagging.add("loud", by="ann")
        states = [standing(tagging)]
        for step in steps:
            if tagging.decide(step, by="ann") is not None:
                states.append(standing(tagging))
        for state in reversed(states[:-1]):
            tagging.undo(by="ann")
            assert standing(tagging) == state


def test_renaming_keeps_the_decisions_and_can_be_undone(tagging):
    tagging.add("nois", by="ann", importance=2.0)
    tagging.decide([("1", "nois", True)], by="ann")
    tagging.change("nois", by="bob", name="noise", colour="#0067a5")
    assert standing(tagging) == {("1", "noise", "ann"): True}
    assert (tagging.tags[0].name, tagging.tags[0].importance) == ("noise", 2.0)
    tagging.undo(by="bob")
    assert [tag.name for tag in tagging.tags] == ["nois"]
    assert [action.kind for action in tagging.history()] == ["undo", "rename", "decide", "new"]


def test_merging_is_yes_where_any_is_and_no_where_all_are(tagging):
    for tag in ("car", "bus"):
        tagging.add(tag, by="ann")
    tagging.decide([("1", "car", True), ("1", "bus", False)], by="ann")
    tagging.decide([("2", "car", False), ("2", "bus", False)], by="ann")
    tagging.decide([("3", "car", False)], by="ann")
    before = standing(tagging)
    tagging.merge(["car", "bus"], "car", by="ann")
    assert standing(tagging) == {("1", "car", "ann"): True, ("2", "car", "ann"): False}
    tagging.undo(by="ann")
    assert standing(tagging) == before


def test_splitting_keeps_the_noes_and_leaves_the_rest_to_look_at(tagging):
    tagging.add("noise", by="ann", ease=1.5)
    tagging.decide([("1", "noise", True), ("2", "noise", False)], by="ann")
    tagging.split("noise", ["car noise", "people noise"], by="ann")
    assert standing(tagging) == {
        ("2", "car noise", "ann"): False,
        ("2", "people noise", "ann"): False,
    }
    assert [tag.ease for tag in tagging.tags] == [1.5, 1.5]
    tagging.undo(by="ann")
    assert standing(tagging) == {("1", "noise", "ann"): True, ("2", "noise", "ann"): False}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: t.add("dim", by="ann"), "a tag 'dim' already"),
        (lambda t: t.add("(all)", by="ann"), "cannot be called"),
        (lambda t: t.add("x" * 201, by="ann"), "1 to 200"),
        (lambda t: t.change("dimm", by="ann", ease=2.0), "Did you mean 'dim'"),
        (lambda t: t.change("dim", by="ann", ease=0), "above 0"),
        (lambda t: t.change("dim", by="ann", colour="red"), "#0067a5"),
        (lambda t: t.change("dim", by="ann", name="loud"), "merge the two"),
        (lambda t: t.merge(["dim", "dim"], "x", by="ann"), "two different"),
        (lambda t: t.split("dim", ["x"], by="ann"), "two different"),
        (lambda t: t.decide([("1", "dim", True), ("1", "dim", False)], by="ann"), "two different"),
        (lambda t: t.decide([("1", "dimm", True)], by="ann"), "Did you mean 'dim'"),
        (lambda t: t.note("1", "  ", by="ann"), "1 to 10,000"),
        (lambda t: t.group_notes([7], "dim", by="ann"), "no note 7"),
        (lambda t: t.review("1", "confirmed", by="ann"), "Nobody called"),
        (lambda t: t.take("first", by="ann"), "no sample 'first'"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(tagging, call, words):
    tagging.add("dim", by="ann")
    tagging.add("loud", by="ann")
    version = tagging.version
    with pytest.raises(InputError, match=words):
        call(tagging)
    assert tagging.version == version


def test_notes_are_grouped_under_a_tag(tagging):
    tagging.add("engine", by="ann")
    first = tagging.note("1", "engine in the back", by="ann")
    second = tagging.note("2", " engine again ", by="bob")
    assert tagging.group_notes([first, second], "engine", by="ann") == 2
    assert [(n.text, n.tag) for n in tagging.notes()] == [
        ("engine in the back", "engine"),
        ("engine again", "engine"),
    ]
    assert standing(tagging) == {("1", "engine", "ann"): True, ("2", "engine", "ann"): True}
    tagging.undo(by="ann")
    assert standing(tagging) == {}
    assert [note.tag for note in tagging.notes()] == [None, None]
    tagging.withdraw_note(second, by="bob")
    assert [note.text for note in tagging.notes(["1", "2"])] == ["engine in the back"]


def test_a_verdict_on_the_label_is_no_tag_and_is_reviewed(tagging):
    tagging.verdict("1", by="ann", right_label="off")
    tagging.verdict("2", by="ann")
    tagging.review("1", "confirmed", by="bob")
    assert [(v.example_id, v.right_label, v.state, v.reviewer) for v in tagging.verdicts()] == [
        ("1", "off", "confirmed", "bob"),
        ("2", None, "open", None),
    ]
    tagging.undo(by="bob")
    tagging.verdict("2", by="ann", wrong=False)
    assert [(v.example_id, v.state) for v in tagging.verdicts()] == [("1", "open")]
    tagging.undo(by="ann")
    assert [v.example_id for v in tagging.verdicts()] == ["1", "2"]
    assert standing(tagging) == {}


def items(count, turns=1):
    return [
        ItemRecord(str(i), "wrong" if i % 2 else "right", 0.5, position=i, turn=turn)
        for i in range(count)
        for turn in range(1, turns + 1)
    ]


def test_two_people_do_not_draw_the_same_example(tagging):
    tagging.add_sample(SampleRecord("first", None, "ann"), items(5), by="ann")
    assert [i.example_id for i in tagging.take("first", by="ann", count=2)] == ["0", "1"]
    assert [i.example_id for i in tagging.take("first", by="bob", count=2)] == ["2", "3"]
    tagging.finish("first", "0", by="ann")
    tagging.finish("first", "1", by="ann", later=True)
    assert [i.example_id for i in tagging.take("first", by="ann")] == ["4"]
    tagging.finish("first", "4", by="ann")
    assert [i.example_id for i in tagging.take("first", by="ann")] == ["1"]  # what was put off
    sample = tagging.samples[0]
    assert (sample.items, sample.done, sample.person) == (5, 2, "ann")
    with pytest.raises(ConflictError, match="not in your hands"):
        tagging.finish("first", "3", by="ann")


def test_the_second_look_is_somebody_elses(tagging):
    tagging.add_sample(SampleRecord("twice", None, "ann"), items(2, turns=2), by="ann")
    drawn = []
    while taken := tagging.take("twice", by="ann"):
        drawn += [(item.example_id, item.turn) for item in taken]
        tagging.finish("twice", taken[0].example_id, by="ann")
    assert drawn == [("0", 1), ("1", 1)]
    assert [(i.example_id, i.turn) for i in tagging.take("twice", by="bob", count=9)] == [
        ("0", 2),
        ("1", 2),
    ]


def test_four_people_at_once_lose_nothing(address):
    with Metadata(address, "speech") as store:
        tagging = Tagging(store)
        tagging.add("dim", by="p0")
        tagging.add_sample(SampleRecord("all", None, "p0"), items(40), by="p0")

        def tag(person):
            done = []
            while taken := tagging.take("all", by=person):
                example = taken[0].example_id
                tagging.decide([(example, "dim", True)], by=person)
                tagging.finish("all", example, by=person)
                done.append(example)
            return done

        with ThreadPoolExecutor(4) as pool:
            drawn = [each for done in pool.map(tag, ["p0", "p1", "p2", "p3"]) for each in done]
        assert sorted(drawn, key=int) == [str(i) for i in range(40)]
        assert len(standing(tagging)) == 40


def test_several_at_once_are_different_examples_and_each_is_finished(tagging):
    tagging.add_sample(SampleRecord("twice", None, "ann"), items(6, turns=2), by="ann")
    seen = []
    for person in ("ann", "bob"):
        while taken := tagging.take("twice", by=person, count=4):
            assert len({each.example_id for each in taken}) == len(taken)
            for each in taken:
                tagging.finish("twice", each.example_id, by=person)
                seen.append((each.example_id, each.turn, person))
    assert len(seen) == 12
    assert len({(example, person) for example, _, person in seen}) == 12
    assert tagging.samples[0].done == 12


UNDONE_TOO_LATE = {
    "has decisions since": [
        lambda t: t.add("dim", by="ann"),
        lambda t: t.decide([("1", "dim", True)], by="bob"),
    ],
    "changed again since": [
        lambda t: t.add("dim", by="bob"),
        lambda t: t.change("dim", by="ann", ease=2.0),
        lambda t: t.change("dim", by="bob", ease=3.0),
    ],
    "another tag 'dim' by now": [
        lambda t: t.add("dim", by="bob"),
        lambda t: t.retire("dim", by="ann"),
        lambda t: t.add("dim", by="bob"),
    ],
    "another tag 'loud' by now": [
        lambda t: t.add("loud", by="bob"),
        lambda t: t.change("loud", by="ann", name="dark"),
        lambda t: t.add("loud", by="bob"),
    ],
    "reviewed or changed since": [
        lambda t: t.verdict("1", by="ann"),
        lambda t: t.review("1", "confirmed", by="bob"),
    ],
    "put under a tag since": [
        lambda t: t.add("dim", by="bob"),
        lambda t: t.note("1", "dark", by="ann"),
        lambda t: t.group_notes([t.notes()[0].id], "dim", by="bob"),
    ],
}


@pytest.mark.parametrize("words", UNDONE_TOO_LATE)
def test_an_undo_loses_nobodys_work(tagging, words):
    for step in UNDONE_TOO_LATE[words]:
        step(tagging)
    version = tagging.version
    with pytest.raises(ConflictError, match=words):
        tagging.undo(by="ann")
    assert tagging.version == version
