"""The page of the tags, and what the API does with them."""

from __future__ import annotations

import io
import re

import pytest

from tagline.project import Project
from tagline.schema.settings import load_settings
from tagline.web.tag_overview import coverage_bar


@pytest.fixture
def said(project: Project) -> Project:
    """The project with two tags of people, one of them late, and notes."""
    tags = project.tags
    tags.add("echo", by="ann", description="<i>of a hall</i>")
    for number in range(4):
        tags.decide(f"e{number}", {"echo": number == 0}, by="ann")
    tags.add("late", by="bob", colour="#aa5500")
    for number, text in enumerate(["loud engine", "engine noise", "<script>odd</script>"]):
        tags.note(f"e{number}", text, by="ann")
    return project


def change(editor, tag: str, **values: str):
    """Send the form of a tag as the page made it, with other values."""
    page = editor.get("/tags/tag", params={"name": tag}).text
    stamp = re.search(r'name="stamp" value="(\w+)"', page)[1]
    form = {"tag": tag, "stamp": stamp, "name": tag, "description": "", "plain": "true"}
    return editor.submit("/tags/change", {**form, **values})


def test_the_page_counts_links_and_escapes(said, browser):
    page = browser("viewer").get("/tags").text
    assert "1 yes, 3 no, 36 unknown" in page and 'fill="#aa5500"' in page
    assert 'href="/examples?unknown=echo"' in page
    assert 'href="/tagging?tag=late"' in page and "4 to look at again" in page
    assert "&lt;i&gt;of a hall" in page and "<i>of a hall" not in page
    assert "&lt;script&gt;odd" in page and "<script>odd" not in page
    assert "New tag" not in page and "disabled" in page  # a viewer changes nothing


def test_a_tag_is_made_changed_renamed_and_undone(said, browser):
    editor = browser("editor")
    assert "hall is a tag now" in editor.submit("/tags/new", {"name": "hall"}).text
    assert "already" in editor.submit("/tags/new", {"name": "hall"}).text
    page = change(editor, "hall", description="a large room", importance="2", name="large hall")
    assert "hall is called large hall now" in page.text and "a large room" in page.text
    assert [tag.importance for tag in said.tags if tag.name == "large hall"] == [2.0]
    action = re.search(r'name="action" value="(\d+)"', editor.get("/tags").text)[1]
    assert "Undone" in editor.submit("/tags/undo", {"action": action}).text
    assert "large hall" not in {tag.name for tag in said.tags}


def test_a_stale_form_changes_nothing(said, browser):
    editor = browser("editor")
    page = editor.get("/tags/tag?name=echo").text
    stamp = re.search(r'name="stamp" value="(\w+)"', page)[1]
    said.tags.change("echo", by="bob", description="of a room")
    form = {"tag": "echo", "stamp": stamp, "description": "mine"}
    answer = editor.submit("/tags/change", form)
    assert answer.status_code == 409 and "nothing was saved" in answer.text
    assert said.tags["echo"].description == "of a room"
    said.tags.change("echo", by="bob", name="hall")
    assert editor.submit("/tags/change", form).status_code == 422  # somebody renamed it


def test_tags_are_merged_split_and_retired(said, browser):
    editor = browser("editor")
    editor.submit("/tags/merge", {"tag": "echo", "other": "late", "into": "room"})
    assert {tag.name for tag in said.tags} == {"room"}
    assert "Name at least two" in editor.submit("/tags/split", {"tag": "room", "into": "a"}).text
    editor.submit("/tags/split", {"tag": "room", "into": "small; large"})
    assert {tag.name for tag in said.tags} == {"small", "large"}
    editor.submit("/tags/retire", {"tag": "small"})
    assert {tag.name for tag in said.tags} == {"large"}


def test_everybody_undoes_their_own_only(said, browser):
    annotator = browser("annotator")
    said.tags.note("e9", "mine", by="annotator")
    acts = {act.person: act.id for act in reversed(said.tags.history())}
    assert annotator.submit("/tags/undo", {"action": acts["bob"]}).status_code == 403
    assert annotator.submit("/tags/undo", {"action": acts["annotator"]}).status_code == 200
    assert "mine" not in {note.text for note in said.tags.notes}


def test_notes_become_a_tag_in_bulk(said, browser):
    editor = browser("editor")
    page = editor.get("/tags").text
    assert 'name="tag" value="engine"' in page
    notes = [str(note.id) for note in said.tags.notes if "engine" in note.text]
    page = editor.submit("/tags/notes", {"tag": "engine", "notes": notes}).text
    assert "2 notes of 2 examples stand under engine" in page
    assert editor.submit("/tags/notes", {"tag": "engine"}).status_code == 422


def test_a_sample_is_drawn(said, browser):
    annotator = browser("annotator")
    form = {"name": "look", "size": "10", "by": "device", "wrong": "40 %", "blind": "true"}
    page = annotator.submit("/tags/samples", form).text
    assert "look: 11 turns to tag" in page and "blind: label" in page
    assert 'href="/tagging?sample=look"' in page and "0 of 11 turns" in page
    assert annotator.submit("/tags/samples", form).status_code == 409
    wrong = annotator.submit("/tags/samples", {**form, "name": "b", "wrong": "many"})
    assert "is a percentage" in wrong.text
    first = annotator.submit("/tags/samples", {"name": "c", "how": "first", "first": "text"})
    assert "picked on purpose" in first.text
    assert browser("viewer").submit("/tags/samples", form).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "label-studio"])
def test_what_goes_out_comes_in(said, browser, kind):
    editor = browser("editor")
    sent = editor.get(f"/tags/export?kind={kind}")
    assert sent.headers["content-disposition"].startswith("attachment")
    ending = {"label-studio": "json"}.get(kind, kind)
    files = {"file": (f"tags.{ending}", io.BytesIO(sent.content))}
    page = editor.post("/tags/import", files=files, data={"csrf": editor.csrf()})
    assert page.status_code == 200 and "decision" in page.text, page.text


@pytest.mark.parametrize(
    ("name", "content", "said_"),
    [
        ("tags.exe", b"x", "must end in"),
        ("tags.csv", b"", "empty"),
        ("tags.xlsx", b"PK no zip", "no XLSX"),
        ("tags.json", b"{", "not JSON"),
        ("../../up.csv", b"example_id,echo\nnobody,x\n", "None of the 1 example"),
    ],
)
def test_a_bad_file_changes_nothing_and_names_no_path(said, browser, name, content, said_):
    editor = browser("editor")
    before = said.tags.store.version
    files = {"file": (name, io.BytesIO(content))}
    answer = editor.post("/tags/import", files=files, data={"csrf": editor.csrf()})
    assert answer.status_code == 422 and said_ in answer.text
    assert "scratch" not in answer.text and str(said.path) not in answer.text
    assert said.tags.store.version == before


def test_a_file_that_is_too_large_is_refused(said, browser):
    editor = browser("editor")
    files = {"file": ("tags.csv", io.BytesIO(b"x" * 1_100_000))}
    assert editor.post("/tags/import", files=files, data={"csrf": "x"}).status_code == 413


def test_the_overlaps_are_a_table_with_links(said, browser):
    path = said.path / "tagline.toml"
    path.write_text(
        path.read_text()
        + "[tags.c]\nrule = \"device = 'c'\"\n[tags.cd]\nrule = \"device in ('c', 'd')\"\n"
    )
    said.settings = load_settings(path)
    page = browser("viewer").get("/tags/overlaps").text
    assert 'class="matrix"' in page and "tag=c&amp;tag=cd" in page and ">100<" in page


def test_the_api_does_what_the_page_does(said, browser):
    editor = browser("editor")
    head = {"X-CSRF-Token": editor.csrf()}

    def post(path: str, body: dict, status: int):
        answer = editor.post(f"/api/v1{path}", json=body, headers=head)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    rows = {row["tag"]: row for row in editor.get("/api/v1/tags").json()["tags"]}
    assert rows["echo"]["yes"] == 1 and rows["echo"]["unknown"] == 36
    assert editor.get("/api/v1/tags?format=csv").text.startswith("tag,source")
    made = post("/tags", {"name": "on c", "rule": "device = 'c'", "ease": 2}, 201)
    assert made["source"] == "slice" and made["ease"] == 2
    assert post("/tags", {"name": "new", "colour": "#00ff00"}, 201)["source"] == "people"
    assert post("/tags/change", {"tag": "new", "name": "newer"}, 200)["name"] == "newer"
    post("/tags/change", {"tag": "newer"}, 422)
    post("/tags/merge", {"tags": ["newer", "late"], "into": "later"}, 204)
    post("/tags/split", {"tag": "later", "into": ["one", "two"]}, 204)
    post("/tags/retire", {"tag": "two"}, 204)
    assert post("/tags/undo", {}, 200)["kind"] == "retire"
    assert editor.get("/api/v1/tags/history?limit=1").json()[0]["kind"] == "undo"
    assert len(editor.get("/api/v1/tags/queue?tag=one").json()["examples"]) == 4
    found = editor.get("/api/v1/tags/notes?state=open").json()
    assert found["proposals"][0]["name"] == "engine"
    group = {"notes": found["proposals"][0]["notes"], "tag": "engine"}
    assert post("/tags/notes/group", group, 200) == {"tag": "engine", "examples": 2}
    assert post("/samples", {"name": "api", "size": 5, "twice": 0}, 201)["items"] == 5
    sent = editor.get("/api/v1/tags/export").content
    back = editor.post("/api/v1/imports/tags?kind=csv", content=sent, headers=head)
    assert back.status_code == 201 and back.json()["message"]
    assert browser("viewer").post("/api/v1/tags", json={"name": "x"}).status_code == 403


def test_the_bar_shows_the_smallest_part():
    assert 'width="1.5"' in coverage_bar(1, 10, 100_000)
    assert 'class="yes own" x="0" y="0" width="160' in coverage_bar(3, 0, 0, "#123456")
