"""`project.tags`: the vocabulary, what people say, and how it enters the error analysis."""

import pytest

from tagline.exceptions import InputError
from tagline.project import Project

ROWS = {
    "example_id": ["1", "2", "3", "4", "5", "6"],
    "n_words": [3, 9, 4, 12, 2, 8],
    "y": ["on", "on", "off", "off", "on", "off"],
    "said": ["on", "off", "off", "on", "off", "off"],
}


@pytest.fixture
def project(tmp_path):
    with Project.init(tmp_path / "speech") as made:
        made.add_predictions(ROWS, run="first", label="y", prediction="said")
        yield made


def rates(result):
    return {row.tag: (row.support, row.error_rate) for row in result.rows}


def test_the_vocabulary_is_rules_columns_slices_and_people(project):
    project.tags.accept("short", "n_words < 5", description="few words")
    project.tags.add("child", description="a child speaks", by="ann")
    short, child = list(project.tags)
    assert (short.source, short.rule, short.description) == ("slice", "n_words < 5", "few words")
    assert (child.source, child.rule) == ("people", None)
    with Project.open(project.path) as again:
        assert list(again.tags) == [short, child]
    assert "# [tags.short]" in (project.path / "tagline.toml").read_text()  # comments stay


def test_weights_are_kept_where_the_tag_stands(project):
    project.tags.accept("short", "n_words < 5")
    project.tags.add("child", by="ann")
    project.tags.change("short", importance=2.0, ease_reason="text is cheap")
    project.tags.change("child", ease=1.5, by="ann")
    assert project.tags["short"].importance == 2.0
    assert "importance = 2.0" in (project.path / "tagline.toml").read_text()
    assert project.tags["child"].ease == 1.5
    assert [action.kind for action in project.tags.history()] == ["change", "new"]


def test_check_counts_yes_no_unknown_and_what_stands_together(project):
    project.tags.accept("short", "n_words < 5")
    project.tags.accept("tiny", "n_words < 4")
    project.tags.add("child", by="ann")
    project.tags.decide("1", {"child": True}, by="ann")
    project.tags.decide("2", {"child": False}, by="ann")
    rows = {row.tag: row for row in project.tags.check().rows}
    assert (rows["short"].yes, rows["short"].no, rows["short"].unknown) == (3, 3, 0)
    assert (rows["child"].yes, rows["child"].no, rows["child"].unknown) == (1, 1, 4)
    assert (rows["tiny"].overlap, rows["tiny"].overlap_share) == ("short", 1.0)
    assert (rows["short"].overlap, rows["short"].overlap_share) == ("tiny", pytest.approx(2 / 3))


def test_a_rule_at_fault_is_named_and_the_others_are_counted(project):
    (project.path / "tagline.toml").write_text(
        '[project]\nname = "speech"\n[tags.short]\nrule = "n_wrods < 5"\n'
        '[tags.long]\nrule = "n_words > 8"\n[tags.gone]\n'
    )
    with Project.open(project.path) as again:
        found = again.tags.check()
    assert [row.tag for row in found.faults] == ["short", "gone"]
    assert "n_words" in found.rows[0].fault
    assert found.rows[1].yes == 2
    assert "at fault: short, gone" in found.headline


def test_a_tag_that_everybody_was_asked_for_is_analysed(project):
    project.tags.add("child", importance=2.0, by="ann")
    for example, value in zip("123456", [True, True, False, False, True, False], strict=True):
        project.tags.decide(example, {"child": value}, by="ann")
    result = project.analyze_errors()
    assert rates(result)["child"] == (3, pytest.approx(2 / 3))
    assert next(row.importance for row in result.rows if row.tag == "child") == 2.0


def test_a_tag_known_for_a_part_is_no_rate(project):
    project.tags.add("child", by="ann")
    project.tags.decide("2", {"child": True}, by="ann")
    assert "child" not in rates(project.analyze_errors())
    assert "decided for a part" in project.tagged().hint


def test_where_people_disagree_the_example_is_unknown(project):
    project.tags.add("child", by="ann")
    for example in "123456":
        project.tags.decide(example, {"child": example < "3"}, by="ann")
    project.tags.decide("1", {"child": False}, by="bob")
    row = project.tags.check().rows[0]
    assert (row.yes, row.no, row.unknown) == (1, 4, 1)


def test_a_label_called_wrong_leaves_until_it_is_dismissed(project):
    assert project.analyze_errors().n_examples == 6
    project.tags.label_is_wrong("2", "off", by="ann")
    result = project.analyze_errors()
    assert (result.n_examples, sum(result.left_out.values())) == (5, 1)
    project.tags.store.review("2", "dismissed", by="bob")
    assert project.analyze_errors().n_examples == 6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda tags: tags["shrot"], "Did you mean 'short'"),
        (lambda tags: tags.add("short", by="ann"), "a tag 'short' already"),
        (lambda tags: tags.accept("short", "n_words < 3"), "a tag 'short' already"),
        (lambda tags: tags.accept("x", "n_wrods < 3"), "n_words"),
        (lambda tags: tags.accept("x", "n_words < (select 1)"), "rule of the tag 'x'"),
        (lambda tags: tags.change("short", name="brief"), "rename it there"),
        (lambda tags: tags.change("short", importance=-1.0), "importance"),
        (lambda tags: tags.decide("7", {"child": True}, by="ann"), "no example '7'"),
        (lambda tags: tags.merge(["a", "b"], "short", by="ann"), "is a slice already"),
        (lambda tags: tags.split("a", ["short", "b"], by="ann"), "is a slice already"),
        (lambda tags: tags.note("7", "hm", by="ann"), "no example '7'"),
        (lambda tags: tags.label_is_wrong("7", by="ann"), "no example '7'"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(project, call, words):
    project.tags.accept("short", "n_words < 5")
    before = (project.path / "tagline.toml").read_text()
    with pytest.raises(InputError, match=words):
        call(project.tags)
    assert (project.path / "tagline.toml").read_text() == before
    assert project.tags.store.version == 0


def test_decisions_are_a_frame(project):
    project.tags.add("child", by="ann")
    project.tags.decide("1", {"child": True}, by="ann", blind=True)
    frame = project.tags.to_pandas()
    assert frame.drop(columns="action").to_dict("records") == [
        {"example_id": "1", "tag": "child", "person": "ann", "value": True, "blind": True}
    ]
    assert project.tags.to_polars().shape == (1, 6)


def test_a_late_tag_asks_for_the_earlier_examples_the_likeliest_first(project):
    project.tags.add("noisy", by="ann")
    for example in "1234":
        project.tags.decide(example, {"noisy": example in "24"}, by="ann")
    project.tags.note("3", "a child speaks", by="ann")
    project.tags.add("child", by="ann")
    assert {example for example, _ in project.tags.queue("child")} == set("1234")
    project.tags.note("1", "child again", by="ann")
    project.tags.decide("1", {"child": True}, by="ann")
    project.tags.decide("2", {"child": False}, by="ann")
    queue = project.tags.queue("child")
    assert [example for example, _ in queue] == ["3", "4"]
    assert queue[0][1] > queue[1][1]
    assert project.tags.check().rows[1].unknown == 4  # unknown is not without the tag
    with pytest.raises(InputError, match="Did you mean 'child'"):
        project.tags.queue("chidl")


def test_what_was_split_waits_to_be_looked_at_again(project):
    project.tags.add("noise", by="ann")
    project.tags.decide("1", {"noise": True}, by="ann")
    project.tags.decide("2", {"noise": False}, by="ann")
    project.tags.split("noise", ["car noise", "people noise"], by="ann")
    assert [example for example, _ in project.tags.queue("car noise")] == ["1"]


def test_levels_of_a_column_are_counted_by_their_name(project):
    (project.path / "tagline.toml").write_text('[project]\nname = "speech"\n[tags."y=on"]\n')
    with Project.open(project.path) as again:
        row = again.tags.check().rows[0]
    assert (row.tag, row.yes, row.no) == ("y=on", 3, 3)


def test_an_analysis_of_all_examples_outlives_single_decisions(project):
    tags = project.tags
    tags.add("child", by="ann")
    before = tags.store.settled(6)
    tags.decide("1", {"child": True}, by="ann")
    tags.note("1", "hm", by="ann")
    assert tags.store.settled(6) == before
    for example in "23456":
        tags.decide(example, {"child": False}, by="ann")
    assert tags.store.settled(6) == (before[0], ("child",))
    tags.label_is_wrong("1", by="ann")
    assert tags.store.settled(6)[0] > before[0]
