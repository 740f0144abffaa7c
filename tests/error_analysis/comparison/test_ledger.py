"""A ledger as a result: what it sums up, and how it shows itself."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from tagline.error_analysis.comparison.ledger import Ledger, LedgerRow

ROW = LedgerRow(
    before="first",
    after="second",
    measure="accuracy",
    where=None,
    tag="car|noise",
    rank=1,
    predicted_gain=0.02,
    predicted_low=0.01,
    predicted_high=0.03,
    realised_gain=0.01,
    realised_low=0.002,
    realised_high=0.02,
    outcome="within",
    verdict="better",
    examples=400,
    examples_version=2,
    examples_fingerprint="e" * 64,
    created_at="2026-11-23T22:00:00+00:00",
)


def tags(**given):
    """Six tags by rank, the fifth and sixth with small promises and nothing gained; and (all)."""
    gains = [(0.02, 0.012), (0.015, 0.01), (0.012, -0.001), (0.01, 0.004), (0.004, 0), (0.002, 0)]
    made = [
        replace(ROW, tag=f"t{rank}", rank=rank, predicted_gain=promised, realised_gain=came)
        for rank, (promised, came) in enumerate(gains, 1)
    ]
    whole = replace(ROW, tag="(all)", rank=None, predicted_gain=0.05, realised_gain=0.02)
    return [replace(row, **given) for row in [*made, whole]]


def shown(ledger, width=120):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(ledger)
    return console.export_text()


def test_sums_over_the_first_tags_and_over_all():
    first, whole = Ledger.of(tags()).summaries
    assert (first.tags, first.rows, first.comparisons) == ("first 3", 3, 1)
    assert first.predicted_gain == pytest.approx(0.047)
    assert first.realised_gain == pytest.approx(0.021)
    assert first.delivered == pytest.approx(0.021 / 0.047)
    assert first.note == "rank correlation: under 5 tags with a promise in each comparison"
    assert (whole.tags, whole.rows, whole.note) == ("all", 6, "")
    assert whole.rank_correlation == pytest.approx(0.6377, abs=1e-4)
    assert whole.within + whole.below + whole.above == 6


def test_a_tag_without_a_promise_or_a_gain_is_a_row_and_in_no_sum():
    rows = tags()
    rows[0] = replace(rows[0], predicted_gain=None)
    rows[1] = replace(rows[1], realised_gain=None)
    ledger = Ledger.of(rows)
    assert len(ledger.rows) == 7
    assert [each.rows for each in ledger.summaries] == [1, 4]


def test_measures_are_never_added():
    rows = [*tags(), *tags(measure="mae", after="third")]
    ledger = Ledger.of(rows, percent={"mae": False})
    assert [(each.measure, each.rows) for each in ledger.summaries] == [
        ("accuracy", 3),
        ("accuracy", 6),
        ("mae", 3),
        ("mae", 6),
    ]
    assert ledger.headline == (
        "accuracy: of what was promised on the first 3 tags of 1 comparison, 45 % (-43 to 132)"
        " came. mae: of what was promised on the first 3 tags of 1 comparison, 45 % (-43 to 132)"
        " came."
    )
    assert "measure" in shown(ledger)


def test_an_empty_ledger_says_how_it_is_filled():
    ledger = Ledger.of([])
    assert ledger.headline == "No comparison yet: `project.compare_runs()` writes the first."
    assert ledger.to_arrow().num_rows == 0
    assert ledger.headline in shown(ledger)
    assert ledger.to_dict()["summaries"] == []


def test_a_ledger_without_a_promise_says_what_is_missing():
    rows = [replace(row, predicted_gain=None, outcome=None) for row in tags()]
    assert Ledger.of(rows).headline == (
        "1 comparison, none with a promise: that needs a human level (`errors.human`)."
    )


def test_it_says_that_a_promise_is_no_forecast():
    ledger = Ledger.of(tags())
    for text in (" ".join(shown(ledger).split()), ledger.to_markdown(), ledger._repr_html_()):
        assert "a ceiling, not a forecast" in text


def test_one_run_before_in_two_comparisons_is_said():
    ledger = Ledger.of([*tags(after="third"), *tags()])
    assert ledger.comparisons == 2
    assert "hold the same promises twice" in ledger.to_markdown()


def test_the_way_back_and_equal_runs_are_in_no_sum():
    back = [
        replace(row, before=row.after, after=row.before, realised_gain=-(row.realised_gain or 0))
        for row in tags()
    ]
    still = tags(after="copy", realised_gain=0.0)
    ledger = Ledger.of([*still, *back, *tags()])
    assert ledger.comparisons == 3
    assert [each.comparisons for each in ledger.summaries] == [1, 1]
    assert ledger.headline == Ledger.of(tags()).headline
    text = str(ledger)
    assert "Not in the sums, nothing changed: first → copy." in text
    assert "Not in the sums, the way back of another comparison: second → first." in text


def test_all_forms_hold_the_same_rows():
    ledger = Ledger.of([replace(ROW, where="a < 'b'"), *tags()])
    names = [row.tag for row in ledger.rows]
    assert ledger.to_pandas()["tag"].to_list() == names
    assert ledger.to_polars()["rank"].to_list() == [row.rank for row in ledger.rows]
    assert len(ledger.to_csv().splitlines()) == 1 + len(names)
    document = json.loads(ledger.to_json())
    assert [row["tag"] for row in document["rows"]] == names
    assert document["headline"] == ledger.headline
    assert r"car\|noise" in ledger.to_markdown()
    assert "first → second where a &lt; &#39;b&#39;" in ledger._repr_html_()


def test_the_chart_holds_the_tags_of_the_newest_measure():
    rows = [*tags(measure="mae"), *tags()]
    chart = json.loads(Ledger.of(rows, percent={"mae": False}).chart().to_json())
    name = chart["layer"][-1]["data"]["name"]
    points = chart["datasets"][name]
    assert [each["tag"] for each in points] == ["t1", "t2", "t3", "t4", "t5", "t6"]
    assert points[0]["promised"] == 0.02


def test_the_page_is_one_file_and_escapes_names(tmp_path):
    page = Ledger.of(tags(before="<b>first</b>")).to_html(tmp_path / "ledger.html")
    assert (tmp_path / "ledger.html").read_text(encoding="utf-8") == page
    assert "<b>first</b>" not in page
    assert "a ceiling, not a forecast" in page
    assert "Promise and delivery" in page
    assert "No comparison yet" in Ledger.of([]).to_html()


def test_a_narrow_terminal_keeps_what_was_promised_and_gained():
    text = shown(Ledger.of(tags()), width=60)
    assert all(len(line) <= 60 for line in text.splitlines())
    assert "gained" in text
    assert "t1" in text


def test_a_long_ledger_is_cut_in_the_terminal_only():
    ledger = Ledger.of([row for n in range(20) for row in tags(after=f"r{n}")])
    assert "… and 90 more rows: --json shows all." in shown(ledger)
    assert ledger.to_markdown().count("→") == 140
