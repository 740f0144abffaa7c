"""The rows of an error analysis, from counts made by hand, against other calculations."""

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tagline.error_analysis.ranked.rates import People, tag_rows
from tagline.error_analysis.rows import COLUMNS
from tagline.exceptions import InputError
from tagline.measures import find_measure
from tagline.measures.countable import Counts
from tagline.stats import Moments

ACCURACY = find_measure("accuracy")
NONE = {"importance": {}, "ease": {}}


def counted(  # noqa: PLR0917 (a table of columns)
    e, tags, w=None, he=None, hw=None, group=None, binary=None
):
    """Count a table: `tags` maps a name to 1 (has it), 0 or NaN (unknown) for every row."""
    e = np.asarray(e, dtype=float)
    w = np.ones_like(e) if w is None else np.asarray(w, dtype=float)
    flags = {name: np.asarray(flag, dtype=float) for name, flag in tags.items()}
    some = np.array(list(flags.values())) if flags else np.zeros((1, len(e)))
    flags["(untagged)"] = ((some == 0).all(axis=0)).astype(float)
    flags["(all)"] = np.ones_like(e)
    people = he is not None
    hw = w if hw is None else np.asarray(hw, dtype=float)
    he = np.full_like(e, np.nan) if he is None else np.asarray(he, dtype=float)
    asked = ~np.isnan(he)
    parts, cells = [], []
    for flag in flags.values():
        known, has = ~np.isnan(flag), flag == 1
        columns = [e * has, w * has, e * ~has, w * ~has]
        if people:
            both = has & asked
            columns += [e * both, w * both, np.where(both, he, 0), hw * both]
            cells.append([[np.sum(both & (e == m) & (he == p)) for p in (0, 1)] for m in (0, 1)])
        table = np.stack(columns, axis=1)[known]
        if group is not None:
            names, place = np.unique(np.asarray(group)[known], return_inverse=True)
            sums = np.zeros((len(names), table.shape[1]))
            np.add.at(sums, place, table)
            table = sums
        parts.append(Moments.of_units(table))
    moments = Moments(
        *(
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("total", "product", "units")
        )
    )
    values = np.array(list(flags.values()))
    if binary is None:
        binary = group is None and bool((w == 1).all()) and bool(np.isin(e, [0, 1]).all())
    return Counts(
        tags=tuple(flags),
        columns=("",) * len(flags),
        support=(values == 1).sum(axis=1),
        unknown=np.isnan(values).sum(axis=1),
        answered=((values == 1) & asked).sum(axis=1),
        errors=((values == 1) * e).sum(axis=1),
        moments=moments,
        left_out={},
        cells=np.array(cells, dtype=float) if people and binary else None,
        binary=binary,
    )


def nobody(counts):
    blank = np.full(len(counts.tags), np.nan)
    return People("none", blank, blank, blank)


def column(counts):
    blank = np.full(len(counts.tags), np.nan)
    return People("column", blank, blank, blank)


def stated(counts, rates=None, pairs=None):
    rate, errors, asked = (np.full(len(counts.tags), np.nan) for _ in range(3))
    for place, tag in enumerate(counts.tags):
        if tag in (rates or {}):
            rate[place] = rates[tag]
        if tag in (pairs or {}):
            errors[place], asked[place] = pairs[tag]
            rate[place] = errors[place] / asked[place]
    return People("stated", rate, errors, asked)


def by_tag(ranking):
    return {row.tag: row for row in ranking.rows}


SIZES = {"clean": (6000, 360), "car": (400, 44), "people": (3000, 390), "low": (600, 180)}


def course():
    e = np.concatenate([np.arange(n) < k for n, k in SIZES.values()]).astype(float)
    names = np.repeat(list(SIZES), [n for n, _ in SIZES.values()])
    return counted(e, {name: names == name for name in SIZES})


def random_table(seed, n=400, n_tags=6, answered=0.7):
    rng = np.random.default_rng(seed)
    tags = {f"t{i}": (rng.random(n) < rng.uniform(0.05, 0.6)).astype(float) for i in range(n_tags)}
    e = (rng.random(n) < 0.1 + 0.2 * tags["t0"]).astype(float)
    he = np.where(rng.random(n) < answered, rng.random(n) < 0.08, np.nan)
    return e, tags, he


@pytest.mark.parametrize("as_pairs", [False, True])
def test_course_comes_out_exactly(as_pairs):
    counts = course()
    bare = {"clean": 1 - 0.95, "car": 1 - 0.93, "people": 1 - 0.89, "low": 1 - 0.70}
    pairs = {"clean": (50, 1000), "car": (70, 1000), "people": (110, 1000), "low": (300, 1000)}
    people = stated(counts, pairs=pairs) if as_pairs else stated(counts, rates=bare)
    rows = by_tag(tag_rows(counts, people, ACCURACY, **NONE))
    expected = {
        "clean": (0.01, 0.006),
        "car": (0.04, 0.0016),
        "people": (0.02, 0.006),
        "low": (0, 0),
    }
    assert {tag: (rows[tag].room, rows[tag].gain) for tag in expected} == expected
    assert {rows[tag].rank for tag in ("clean", "people")} == {1, 2}
    assert (rows["car"].rank, rows["low"].rank) == (3, 4)
    assert (rows["clean"].hlp_error_low is None) != as_pairs
    assert rows["people"].shrunk_gain == 0.006
    assert "not shrunk" in rows["people"].note


def test_columns_agree_with_other_calculations():
    e, tags, _ = random_table(3)
    ranking = tag_rows(counted(e, tags), nobody(counted(e, tags)), ACCURACY, **NONE)
    rows = by_tag(ranking)
    ps = []
    for name, flag in tags.items():
        row, has = rows[name], flag == 1
        k, n = e[has].sum(), has.sum()
        assert (row.support, row.errors) == (n, k)
        assert row.share == pytest.approx(n / len(e))
        assert row.error_rate == pytest.approx(k / n)
        assert row.error_share == pytest.approx(k / e.sum())
        spans = {"share": (n, len(e)), "error_rate": (k, n), "error_share": (k, e.sum())}
        for column_name, (hits, size) in spans.items():
            low, high = proportion_confint(hits, size, method="wilson")
            assert getattr(row, f"{column_name}_low") == pytest.approx(low, abs=1e-12)
            assert getattr(row, f"{column_name}_high") == pytest.approx(high, abs=1e-12)
        table = [[k, n - k], [e[~has].sum(), (~has).sum() - e[~has].sum()]]
        expected = scipy_stats.contingency.expected_freq(table)
        if expected.min() < 5:
            p = scipy_stats.fisher_exact(table)[1]
        else:
            p = scipy_stats.chi2_contingency(table, correction=False)[1]
        assert row.p_value == pytest.approx(p, rel=1e-6)
        ps.append(p)
    found = [rows[name].q_value for name in tags]
    assert found == pytest.approx(multipletests(ps, method="fdr_bh")[1].tolist(), rel=1e-6)
    for base in ("(untagged)", "(all)"):
        assert rows[base].rank is rows[base].p_value is rows[base].q_value is None
    assert [row.tag for row in ranking.rows[-2:]] == ["(untagged)", "(all)"]


def test_column_of_answers_compares_on_the_answered_rows():
    e, tags, he = random_table(5)
    counts = counted(e, tags, he=he)
    rows = by_tag(tag_rows(counts, column(counts), ACCURACY, **NONE))
    for name, flag in tags.items():
        row, both = rows[name], (flag == 1) & ~np.isnan(he)
        assert row.hlp_error == pytest.approx(he[both].mean())
        room = max(0, e[both].mean() - he[both].mean())
        assert row.room == pytest.approx(room)
        assert row.gain == pytest.approx(room * flag.mean())
        assert row.gain_low <= row.gain <= row.gain_high
        low, high = proportion_confint(he[both].sum(), both.sum(), method="wilson")
        assert (row.hlp_error_low, row.hlp_error_high) == pytest.approx((low, high))
        assert f"people answered {both.sum()} rows" in row.note
        assert row.p_top is not None
        assert row.shrunk_gain is not None
    assert rows["(all)"].gain == pytest.approx(max(0, e[~np.isnan(he)].mean() - np.nanmean(he)))
    assert rows["(all)"].shrunk_gain is None


def test_gain_interval_agrees_with_plain_jeffreys_draws():
    counts = course()
    row = by_tag(
        tag_rows(
            counts, stated(counts, pairs={"people": (110, 1000)}), ACCURACY, **NONE, draws=20_000
        )
    )["people"]
    rng = np.random.default_rng(1)
    draws = np.maximum(
        rng.beta(390.5, 2610.5, 200_000) - rng.beta(110.5, 890.5, 200_000), 0
    ) * rng.beta(3000.5, 7000.5, 200_000)
    low, high = np.quantile(draws, [0.025, 0.975])
    assert (row.gain_low, row.gain_high) == pytest.approx((low, high), abs=3e-4)


def test_without_people_tags_rank_by_the_errors_they_hold():
    counts = course()
    ranking = tag_rows(counts, nobody(counts), ACCURACY, importance={"low": 6}, ease={"low": 0.5})
    rows = by_tag(ranking)
    tags = [row.tag for row in ranking.rows[:-2]]
    assert tags == ["low", "people", "clean", "car"]
    assert rows["low"].priority == pytest.approx(3 * 0.018)
    assert all(rows[tag].room is rows[tag].gain is rows[tag].p_top is None for tag in tags)
    assert all("no human level: ranked by the errors it holds" in rows[t].note for t in tags)


def test_known_human_level_comes_before_unknown_and_empty_tags_last():
    e = [1, 1, 1, 0, 0, 1, 0, 0]
    tags = {"much": [1, 1, 1, 0, 0, 0, 0, 0], "known": [0, 0, 0, 0, 0, 1, 1, 1], "empty": [0] * 8}
    counts = counted(e, tags)
    people = stated(counts, rates={"known": 0.3, "empty": 0.1})
    ranking = tag_rows(counts, people, ACCURACY, **NONE)
    assert [row.tag for row in ranking.rows[:-2]] == ["known", "much", "empty"]
    empty = by_tag(ranking)["empty"]
    assert empty.share == 0
    assert empty.error_rate is empty.room is empty.priority is empty.p_value is None
    assert empty.note.startswith("no example has the tag")
    assert empty.rank == 3


def test_unknown_rows_are_neither_and_noted():
    e = [1, 0, 1, 0, 1, 1]
    counts = counted(e, {"a": [1, 1, 0, 0, np.nan, np.nan]})
    row = by_tag(tag_rows(counts, nobody(counts), ACCURACY, **NONE))["a"]
    assert (row.share, row.error_rate, row.error_share) == (0.5, 0.5, 0.5)
    assert "unknown on 2 rows" in row.note


def test_model_better_than_people_has_no_room_and_a_note():
    counts = course()
    row = by_tag(tag_rows(counts, stated(counts, rates={"car": 0.2}), ACCURACY, **NONE))["car"]
    assert (row.room, row.gain, row.shrunk_gain) == (0, 0, 0)
    assert "better than people" in row.note
    assert row.hlp_error_low is None


def test_words_and_groups_go_by_the_sums():
    rng = np.random.default_rng(8)
    n = 300
    w, e = rng.integers(1, 20, n).astype(float), rng.poisson(1.5, n).astype(float)
    group, tag = rng.integers(0, 30, n), (rng.random(n) < 0.3).astype(float)
    he = np.minimum(e, rng.poisson(0.5, n))
    for people_know in (False, True):
        counts = counted(e, {"a": tag}, w=w, group=group, he=he if people_know else None)
        people = column(counts) if people_know else stated(counts, pairs={"a": (20, 400)})
        row = by_tag(tag_rows(counts, people, find_measure("wer"), **NONE))["a"]
        has = tag == 1
        assert row.error_rate == pytest.approx(e[has].sum() / w[has].sum())
        assert row.share == pytest.approx(w[has].sum() / w.sum())
        assert row.error_rate_low < row.error_rate < row.error_rate_high
        assert row.hlp_error_low < row.hlp_error < row.hlp_error_high
        assert row.gain_low < row.gain < row.gain_high
        assert row.p_top is not None


def test_sample_weights_widen_the_interval():
    e, tags, _ = random_table(2)
    s = np.where(np.arange(len(e)) % 10 == 0, 20.0, 1.0)
    plain = counted(e, tags)
    heavy = counted(e * s, tags, w=s, binary=False)
    one = by_tag(tag_rows(plain, nobody(plain), ACCURACY, **NONE))["t1"]
    other = by_tag(tag_rows(heavy, nobody(heavy), ACCURACY, **NONE))["t1"]
    assert other.error_rate_high - other.error_rate_low > one.error_rate_high - one.error_rate_low
    has = tags["t1"] == 1
    assert other.share == pytest.approx(s[has].sum() / s.sum())


def test_mean_over_classes_has_no_error_share():
    e, tags, _ = random_table(4)
    counts = counted(e, tags)
    product = np.full_like(counts.moments.product, np.nan)
    blind = Moments(counts.moments.total, product, counts.moments.units)
    changed = Counts(**{**vars(counts), "moments": blind, "family": True, "binary": False})
    rows = by_tag(tag_rows(changed, stated(changed, rates={"t0": 0.1}), find_measure("f1"), **NONE))
    row = rows["t0"]
    assert row.error_share is row.error_rate_low is row.share_low is row.gain_low is None
    assert row.gain is not None
    assert "do not add up" in row.note
    assert "by groups" in row.note
    assert "first order" in row.note


def test_shrinking_needs_five_measured_tags_and_pulls_small_tags_in():
    rng = np.random.default_rng(0)
    sizes = [5000, 4000, 3000, 2000, 1000, 10]
    which = np.repeat(np.arange(6), sizes)
    e = (rng.random(len(which)) < np.array([0.1, 0.12, 0.2, 0.15, 0.1, 0])[which]).astype(float)
    e[which == 5] = np.arange(10) < 6
    counts = counted(e, {f"t{i}": which == i for i in range(6)})
    pairs = {f"t{i}": (50, 1000) for i in range(6)}
    rows = by_tag(tag_rows(counts, stated(counts, pairs=pairs), ACCURACY, **NONE))
    assert rows["t5"].shrunk_gain < rows["t5"].gain
    assert "not shrunk" not in rows["t5"].note
    few = by_tag(
        tag_rows(
            counts, stated(counts, pairs={t: pairs[t] for t in list(pairs)[:4]}), ACCURACY, **NONE
        )
    )
    assert few["t0"].shrunk_gain == few["t0"].gain
    assert "under 5 tags" in few["t0"].note


@settings(max_examples=30)
@given(st.integers(0, 500), st.permutations(range(6)), st.sampled_from(["none", "column", "pair"]))
def test_order_of_the_tags_does_not_matter(seed, order, kind):
    e, tags, he = random_table(seed, n=120)
    names = list(tags)
    found = []
    for places in (range(6), order):
        counts = counted(e, {names[i]: tags[names[i]] for i in places}, he=he)
        people = {"none": nobody, "column": column}.get(
            kind, lambda c: stated(c, pairs=dict.fromkeys(names, (5, 60)))
        )(counts)
        found.append(tag_rows(counts, people, ACCURACY, **NONE, draws=50))
    for one, other in zip(*(ranking.rows for ranking in found), strict=True):
        assert one == other


@settings(max_examples=50)
@given(st.integers(0, 500), st.sampled_from([0.5, 1.5, 2.25]), st.sampled_from(["none", "column"]))
def test_laws_of_the_rows(seed, factor, kind):
    e, tags, he = random_table(seed, n=100, answered=0.3)
    counts = counted(e, tags, he=he)
    people = column(counts) if kind == "column" else nobody(counts)
    importance, ease = {"t1": factor}, {"t2": 1 / factor}
    whole = tag_rows(counts, people, ACCURACY, importance=importance, ease=ease, draws=50)
    plain = tag_rows(counts, people, ACCURACY, **NONE, draws=50)
    assert plain.reweight(importance, ease).rows == whole.rows
    assert whole.reweight(ease=ease).rows == whole.rows
    ranked = [row for row in whole.rows if row.rank is not None]
    assert [row.rank for row in ranked] == list(range(1, len(tags) + 1))
    for known in (True, False):
        some = [r.priority for r in ranked if (r.shrunk_gain is not None) == known]
        numbers = [value for value in some if value is not None]
        assert all(a >= b - 1e-12 for a, b in pairwise(numbers))
    for row in whole.rows:
        assert tuple(row.to_dict()) == COLUMNS
        for value in row.to_dict().values():
            assert not (isinstance(value, float) and not math.isfinite(value))
        assert 0 <= row.share <= 1
        assert row.share_low <= row.share + 1e-12
        assert row.share <= row.share_high + 1e-12
        if row.gain is not None:
            assert row.gain_low <= row.gain <= row.gain_high


def test_factors_are_checked():
    counts = course()
    for numbers, message in [({"peple": 2}, "Did you mean 'people'"), ({"car": 0}, "above 0")]:
        with pytest.raises(InputError, match=message):
            tag_rows(counts, nobody(counts), ACCURACY, importance=numbers, ease={})


def test_hundreds_of_tags_take_milliseconds():
    rng = np.random.default_rng(0)
    tags = {f"t{i}": (rng.random(2000) < 0.1).astype(float) for i in range(575)}
    e, he = (rng.random(2000) < 0.2).astype(float), (rng.random(2000) < 0.1).astype(float)
    counts = counted(e, tags, he=he)
    spent = []
    for draws in (0, 1000):
        start = time.perf_counter()
        tag_rows(counts, column(counts), ACCURACY, **NONE, draws=draws)
        spent.append(time.perf_counter() - start)
    assert spent[0] < 1
    assert spent[1] < 3


@pytest.mark.parametrize("name", ["accuracy", "mae", "f1"])
@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("grouped", [False, True])
def test_little_data_gives_nulls_and_no_warning(name, rows, grouped):
    e, he = np.array([1.0, 0, 1, 0])[:rows], np.array([0.0, np.nan, 0, 1])[:rows]
    tags = {f"t{i}": np.array([1, i % 2, 0, i > 2])[:rows] for i in range(6)}
    counts = counted(e, tags, he=he, group=np.zeros(rows) if grouped else None)
    for people in (nobody(counts), column(counts), stated(counts, pairs={"t1": (1, 9)})):
        for row in tag_rows(counts, people, find_measure(name), **NONE, draws=20).rows:
            numbers = [value for value in row.to_dict().values() if isinstance(value, float)]
            assert all(math.isfinite(value) for value in numbers)
            assert row.error_rate is not None or row.note
            assert name == "mae" or row.gain_high is None or row.gain_high <= 1
