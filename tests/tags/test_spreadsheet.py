"""Ticks in a spreadsheet: yes, no, and rows where nobody looked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.tags.label_studio import choices_of, configuration, tasks
from tagline.tags.spreadsheet import Layout, ticked

LAYOUT = Layout("id", ("dim", "loud"), cells="more", note="why")


def row(id, dim=None, loud=None, more=None, why=None):
    return {"id": id, "dim": dim, "loud": loud, "more": more, "why": why}


def test_ticks_cells_and_notes_are_read():
    sheet = ticked([row(1, "x", "no"), row("2", more="child; dim"), row(3.0, why="odd")], LAYOUT)
    assert sheet.tags == ("dim", "loud", "child")
    assert {each for each in sheet.choices if each[2]} == {
        ("1", "dim", True),
        ("2", "child", True),
        ("2", "dim", True),
    }
    assert len(sheet.choices) == 9  # in a row where anything is said, empty is a no
    assert sheet.notes == (("3", "odd"),)


def test_a_row_where_nothing_is_said_was_not_looked_at():
    sheet = ticked([row("1", "x"), row("2"), row("3", "", "  ", float("nan"), "")], LAYOUT)
    assert (sheet.looked_at, sheet.untouched) == (1, 2)
    assert {example for example, _, _ in sheet.choices} == {"1"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("1", "x"), row(None, "x")], "Row 2 of the sheet has no 'id'"),
        ([row("1", "x"), row("2"), row("1", "x")], "Row 3 of the sheet has the id '1' of row 1"),
        ([row("1", "perhaps")], "Row 1 of the sheet says 'perhaps' for the tag 'dim'"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_row(rows, words):
    with pytest.raises(InputError, match=words):
        ticked(rows, LAYOUT)


decisions = st.dictionaries(
    st.tuples(st.sampled_from("123"), st.sampled_from(["dim", "a;b"]), st.sampled_from("pq")),
    st.booleans(),
)


@given(decisions)
def test_label_studio_gives_back_what_it_was_given(made):
    rows = [
        {"example_id": example, "tag": tag, "person": person, "value": value}
        for (example, tag, person), value in made.items()
    ]
    exported = tasks([{"example_id": each} for each in "123"], rows)
    back = choices_of(exported)
    yes = {(e, t, f"Label Studio {p}") for (e, t, p), value in made.items() if value}
    assert {each for each in back if each[1]} == yes
    looked_at = {(e, f"Label Studio {p}") for e, _, p in made}
    assert {(example, person) for example, _, person in back} == looked_at


def test_an_export_of_label_studio_itself_is_read():
    task = {
        "id": 7,
        "data": {"text": "turn off the light"},
        "annotations": [
            {
                "completed_by": {"id": 1, "email": "ann@example.org"},
                "was_cancelled": False,
                "result": [
                    {"type": "choices", "value": {"choices": ["dim", "loud"]}},
                    {"type": "textarea", "value": {"text": ["hm"]}},
                ],
            },
            {"completed_by": 2, "was_cancelled": True, "result": []},
        ],
    }
    person = "Label Studio ann@example.org"
    assert choices_of([task]) == [("7", "dim", person), ("7", "loud", person)]


@pytest.mark.parametrize(
    ("exported", "words"),
    [
        ({"a": 1}, "JSON list of tasks"),
        ([{"id": 1, "tags": "dim"}], "Task 1 of the file has no `annotations`"),
        ([{"annotations": [], "data": {}}], "neither"),
        ([{"id": 1, "annotations": [1]}], "annotation of task 1 of the file has no `result`"),
        ([{"id": 1, "annotations": [{"result": [3]}]}], "has no `result` list"),
    ],
)
def test_what_is_no_export_is_refused(exported, words):
    with pytest.raises(InputError, match=words):
        choices_of(exported)


def test_the_configuration_escapes_names():
    assert '<Choice value="a &lt; b"/>' in configuration(["a < b"])


def test_a_question_mark_is_unknown():
    sheet = ticked([row("1", "x", "?")], LAYOUT)
    assert sheet.choices == (("1", "dim", True),)
