"""Tagging over HTTP: take, answer, undo, back-fill; twice is once, and nobody's work is lost."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tagline.store import ItemRecord, SampleRecord
from tagline.web.keys import KEYS

SAMPLE = {"sample": "first look"}


@pytest.fixture
def tags(project):
    """Three tags of people and a sample of twelve examples; what the store knows of them."""
    store = project.tags.store
    for name in ("dim", "odd", "far"):
        store.add(name, by="ann")
    items = [ItemRecord(f"e{number}", position=number) for number in range(12)]
    store.add_sample(SampleRecord("first look", "first", "ann"), items, by="ann")
    return store


@pytest.fixture
def call(open_server):
    """What sends JSON to the API as a page of ours would."""

    def call(path, body, *, to=None, status=200):
        sender = to or open_server
        answer = sender.post(
            f"/api/v1/tagging/{path}",
            json={**SAMPLE, **body},
            headers={"X-CSRF-Token": sender.csrf("/tagging")},
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    return call


def decided(store, example):
    return {tag: value for tag, _, value in store.decisions_of([example])[example]}


def test_an_answer_says_yes_and_no_to_all_that_was_shown(tags, call):
    taken = call("take", {"count": 3})
    assert taken == {"examples": ["e0", "e1", "e2"], "done": 0, "items": 12}
    given = {"example_id": "e0", "key": "k", "tags": {"dim": True, "odd": False}}
    assert call("answers", given)["done"] == 1
    assert decided(tags, "e0") == {"dim": True, "odd": False}  # far was not on the screen
    assert call("take", {"count": 3})["examples"] == ["e1", "e2", "e3"]


def test_the_same_answer_twice_is_once(tags, call):
    call("take", {})
    given = {"example_id": "e0", "key": "k", "tags": {"dim": True}, "note": "grey", "wrong": True}
    assert call("answers", given) == call("answers", given)
    assert [note.text for note in tags.notes(["e0"])] == ["grey"]
    assert len(tags.verdicts(["e0"])) == 1
    assert len([a for a in tags.history() if a.kind == "decide"]) == 1


def test_undo_takes_all_of_it_back_and_gives_the_example_again(tags, call):
    call("take", {"count": 2})
    given = {"example_id": "e0", "key": "k", "tags": {"dim": True}, "note": "grey", "wrong": True}
    call("answers", given)
    for _ in range(2):
        assert call("undo", given)["done"] == 0
    assert decided(tags, "e0") == {}
    assert tags.notes(["e0"]) == tags.verdicts(["e0"]) == []
    assert call("take", {})["examples"] == ["e0"]


def test_undo_of_another_answer_is_no_undo_of_this_one(tags, call):
    call("take", {})
    call("answers", {"example_id": "e0", "key": "one", "tags": {"dim": True}})
    call("undo", {"example_id": "e0", "key": "two"})
    assert decided(tags, "e0") == {"dim": True}


def test_a_new_tag_comes_with_the_answer_that_gives_it(tags, call):
    call("take", {})
    given = {"example_id": "e0", "key": "k", "tags": {"child": True}, "make": ["child"]}
    assert "child" in call("answers", given)["tags"]
    call("answers", given)
    assert decided(tags, "e0") == {"child": True}


def test_what_is_put_off_comes_at_the_end(tags, call):
    call("take", {})
    call("answers", {"example_id": "e0", "key": "k", "later": True, "tags": {"dim": True}})
    assert decided(tags, "e0") == {}
    for number in range(1, 12):
        call("take", {})
        call("answers", {"example_id": f"e{number}", "key": f"k{number}", "tags": {"dim": False}})
    assert call("take", {})["examples"] == ["e0"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"example_id": "nobody", "key": "k", "tags": {"dim": True}}, "no example"),
        ({"sample": "second look", "example_id": "e0", "key": "k"}, "no sample"),
        ({"tag": "dim", "example_id": "e0", "key": "k"}, "one of them"),
        ({"example_id": "e0", "key": "k", "tags": {"dim": "perhaps"}}, "bool"),
        ({"example_id": "e0", "key": "k", "make": [" "]}, "tag"),
        ({"example_id": "e0"}, "key"),
    ],
)
def test_what_cannot_be_is_refused(tags, call, body, said):
    call("take", {})
    assert said in call("answers", body, status=422)["error"]
    assert tags.decisions().num_rows == 0


def test_an_answer_to_a_tag_that_is_gone_keeps_the_rest_and_says_so(tags, call):
    call("take", {})
    tags.retire("odd", by="bob")
    given = {"example_id": "e0", "key": "k", "tags": {"dim": True, "odd": True}}
    assert "odd" in call("answers", given)["message"]
    assert decided(tags, "e0") == {"dim": True}


def test_people_at_once_get_different_examples_and_lose_nothing(tags, browser, call):
    people = [browser(role) for role in ("annotator", "editor", "admin")]

    def work(person):
        done = []
        while examples := call("take", {}, to=person)["examples"]:
            given = {"example_id": examples[0], "key": examples[0], "tags": {"dim": True}}
            call("answers", given, to=person)
            done += examples
        return done

    with ThreadPoolExecutor(3) as pool:
        found = [each for done in pool.map(work, people) for each in done]
    assert sorted(found) == sorted(f"e{number}" for number in range(12))
    assert tags.decisions().num_rows == 12


def test_somebody_who_lost_the_example_keeps_what_was_said(tags, browser, call):
    call("take", {}, to=browser("editor"))
    given = {"example_id": "e0", "key": "k", "tags": {"dim": True}}
    assert "somebody else" in call("answers", given, to=browser("annotator"))["message"].lower()
    assert decided(tags, "e0") == {"dim": True}


def test_a_late_tag_is_asked_of_those_that_were_looked_at_before(tags, call, open_server):
    for number in range(5):
        call("take", {})
        given = {"example_id": f"e{number}", "key": f"k{number}", "tags": {"dim": number % 2 == 0}}
        call("answers", given)
    tags.add("child", by="ann")
    assert "child" in open_server.get("/tagging").text
    assert "Is it “child”?" in open_server.get("/tagging?tag=child").text
    late = {"sample": None, "tag": "child"}
    taken = call("take", {**late, "count": 10})
    assert sorted(taken["examples"]) == [f"e{number}" for number in range(5)]
    assert (taken["done"], taken["items"]) == (0, 5)
    answer = {**late, "example_id": "e3", "key": "c", "tags": {"child": True}}
    assert call("answers", answer)["done"] == 1
    assert decided(tags, "e3") == {"dim": False, "child": True}
    assert "e3" not in call("take", {**late, "count": 10})["examples"]
    call("undo", answer)
    assert "e3" in call("take", {**late, "count": 10})["examples"]
    assert decided(tags, "e3") == {"dim": False}


def test_two_people_get_different_examples_of_a_queue(tags, browser, call):
    tags.decide([(f"e{number}", "dim", True) for number in range(6)], by="ann")
    late = {"sample": None, "tag": "odd", "count": 3}
    one = call("take", late, to=browser("annotator"))["examples"]
    two = call("take", late, to=browser("editor"))["examples"]
    assert len({*one, *two}) == 6


def test_others_tags_are_hidden_and_blind_hides_the_label(project, tags, browser):
    tags.decide([("e0", "odd", True)], by="bob")
    person = browser("annotator")
    body = {"sample": "first look", "count": 1}
    headers = {"X-CSRF-Token": person.csrf("/tagging")}
    card = person.post("/tagging/cards", json=body, headers=headers).json()["cards"][0]
    assert card["tags"] == {} and "bob" not in str(card)
    assert "label" in card["truth"] and not card["hidden"]
    page = person.get("/tagging?sample=first+look&blind=true").text
    shown = re.search(r"data-truth hidden>(.*?)</div>", page, re.DOTALL)
    assert shown and shown[1].strip() == ""


def test_a_blind_answer_is_kept_as_one(tags, call):
    call("take", {})
    call("answers", {"example_id": "e0", "key": "k", "tags": {"dim": True}, "blind": True})
    assert tags.decisions()["blind"].to_pylist() == [True]


def test_it_works_without_script(tags, open_server):
    page = open_server.get("/tagging?sample=first+look").text
    example = re.search(r'name="example_id" value="([^"]+)"', page)[1]
    form = {"sample": "first look", "example_id": example, "shown": ["dim", "odd"], "yes": ["odd"]}
    open_server.submit("/tagging/answer", {**form, "do": "next", "new": "blue", "note": "hm"})
    assert decided(tags, "e0") == {"dim": False, "odd": True, "blue": True}
    assert [note.text for note in tags.notes(["e0"])] == ["hm"]
    assert 'name="example_id" value="e1"' in open_server.get("/tagging?sample=first+look").text


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("annotator", 200)])
def test_annotators_tag_and_viewers_do_not(tags, browser, call, role, status):
    call("take", {}, to=browser(role), status=status)


def test_a_form_of_another_session_is_refused(tags, browser):
    person = browser("annotator")
    body = {**SAMPLE, "example_id": "e0", "key": "k", "tags": {"dim": True}}
    answer = person.post("/api/v1/tagging/answers", json=body, headers={"X-CSRF-Token": "x.y"})
    assert answer.status_code == 403
    assert tags.decisions().num_rows == 0


def test_each_key_means_one_thing_on_a_page_and_is_no_chord_of_the_browser():
    for page in {key.page for key in KEYS}:
        taken = [each for key in KEYS if key.page == page for each in key.keys]
        assert len(taken) == len(set(taken)), page
        assert all(len(each) == 1 or each in {"Enter", "ArrowLeft", "ArrowRight"} for each in taken)
        actions = [key.action for key in KEYS if key.page == page]
        assert len(actions) == len(set(actions))
