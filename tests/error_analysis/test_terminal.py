import io
import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from tagline.display.words import DASH
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.notebook import notebook
from tagline.error_analysis.shown.ranked_table import columns
from tagline.error_analysis.shown.terminal import markdown, terminal

ROWS = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]
UNKNOWN = [f.name for f in fields(TagRow) if f.name.startswith(("hlp", "gain"))]
NO_PEOPLE = [replace(row, **dict.fromkeys([*UNKNOWN, "room", "p_top"])) for row in ROWS]
HEADLINE = "Fix people noise next: +0.60 points (0.00 to 1.43)."


def printed(rows, width, **options):
    out = io.StringIO()
    group = terminal(HEADLINE, rows, width=width, **options)
    Console(file=out, width=width, color_system=None).print(group)
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 80, 100, 160])
@pytest.mark.parametrize("rows", [ROWS, NO_PEOPLE])
def test_everything_fits_and_the_answer_is_first(rows, width):
    text = printed(rows, width)
    assert text.split()[:4] == ["Fix", "people", "noise", "next:"]
    assert all(cell_len(line) <= width for line in text.splitlines())
    table = text[text.index("─") :]
    assert table.index("people noise") < table.index("low bandwidth") < table.index("(untagged)")
    assert table.index("(untagged)") < table.index("(all)")
    assert "…" not in table


def test_wide_terminal_shows_more():
    names = [printed(ROWS, width) for width in (80, 100, 160)]
    assert ["people, %" in text for text in names] == [False, True, True]
    assert ["top 3" in text for text in names] == [False, False, True]
    assert all("gain, points" in text and "error rate, %" in text for text in names)


def test_numbers_of_the_course():
    text = printed(ROWS, 160).replace(DASH, "-")
    for expected in ("13.0 (11.8-14.3)", "11.0 (8.7-13.8)", "0.60 (0.00-1.43)", "0.16 (0.00-0.33)"):
        assert expected in text
    assert "2.25 \N{MULTIPLICATION SIGN} 1.5" in text


def test_without_human_level_gains_are_bounds():
    text = printed(NO_PEOPLE, 80)
    assert "≤ 3.90" in text
    assert "no error at all" in text
    assert "room" not in {column.name for column in columns(NO_PEOPLE)}


def test_left_out_notes_and_what_is_not_shown_stand_below():
    text = printed(ROWS, 100, left_out={"no reference": 3000}, notes=["first order"], most=2)
    below = text[text.index("(all)") :]
    assert "3,000 left out: no reference" in below
    assert "first order" in below
    assert "low bandwidth: the model is as good as people here" in below
    assert "… and 2 more tags: --json or the page shows all." in below
    assert "car noise" not in text


def test_questions_are_named():
    assert "Of all data with the tag, what fraction is misclassified?" in printed(ROWS, 80)
    assert "misclassified" not in printed(ROWS, 80, legend=False)


def test_too_little_support_is_marked():
    rows = [replace(ROWS[2], support=40, mde=0.18, label_more=137), *ROWS[-1:]]
    text = printed(rows, 80)
    assert "*40" in text
    assert "* too few to tell: " in text
    assert f"({rows[0].tag}: label about 140 more)" in " ".join(text.split())


def test_the_first_fifty_tags_are_shown():
    rows = [replace(ROWS[0], tag=f"t{i}", rank=i + 1) for i in range(575)] + ROWS[-2:]
    text = printed(rows, 100)
    assert " t49 " in text
    assert " t50 " not in text
    assert "… and 525 more tags: --json or the page shows all." in text
    assert text.index("(untagged)") < text.index("(all)") < text.index("525 more tags")
    assert " t574 " in printed(rows, 100, most=None)
    shown = notebook(HEADLINE, rows)
    assert (shown.count("<tr>"), "525 more tags" in shown) == (53, True)


def test_notes_of_many_tags_first_and_no_more_than_a_dozen():
    rows = [replace(ROWS[0], tag=f"t{i}", note=f"note {i}; of all") for i in range(30)]
    lines = printed([*rows, *ROWS[-2:]], 100).splitlines()
    first = lines.index("all 30 tags: of all")
    assert lines[first + 1] == "t0: note 0"
    assert lines[first + 12].startswith("… and ")
    assert lines[first + 12].endswith(" more notes: --json or the page shows all.")


def test_order_by_shrunk_gain_is_explained():
    plain = [replace(row, importance=1.0, ease=1.0, shrunk_gain=row.gain) for row in ROWS]
    assert "Order:" not in printed(plain, 160)
    assert "priority" not in {column.name for column in columns(plain)}
    shrunk = [replace(plain[0], shrunk_gain=0.004), *plain[1:]]
    assert "Order: by priority, gain (rates of small tags shrunk" in printed(shrunk, 160)
    assert "priority" in {column.name for column in columns(shrunk)}


def test_in_top_is_explained_where_it_is_shown():
    assert "a draw without a gain is never among them" in printed(ROWS, 160)
    assert "a draw without a gain" not in printed(NO_PEOPLE, 160)


def test_names_are_printed_as_they_are():
    rows = [replace(ROWS[0], tag="[red]a[/red]\x1b[31m"), *ROWS[-1:]]
    assert "[red]a[/red]\ufffd[31m" in printed(rows, 100)


def test_long_names_keep_both_ends():
    rows = [replace(ROWS[0], tag="a very long name of a column=level 7"), *ROWS[-1:]]
    assert "level 7 " in printed(rows, 80)


def test_markdown_starts_with_the_headline_and_has_all_columns():
    lines = markdown(HEADLINE, ROWS, left_out={"no reference": 3}).splitlines()
    assert lines[0].startswith("**Fix people noise next")
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 2 + len(ROWS)
    assert len({line.count("|") for line in rows}) == 1
    assert "| people noise |" in rows[2]
    assert lines.index(rows[-1]) < lines.index("- 3 left out: no reference")


@pytest.mark.parametrize("rows", [[], ROWS[-1:]])
def test_no_tags_is_no_error(rows):
    assert HEADLINE in printed(rows, 80)
    assert markdown(HEADLINE, rows)


def test_notebook_shows_the_same_table_escaped():
    rows = [replace(ROWS[0], tag="<b>"), *ROWS[1:]]
    shown = notebook(HEADLINE, rows, left_out={"<i>": 3})
    assert shown.startswith("<p><b>Fix people noise next")
    assert shown.count("<tr>") == 1 + len(ROWS)
    assert "&lt;b&gt;" in shown
    assert "3 left out: &lt;i&gt;" in shown
