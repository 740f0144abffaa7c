"""Gates: they fail and pass for certain only, and say what would decide the rest."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from tagline.display.words import rough
from tagline.error_analysis.gates.deciding import check_gates
from tagline.error_analysis.gates.reading import Gate, parse_gate
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow
from tagline.exceptions import InputError
from tagline.stats import clopper_pearson_bound, wilson


def row(tag, errors, support, *, low=None, high=None):
    blank = dict.fromkeys((each.name for each in dataclasses.fields(TagRow)), None)
    rate = errors / support if support else None
    found = {"tag": tag, "errors": errors, "support": support, "error_rate": rate}
    if low is None and high is None and support:
        low, high = map(float, wilson(errors, support))
    found |= {"error_rate_low": low, "error_rate_high": high, "note": ""}
    return TagRow(**(blank | found))


def verdicts(texts, rows, **options):
    gates = [parse_gate(text) for text in texts]
    return check_gates(gates, rows, **options)


@pytest.mark.parametrize(
    ("text", "tag", "operator", "limit"),
    [
        ("error_rate[car_noise] > 0.1", "car_noise", ">", 0.1),
        ("error_rate[ device=tablet [old] ]>=.25", "device=tablet [old]", ">=", 0.25),
        ("error_rate < 1e-2", ALL, "<", 0.01),
        ("error_rate[n_words < 5] > 0.1", "n_words < 5", ">", 0.1),
        ("any tag > 0.2", None, ">", 0.2),
        ("Any  tag <= 0.2", None, "<=", 0.2),
    ],
)
def test_gates_are_read(text, tag, operator, limit):
    assert parse_gate(text) == Gate(tag, operator, limit, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("error_rate[car_noise]", "cannot be read"),
        ("error_rate[car_noise] = 0.1", "cannot be read"),
        ("error_rate[] > 0.1", "cannot be read"),
        ("accuracy[car_noise] < 0.1", "asks for `accuracy`"),
        ("error_rate > 10 %", "percent"),
        ("error_rate > much", "no number"),
        ("error_rate > nan", "at least 0"),
        ("error_rate > -1", "at least 0"),
    ],
)
def test_other_texts_are_refused(text, says):
    with pytest.raises(InputError, match=says):
        parse_gate(text)


def test_an_unknown_tag_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'car_noise'"):
        verdicts(["error_rate[car_nose] > 0.1"], [row("car_noise", 1, 10)])


def test_a_limit_that_nothing_passes_is_refused():
    rows = [row("a", 1, 10, low=0.01, high=0.4)]
    with pytest.raises(InputError, match=r"0\.1 for 10 %"):
        verdicts(["error_rate[a] > 10"], rows)
    assert verdicts(["error_rate[a] > 10"], rows, bounded=False)


def test_the_three_verdicts():
    rows = [row("bad", 40, 100), row("good", 1, 100), row("open", 12, 100), row("none", 0, 0)]
    texts = [f"error_rate[{each.tag}] > 0.1" for each in rows]
    found = verdicts(texts, rows)
    assert [each.verdict for each in found] == ["failed", "passed", "undecided", "undecided"]
    assert [each.more is None for each in found] == [True, True, False, True]
    assert "12.0 % (12 of 100)" in found[2].message
    assert f"about {rough(found[2].more)} more examples would decide" in found[2].message


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99), st.sampled_from("<>"))
def test_one_gate_is_the_exact_bound(errors, more, limit, operator):
    n = errors + more
    (found,) = verdicts([f"error_rate[t] {operator} {limit}"], [row("t", errors, n)])
    low, high = (float(clopper_pearson_bound(errors, n, side=side)) for side in ("lower", "upper"))
    above, below = low > limit, high < limit
    fails, passes = (above, below) if operator == ">" else (below, above)
    if abs(low - limit) > 1e-9 and abs(high - limit) > 1e-9:
        assert found.verdict == ("failed" if fails else "passed" if passes else "undecided")


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 60)), min_size=1, max_size=4),
    st.floats(0.02, 0.98),
    st.sampled_from("<>"),
    st.booleans(),
)
def test_bound_and_p_value_tell_the_verdict(counts, limit, operator, bounded):
    rows = [row(f"t{i}", errors, errors + more) for i, (errors, more) in enumerate(counts)]
    texts = [f"error_rate[{each.tag}] {operator} {limit}" for each in rows]
    for found in verdicts(texts, rows, bounded=bounded):
        if found.bound is None or abs(found.bound - limit) < 1e-9:
            continue
        rate = found.value
        beyond = rate > limit if operator == ">" else rate < limit
        towards_failure = found.verdict == "failed" or (found.verdict == "undecided" and beyond)
        above = towards_failure == (operator == ">")
        passed = found.bound > limit if above else found.bound < limit
        assert passed == (found.verdict != "undecided") == (found.p_value <= 0.05)
        assert found.bound <= rate if above else found.bound >= rate


def test_the_row_of_the_document():
    (found,) = verdicts(["error_rate[a] > 0.1"], [row("a", 20, 100)])
    bound = float(clopper_pearson_bound(20, 100, side="lower"))
    assert found.to_dict() == {
        "text": "error_rate[a] > 0.1",
        "verdict": "failed",
        "tag": "a",
        "limit": 0.1,
        "error_rate": 0.2,
        "change": None,
        "bound": pytest.approx(bound, rel=1e-9),
        "p_value": pytest.approx(float(binom.sf(19, 100, 0.1)), rel=1e-9),
        "more": None,
        "undecided": "pass",
        "message": found.message,
    }


def test_several_gates_are_corrected_for_each_other():
    rows = [row("a", 16, 100), row("b", 12, 100)]
    alone = verdicts(["error_rate[a] > 0.1"], rows)
    both = verdicts(["error_rate[a] > 0.1", "error_rate[b] > 0.1"], rows)
    assert [alone[0].verdict, both[0].verdict] == ["failed", "undecided"]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), min_size=1, max_size=5))
def test_more_examples_at_the_same_rate_decide(counts):
    rows = [row(f"t{i}", errors, errors + more) for i, (errors, more) in enumerate(counts)]
    texts = [f"error_rate[{each.tag}] > 0.2" for each in rows]
    for i, found in enumerate(verdicts(texts, rows)):
        if found.more is None:
            continue
        scale = (rows[i].support + found.more) / rows[i].support
        grown = [*rows]
        grown[i] = row(rows[i].tag, rows[i].errors * scale, rows[i].support * scale)
        assert verdicts(texts, grown)[i].verdict != "undecided"


def test_any_tag_looks_at_tags_only_and_names_the_one_that_decides():
    base = [row(UNTAGGED, 90, 100), row(ALL, 90, 100)]
    good = [row("a", 1, 100), row("b", 2, 100)]
    (found,) = verdicts(["any tag > 0.2"], [*good, *base])
    assert found.verdict == "passed"
    (found,) = verdicts(["any tag > 0.2"], [*good, row("c", 60, 100), *base])
    assert (found.verdict, found.tag) == ("failed", "c")
    (found,) = verdicts(["any tag > 0.2"], [*good, row("c", 21, 100), *base])
    assert (found.verdict, found.tag) == ("undecided", "c")
    (found,) = verdicts(["any tag > 0.2"], base)
    assert found.verdict == "undecided"


def test_weighted_rates_count_for_as_much_as_their_interval_says():
    """Five times the rows, with the interval of a fifth: the verdict of the fifth."""
    low, high = wilson(16, 80)
    worn = row("t", 80, 400, low=float(low), high=float(high))
    (found,) = verdicts(["error_rate[t] > 0.14"], [worn])
    (exact,) = verdicts(["error_rate[t] > 0.14"], [row("t", 16, 80)])
    assert found.verdict == exact.verdict == "undecided"
    assert found.more == pytest.approx(5 * exact.more, rel=0.01)
    (found,) = verdicts(["error_rate[t] > 0.14"], [row("t", 80, 400)])
    assert found.verdict == "failed"


def test_a_group_without_errors_proves_no_more_than_its_interval():
    _, high = wilson(0, 10)
    grouped = row("t", 0, 1000, low=0.0, high=float(high))
    (found,) = verdicts(["error_rate[t] > 0.1"], [grouped])
    assert found.verdict == "undecided"


def test_open_rates():
    rows = [
        row("wer", 300, 200, low=1.3, high=1.7),
        dataclasses.replace(row("unknown", 1, 2), error_rate=1.5, error_rate_low=None),
    ]
    texts = ["error_rate[wer] > 1.0", "error_rate[wer] > 2.5", "error_rate[unknown] > 1.0"]
    found = verdicts(texts, rows, bounded=False)
    assert [each.verdict for each in found] == ["failed", "passed", "undecided"]


def test_a_set_of_gates_seldom_fails_by_chance():
    """Ten tags exactly at the limit: no more than .05 of the calls may fail."""
    rng = np.random.default_rng(0)
    fails = 0
    for _ in range(400):
        rows = [row(f"t{i}", int(e), 80) for i, e in enumerate(rng.binomial(80, 0.2, 10))]
        fails += verdicts(["any tag > 0.2"], rows)[0].verdict == "failed"
    assert fails / 400 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def test_an_estimate_of_millions_is_said_in_two_digits():
    (found,) = verdicts(["error_rate[(all)] > 0.5"], [row(ALL, 2001, 4000)])
    assert found.more > 1_000_000
    assert re.search(r"about \d(\d|\.\d)? million more examples would decide", found.message)


def test_the_sentence_says_what_is_certain_and_what_came_of_each_tag():
    rows = [row("bad", 40, 100), row("good", 0, 200), row("open", 12, 100)]
    (found,) = verdicts(["any tag > 0.1"], rows)
    assert f"for certain at least {100 * found.bound:.1f} %." in found.message
    assert found.message.endswith(" Of 3 tags 1 failed, 1 passed, 1 undecided.")
    (kept,) = verdicts(["error_rate[good] > 0.1"], rows)
    assert kept.message.startswith("passed: error_rate[good] > 0.1 does not hold: good has 0.0 %")
    assert f"for certain at most {100 * kept.bound:.1f} %." in kept.message
    (left,) = verdicts(["error_rate[open] > 0.1"], rows)
    assert "for certain only at least" in left.message
    assert "tests in one call" not in left.message
    assert (
        "as surely as 2 tests in one call ask"
        in verdicts(["error_rate[open] > 0.1"] * 2, rows)[0].message
    )
    (near,) = verdicts(["error_rate[(all)] > 0.5"], [row(ALL, 2001, 4000)])
    assert "practically at the limit: about" in near.message
