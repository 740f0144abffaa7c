import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tagline.display.tables import Column, fit, to_html, to_markdown, to_rich
from tagline.display.words import DASH, percent

COLUMNS = [
    Column("tag", "tag", "left", keep=9, least=8),
    Column("support", "examples", keep=5),
    Column("share", "of\ndata", format=percent, help="what fraction has the tag", keep=3),
    Column("note", "note", "left", keep=1),
]
ROWS = [
    {"tag": "[red]car noise[/red]", "support": 12000, "share": 0.04, "note": "few"},
    {"tag": "<i>|*dim*", "support": 1, "share": None, "note": "nobody was asked"},
]
names = st.text(st.characters(codec="utf-8"), max_size=30)


def printed(columns, rows, width):
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None)
    console.print(to_rich(columns, rows, width=width))
    return out.getvalue().splitlines()


def test_terminal_shows_names_as_they_are():
    lines = printed(COLUMNS, ROWS, 100)
    assert "[red]car noise[/red]" in lines[3]
    assert "12,000" in lines[3]
    assert DASH in lines[4]


def test_narrow_terminal_drops_the_least_wanted_columns_first():
    assert [column.name for column in fit(COLUMNS, ROWS, 100)] == [c.name for c in COLUMNS]
    assert [column.name for column in fit(COLUMNS, ROWS, 25)] == ["tag", "support", "share"]
    assert [column.name for column in fit(COLUMNS, ROWS, 5)] == ["tag"]


@given(
    st.lists(st.fixed_dictionaries({"tag": names, "support": st.integers(0, 10**9)})),
    st.integers(20, 60),
)
def test_terminal_lines_keep_to_the_width(rows, width):
    kept = fit(COLUMNS[:2], rows, width)
    assert all(cell_len(line) <= width for line in printed(kept, rows, width))


@given(st.lists(st.fixed_dictionaries({"tag": names, "support": st.integers(0, 9)}), max_size=4))
def test_markdown_has_one_line_per_row_and_no_cell_too_many(rows):
    lines = to_markdown(COLUMNS[:2], rows).split("\n")
    assert len(lines) == len(rows) + 2
    for line in lines:
        assert line.replace("\\\\", "").replace("\\|", "").count("|") == 3


def test_markdown_escapes():
    table = to_markdown(COLUMNS, ROWS)
    assert r"&lt;i&gt;\|\*dim\*" in table
    assert "| of data |" in table


def test_html_escapes_and_says_why_a_value_is_missing():
    table = to_html(COLUMNS, ROWS, caption="<tags>")
    assert "&lt;i&gt;|*dim*" in table
    assert "<caption>&lt;tags&gt;</caption>" in table
    assert f'<td class="n" title="nobody was asked">{DASH}</td>' in table
    assert '<th scope="col" class="n" title="what fraction has the tag">of data</th>' in table


def test_bare_html_says_itself_how_it_looks():
    table = to_html(COLUMNS, ROWS, bare=True)
    assert 'style="text-align: right; white-space: nowrap"' in table
    assert "class=" not in table
