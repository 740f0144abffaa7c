"""The pages Next, Errors, one tag, two runs and proposed slices, as browsers get them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tagline.display.units import Unit
from tagline.exceptions import InputError
from tagline.project import Project
from tagline.schema.settings import load_settings
from tagline.web.asked import Ask, human_level, read_factors
from tagline.web.change_pictures import ChangeScale, change_mark
from tagline.web.ranked import steps

TAGS = """
[tags.noisy]
importance = 2
description = "<b>loud</b>"
[tags.late]
rule = "device in ('c', 'd')"
"""


@pytest.fixture
def tagged(project: Project) -> Project:
    """The project with a vocabulary and a human level."""
    path = project.path / "tagline.toml"
    text = path.read_text()
    path.write_text(text.replace("[errors]", "[errors]\nhuman = [2, 40]", 1) + TAGS)
    project.settings = load_settings(path)
    return project


def ranks(page: str) -> list[str]:
    """The tags of the ranking in their order."""
    return re.findall(r'<tr data-tag="([^"]+)"', page)


def test_the_ranking_links_every_number_to_its_examples(tagged, browser):
    page = browser("viewer").get("/errors").text
    assert ranks(page)[0] == "late"
    assert 'href="/examples?tag=late&amp;answer=wrong"' in page
    assert 'href="/examples?tag=noisy"' in page
    assert 'href="/examples?answer=wrong"' in page  # of all
    assert "&lt;b&gt;loud&lt;/b&gt;" in page and "<b>loud</b>" not in page


def test_no_tags_and_no_human_level_say_what_to_do(project, browser):
    page = browser("editor").get("/errors").text
    assert "No tags yet" in page and "No human level is known" in page
    assert 'name="human"' in page
    supposed = browser("editor").get("/errors?human=5+%25").text
    assert "No human level is known" not in supposed and "people <strong>" in supposed


def test_weights_in_the_address_move_the_order_and_change_nothing(tagged, browser):
    viewer = browser("viewer")
    page = viewer.get("/errors?importance=noisy%3D50").text
    assert ranks(page)[0] == "noisy" and 'class="changed"' in page
    assert "Save these weights" not in page  # a viewer saves nothing
    assert ranks(viewer.get("/errors").text)[0] == "late"


def test_weights_are_saved_where_the_tag_stands_and_undone(tagged, browser):
    editor = browser("editor")
    tagged.tags.add("echo", by="ann")
    form = {"importance": ["noisy=50"], "ease": ["late=1.5"]}
    answer = editor.submit("/errors/weights", form, follow_redirects=False)
    assert answer.status_code == 303
    assert "was_importance=noisy%3D2" in answer.headers["location"]
    page = editor.get(answer.headers["location"]).text
    assert ranks(page)[0] == "noisy" and "Undo" in page and "Saved: " in page
    text = (tagged.path / "tagline.toml").read_text()
    assert "importance = 50" in text and "ease = 1.5" in text and "[tags.late]" in text
    editor.submit("/errors/weights", {"importance": ["noisy=2"], "ease": ["late=1"]})
    assert ranks(editor.get("/errors").text)[0] == "late"


def test_saving_a_weight_of_an_unnamed_column_keeps_the_other_tags(project, browser):
    editor = browser("editor")
    before = set(ranks(editor.get("/errors").text))
    assert {"noisy=True", "noisy"} & before and "device=a" in before
    noisy = "noisy" if "noisy" in before else "noisy=True"
    editor.submit("/errors/weights", {"importance": [f"{noisy}=3", "device=a=2"]})
    after = editor.get("/errors").text
    assert {"device=a", "device=d", noisy} <= set(ranks(after))
    assert re.search(rf'value="{noisy}=3" selected', after)
    assert 'value="device=a=2" selected' in after


def test_a_column_sorts_both_ways(tagged, browser):
    viewer = browser("viewer")
    up = ranks(viewer.get("/errors?sort=tag").text)
    assert up == sorted(up)
    assert ranks(viewer.get("/errors?sort=tag&order=down").text) == up[::-1]
    assert 'aria-sort="ascending"' in viewer.get("/errors?sort=support&order=up").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("where=nothing+%3D+1", "nothing"),
        ("run=second", "second"),
        ("measure=wrong", "wrong"),
        ("importance=nosuch%3D2", "nosuch"),
        ("importance=noisy%3D-1", "above 0"),
        ("importance=noisy", "TAG=NUMBER"),
        ("human=%3Cscript%3E", "script"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(tagged, browser, query, said):
    answer = browser("viewer").get(f"/errors?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert said in answer.text and "<script>" not in answer.text


def test_the_page_of_a_tag_answers_the_four_questions(tagged, browser):
    page = browser("viewer").get("/errors/tag?tag=late").text
    assert "What fraction of the errors has the tag?" in page
    assert "Why it ranks there" in page and "The worst examples" in page
    assert "&lt;b&gt;text&lt;/b&gt;" in page and "<b>text</b>" not in page
    assert browser("viewer").get("/errors/tag?tag=nosuch").status_code == 422


def test_a_report_comes_as_a_file(tagged, browser):
    answer = browser("viewer").get("/errors/report?importance=noisy%3D50")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Fix noisy" in answer.text


def test_two_runs_side_by_side(tagged, browser):
    viewer = browser("viewer")
    assert "It takes two runs" in viewer.get("/errors/compare").text
    rows = {"example_id": [f"e{n}" for n in range(40)], "y": ["yes", "no"] * 20}
    tagged.add_predictions(
        {**rows, "then": ["yes", "no", "no", "no"] * 10}, run="second", label="y", prediction="then"
    )
    page = viewer.get("/errors/compare").text
    assert "moved=broken" in page and 'class="change"' in page
    moved = viewer.get("/errors/compare/examples?before=first&after=second&moved=fixed").text
    assert "newly fixed" in moved and "first said" in moved
    assert viewer.get("/errors/compare?before=first&after=first").status_code == 422


def test_a_slice_is_accepted_by_an_editor(tagged, browser):
    few = browser("viewer").get("/errors/slices")  # too few rows to propose anything
    assert few.status_code == 422 and "it takes at least 80" in few.text
    rule = {"name": "on c", "rule": "device = 'c'"}
    assert browser("annotator").submit("/errors/slices/accept", rule).status_code == 403
    editor = browser("editor")
    page = editor.submit("/errors/slices/accept", rule).text
    assert "on c is a tag now" in page and "accepted slice" in page
    assert "on c" in ranks(editor.get("/errors").text)
    assert editor.submit("/errors/slices/accept", rule).status_code == 422  # the name is taken
    evil = {"name": "evil", "rule": "(select count(*) from read_csv('/etc/passwd')) > 0"}
    assert editor.submit("/errors/slices/accept", evil).status_code == 422
    assert "evil" not in (tagged.path / "tagline.toml").read_text()


def test_accepting_the_first_slice_keeps_the_columns_in_the_ranking(project, browser):
    editor = browser("editor")
    editor.submit("/errors/slices/accept", {"name": "on c", "rule": "device = 'c'"})
    after = ranks(editor.get("/errors").text)
    assert {"on c", "device=a", "device=d"} <= set(after)


def test_the_front_page_shows_what_to_fix_and_what_is_missing(tagged, browser):
    page = browser("annotator").get("/").text
    assert "What to fix next" in page and "late" in page
    assert "Draw a sample to tag" in page and "Compare with another model" in page
    assert 'aria-current="page">Next' in page


def test_an_empty_project_says_what_to_do_first(tmp_path: Path):
    from starlette.testclient import TestClient

    from tagline.web import Options, create_app

    with Project.init(tmp_path / "empty", name="empty") as project:
        app = create_app(project, Options(login=False))
        client = TestClient(app, base_url="http://localhost")
        assert "tagline import" in client.get("/").text
        for path in ("/errors", "/errors/slices", "/errors/compare", "/tags"):
            assert client.get(path).status_code == 200, path
        app.state.server.close()


@pytest.mark.filterwarnings("ignore:The `root_path` parameter")
def test_the_ranking_and_the_front_page_work_behind_a_proxy(tagged):
    from starlette.testclient import TestClient

    from tagline.web import Options, create_app

    app = create_app(tagged, Options(login=False, root_path="/tl"))
    client = TestClient(app, base_url="http://localhost")
    for path in ("/", "/errors", "/tags", "/errors/tag?tag=late"):
        page = client.get(path).text
        assert not re.search(r'(?:href|action|src)="/(?!tl[/"?])', page), path
    app.state.server.close()


def test_pages_hold_no_inline_style_or_script(tagged, browser):
    editor = browser("editor")
    for path in ("/", "/errors", "/errors/tag?tag=late", "/errors/slices", "/tags"):
        page = editor.get(path).text
        assert "style=" not in page and not re.search(r"<script(?! type=\"module\" src)", page)
        assert not re.search(r"\son\w+=", page)


def test_the_question_of_an_address():
    ask = Ask(run="a", importance={"x y": 2.0}, sort="tag")
    assert ask.query() == {"run": "a", "importance": ["x y=2"], "sort": "tag"}
    assert ask.query(sort=None, importance=None) == {"run": "a"}
    assert ask.options() == {}
    assert [human_level(text) for text in ("0.05", "5%", "3/7", "who")] == [
        0.05,
        0.05,
        [3, 7],
        "who",
    ]
    assert read_factors("ease", ["a=b=1.5", ""]) == {"a=b": 1.5}
    with pytest.raises(InputError, match="nan"):
        read_factors("ease", ["a=nan"])
    assert steps(1.0).count(1.0) == 1


def test_the_picture_of_a_change():
    scale = ChangeScale.of([-0.05, 0.02], [-0.5, 0.5], 0.01)
    assert 0 <= scale.x(-9) < scale.x(-0.05) < scale.x(0) < scale.x(0.02) < scale.x(9) <= 210
    options = {"margin": 0.01, "verdict": "better"}
    drawn = change_mark(scale, Unit(), -0.05, -0.08, -0.02, **options)
    assert 'class="interval better"' in drawn and "-5.00 points" in drawn
    assert change_mark(scale, Unit(), None, None, None, **options) == ""
