"""Gates on two runs: the bound in the table decides, and chance seldom does."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tagline
from tagline.error_analysis.comparison.comment import pull_request
from tagline.error_analysis.comparison.evidence import PairedEvidence
from tagline.error_analysis.comparison.gating import check_changes, evidence_of
from tagline.error_analysis.gates.checks import GateError, judge
from tagline.error_analysis.gates.evidence import RunRate
from tagline.error_analysis.gates.reading import CHANGE, parse_gate, parse_gates
from tagline.exceptions import InputError
from tagline.stats import Moments, PairedCells, clopper_pearson_bound, paired_interval

ROWS = 2000


@pytest.fixture(scope="module")
def runs():
    """2,000 rows in 100 groups; the second run breaks 12 % of the children and 1 % of the rest."""
    rng = np.random.default_rng(3)
    label, child = np.zeros(ROWS, dtype=int), np.arange(ROWS) % 4 == 0
    old = (rng.random(ROWS) < 0.1).astype(int)
    new = np.where(rng.random(ROWS) < np.where(child, 0.12, 0.01), 1 - old, old)
    return {
        **{"label": label, "old": old, "new": new, "child": child},
        **{"group": np.arange(ROWS) % 100, "weight": 1 + rng.random(ROWS)},
    }


def compare(rows, **options):
    given = {"label": "label", "prediction": ("old", "new"), "tags": "child", **options}
    return tagline.compare_runs(rows, **given)


@pytest.mark.parametrize(
    ("text", "tag", "limit", "relevant"),
    [
        ("any tag worse", None, 0.0, True),
        ("Any tag  worse by > 0.02", None, 0.02, False),
        ("worse", "(all)", 0.0, True),
        ("worse by >= 0.01", "(all)", 0.01, False),
        ("worse[device=a [old]]", "device=a [old]", 0.0, True),
        ("worse[child] by > .1", "child", 0.1, False),
        ("change[child] > -0.02", "child", -0.02, False),
        ("change > 0", "(all)", 0.0, False),
    ],
)
def test_gates_on_changes_are_read(text, tag, limit, relevant):
    gate = parse_gate(text)
    found = (gate.tag, gate.limit, gate.relevant, gate.quantity, gate.side)
    assert found == (tag, limit, relevant, CHANGE, "above")


@pytest.mark.parametrize(
    "text",
    [
        *("worse by", "worse > 0.1", "any tag worse by < 0.1", "any tag worse[child]"),
        *("worse by > -0.1", "change", "change[child]", "any tag worse by > 2 %", "worser"),
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(InputError, match=r"The (limit of the )?gate .*" + re.escape(text)):
        parse_gate(text)


def test_what_comes_of_an_open_gate_must_be_a_word():
    with pytest.raises(InputError, match="`undecided` must be"):
        parse_gate("worse", undecided="maybe")


@pytest.mark.parametrize("options", [{}, {"group": "group"}, {"sample_weight": "weight"}])
@pytest.mark.parametrize("measure", ["accuracy", "mae"])
def test_a_gate_and_the_interval_of_the_table_agree(runs, options, measure):
    """At level .9 the table's ends are the one-sided bounds of a gate at .95."""
    found = compare(runs, measure=measure, level=0.9, **options)
    for row in (found.row("child"), found.whole):
        for end, verdict in ((row.change_low, "failed"), (row.change_high, "passed")):
            for shift in (-1e-6, 1e-6):
                (result,) = judge(found, [parse_gate(f"change[{row.tag}] > {end + shift:.12f}")])
                beyond = shift < 0 if verdict == "failed" else shift > 0
                assert result.verdict == (verdict if beyond else "undecided")
                assert result.bound == pytest.approx(end, abs=1e-9)


def test_several_runs_a_side(runs):
    """The gate's bound is the table's, over seeds; what would decide it are runs or examples."""
    rng = np.random.default_rng(5)
    rows = {"example_id": np.arange(ROWS), "label": runs["label"], "child": runs["child"]}
    sides = [[], []]
    for side, rate in ((0, 0.1), (1, 0.14)):
        for _ in range(3):
            said = (rng.random(ROWS) < rate).astype(int)
            sides[side].append({**rows, "said": said})
    given = {"label": "label", "prediction": "said", "tags": "child", "level": 0.9}
    found = tagline.compare_runs(*sides, **given)
    assert found.runs == 3
    for row in (found.row("child"), found.whole):
        below, above = (f"change[{row.tag}] > {row.change_low + by:.9f}" for by in (-1e-6, 1e-6))
        (failed,) = judge(found, parse_gates([below]))
        (open_,) = judge(found, parse_gates([above]))
        assert (failed.verdict, open_.verdict) == ("failed", "undecided")
        assert re.search(r"about \d+ more runs? a side.* would decide", open_.message)
        assert failed.bound == pytest.approx(row.change_low, abs=1e-9)
    (result,) = judge(found, parse_gates(["error_rate > 0.05"]))
    assert (result.verdict, result.value) == ("failed", found.whole.after)


def test_a_tag_without_rows_decides_nothing(runs):
    found = compare(runs, tags={"child": "child", "none": "label = 7"})
    results = judge(found, parse_gates(["change[none] > 0.1", "error_rate[none] > 0.1"]))
    assert [(each.verdict, each.value, each.bound) for each in results] == [
        ("undecided", None, None),
        ("undecided", None, None),
    ]


def test_an_error_rate_is_that_of_the_second_run(runs):
    found = compare(runs)
    row = found.row("child")
    errors = round(row.after * row.support)
    (result,) = judge(found, parse_gates(["error_rate[child] > 0.1"]))
    assert result.value == row.after
    low = float(clopper_pearson_bound(errors, row.support, side="lower"))
    assert result.bound == pytest.approx(low, rel=1e-9)
    weighted = compare(runs, sample_weight="weight")
    (result,) = judge(weighted, parse_gates(["error_rate[child] > 0.1"]))
    assert result.value == pytest.approx(weighted.row("child").after)


def test_worse_is_kept_within_the_margin(runs):
    """A rise that is certain and does not matter is no failure."""
    n = 40_000
    rows = {"label": np.zeros(n), "old": np.arange(n) < 4000, "new": np.arange(n) < 4080}
    rows = {name: values.astype(int) for name, values in rows.items()}
    given = {"label": "label", "prediction": ("old", "new"), "tags": {"even": "old = 1 OR new = 0"}}
    gates = parse_gates(["worse", "worse by > 0", "change > 0.01"])
    found = judge(tagline.compare_runs(rows, **given), gates)
    assert [each.verdict for each in found] == ["passed", "failed", "passed"]
    (found,) = judge(tagline.compare_runs(rows, margin=0.0, **given), gates[:1])
    assert found.verdict == "failed"


def test_check_raises_with_the_sentences(runs):
    found = compare(runs)
    results = found.check("change > 0.5", "error_rate > 0.9")
    assert [each.verdict for each in results] == ["passed", "passed"]
    with pytest.raises(GateError, match=r"failed: any tag worse by > 0\.02: child is") as error:
        found.check("any tag worse by > 0.02", "change > 0.5")
    assert isinstance(error.value, AssertionError)
    assert [each.verdict for each in error.value.results] == ["failed", "passed"]
    open_gate = f"change > {found.whole.change:.3f}"
    assert found.check(open_gate)[0].verdict == "undecided"
    with pytest.raises(GateError, match=r"about .* more examples would decide"):
        found.check(open_gate, undecided="fail")
    assert found.check() == ()


def test_check_of_one_run(runs):
    given = {"label": "label", "prediction": "new", "tags": "child"}
    found = tagline.analyze_errors(runs, **given)
    with pytest.raises(GateError, match="for certain at least"):
        found.check("error_rate[child] > 0.1")
    with pytest.raises(InputError, match="compare two"):
        found.check("worse")


def test_mistakes(runs):
    found = compare(runs)
    with pytest.raises(InputError, match="Did you mean 'child'"):
        found.check("change[chld] > 0.1")
    with pytest.raises(InputError, match=r"0\.1 for 10 %"):
        found.check("worse by > 5")


def test_more_examples_in_proportion_decide(runs):
    found = evidence_of(compare(runs))
    limit = round(float(found.change[found.tags.index("child")]) - 0.01, 3)
    gate = parse_gate(f"change[child] > {limit}")
    (result,) = check_changes([gate], found, margin=0.01)
    assert result.verdict == "undecided"
    place = found.tags.index("child")
    times = (found.support[place] + result.more) / found.support[place]
    cells = PairedCells.of(*(c[place : place + 1] for c in quarters(found))).scaled(times)
    low, _ = paired_interval(cells, level=0.9)
    assert low[0] > limit
    cells = cells.scaled((found.support[place] + result.more - 3) / cells.support)
    assert paired_interval(cells, level=0.9)[0][0] <= limit


def quarters(found):
    return (found.cells.both_right, found.cells.broken, found.cells.fixed, found.cells.both_wrong)


def drawn(rng, sizes, broken, fixed, wrong):
    """Return evidence of tags with cells drawn at these rates."""
    rates = [1 - broken - fixed - wrong, broken, fixed, wrong]
    cells = PairedCells.of(*np.array([rng.multinomial(n, rates) for n in sizes], dtype=float).T)
    total = np.stack([cells.fixed + cells.both_wrong, cells.support] * 2, axis=1)
    total[:, 2] = cells.broken + cells.both_wrong
    blank = Moments(total, np.zeros((len(sizes), 4, 4)), cells.support)
    tags = tuple(f"t{i}" for i in range(len(sizes)))
    rates = tuple(
        RunRate(tag, int(n), 0.0, 0.0, 0.0, 0.0) for tag, n in zip(tags, sizes, strict=True)
    )
    whole = cells.broken.astype(int), cells.fixed.astype(int)
    return PairedEvidence(
        tags, cells.support, blank, cells, np.full(len(sizes), np.inf), *whole, rates, bounded=True
    )


@pytest.mark.parametrize(
    ("text", "broken", "fixed"),
    [
        ("any tag worse by > 0.02", 0.06, 0.04),
        ("any tag worse by > 0.02", 0.02, 0.0),
        ("any tag worse", 0.03, 0.03),
    ],
)
def test_any_tag_seldom_fails_by_chance(text, broken, fixed):
    """Ten tags exactly at the limit: at most .05 of the calls may fail."""
    rng, gates = np.random.default_rng(0), [parse_gate(text)]
    fails = 0
    for _ in range(120):
        evidence = drawn(rng, [80, 120, 200, 300, 400] * 2, broken, fixed, 0.08)
        fails += check_changes(gates, evidence, margin=0.01)[0].verdict == "failed"
    assert fails / 120 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 120)


def test_the_comment_names_what_matters_first(runs):
    text = pull_request(compare(runs), judge(compare(runs), parse_gates(["worse by > 0.01"])))
    assert text.startswith("### ❌ 1 gate failed. Worse on all data")
    assert text.index("**failed**") < text.index("| child |") < text.index("newly broken")
    calm = pull_request(compare({**runs, "new": runs["old"]}))
    assert calm.startswith("### The two runs are the same")
    assert "newly" not in calm
