"""Gaps adjusted for other tags: the figures, the words, every kind of tag on every engine."""

import itertools

import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.error_analysis.company.adjusted import tag_gaps
from tagline.error_analysis.company.adjusting import Patterns
from tagline.exceptions import InputError
from tagline.stats import mantel_haenszel, pattern_strata, student_quantile

COLUMNS = ["tag", "gap", "gap_low", "gap_high", "adjusted", "adjusted_low", "adjusted_high"]
COLUMNS += ["p_value", "comparable", "explained_by", "remaining", "remaining_low"]
COLUMNS += ["remaining_high", "note"]


def wrong(errors):
    """Label and prediction with these errors."""
    return {"label": [0] * len(errors), "prediction": np.asarray(errors).astype(int).tolist()}


def analyze(data, **options):
    asked = {"label": "label", "prediction": "prediction", **options}
    return tagline.analyze_errors(data, **asked)


def adjusted(result, top=10):
    return {row["tag"]: row for row in result.adjusted(top).to_pylist()}


def confounded(rng, n=4000, rates=(0.05, 0.15)):
    """Low SNR makes the errors; car noise comes with it, and accents with nothing."""
    low = rng.random(n) < 0.3
    car = rng.random(n) < np.where(low, 0.7, 0.15)
    accent = rng.random(n) < 0.25
    p = np.where(low, rates[1], rates[0]) + 0.05 * accent
    return {"low SNR": low, "car noise": car, "accent": accent, **wrong(rng.random(n) < p)}


TAGS = ["low SNR", "car noise", "accent"]


def gaps(data):
    """The arithmetic alone, from counts that need no engine."""
    codes = np.stack([data[tag] for tag in TAGS], axis=1).astype(np.int64)
    keys, place = np.unique((codes + 1) @ [1, 3, 9], return_inverse=True)
    rows, wrong = np.bincount(place) * 1.0, np.bincount(place, data["prediction"])
    digits = (keys[:, None] // np.array([1, 3, 9])) % 3 - 1
    sums = np.stack([wrong, rows, wrong, wrong, rows], axis=1)
    each = np.arange(3)
    patterns = Patterns(tuple(TAGS), each, np.ones(3, int), digits, keys, rows, sums, True)
    return {found.tag: found for found in tag_gaps(patterns)}


def test_the_tag_that_only_keeps_bad_company_is_explained():
    found = adjusted(analyze(confounded(np.random.default_rng(1), 20_000), tags=TAGS))
    car, low, accent = (found[tag] for tag in ("car noise", "low SNR", "accent"))
    assert car["explained_by"] == "low SNR"
    assert car["note"].startswith("mostly low SNR: ")
    assert car["remaining_low"] < 0 < car["remaining_high"]
    assert car["gap_low"] > 0.03
    for own in (low, accent):
        assert own["explained_by"] is None
        assert own["note"].startswith("its own: ")
        assert own["adjusted"] == pytest.approx(own["gap"], abs=0.02)
        assert own["remaining"] is None
    assert low["comparable"] == 1


def test_over_many_sets_the_interval_holds_and_the_explanation_is_found():
    rng = np.random.default_rng(0)
    sets = [gaps(confounded(rng)) for _ in range(400)]
    car, accent = ([each[tag] for each in sets] for tag in ("car noise", "accent"))
    covered = np.mean([each.adjusted.low <= 0 <= each.adjusted.high for each in car])
    kept = np.mean([each.adjusted.low <= 0.05 <= each.adjusted.high for each in accent])
    assert 0.92 <= covered <= 0.98
    assert 0.92 <= kept <= 0.98
    assert np.mean([each.other == "low SNR" for each in car]) > 0.95
    assert not any(found[tag].other for found in sets for tag in ("accent", "low SNR"))


def test_the_words_hold_over_sets():
    rng = np.random.default_rng(9)
    sets = [adjusted(analyze(confounded(rng), tags=TAGS)) for _ in range(8)]
    assert sum(each["car noise"]["explained_by"] == "low SNR" for each in sets) >= 7
    assert not any(each[tag]["explained_by"] for each in sets for tag in ("accent", "low SNR"))


def test_the_figures_are_those_of_the_statistics():
    rng = np.random.default_rng(3)
    data = confounded(rng, 900)
    result = analyze(data, tags=TAGS)
    codes = np.array([data[tag] for tag in TAGS]).T.astype(int)
    patterns, place = np.unique(codes, axis=0, return_inverse=True)
    errors = np.bincount(place, np.array(data["prediction"]))
    strata = pattern_strata(patterns, errors, np.bincount(place), column=[0, 1, 2], code=[1, 1, 1])
    expected, found = mantel_haenszel(strata), adjusted(result)
    for i, tag in enumerate(TAGS):
        row = found[tag]
        for name, value in [
            ("adjusted", expected.value),
            ("adjusted_low", expected.low),
            ("adjusted_high", expected.high),
            ("p_value", expected.p_value),
            ("comparable", expected.comparable),
        ]:
            assert row[name] == pytest.approx(value[i], abs=1e-12)
        has, e = codes[:, i] == 1, np.array(data["prediction"])
        assert row["gap"] == pytest.approx(e[has].mean() - e[~has].mean(), abs=1e-12)
    assert result.adjusted().column_names == COLUMNS


def every_kind(n=600):
    rng = np.random.default_rng(5)
    low = rng.random(n) < 0.4
    device = np.where(rng.random(n) < 0.5, "phone", np.where(rng.random(n) < 0.6, "desk", "car"))
    words = [[w for w, p in (("um", 0.4), ("er", 0.2)) if rng.random() < p] for _ in range(n)]
    unknown = rng.random(n) < 0.1
    return {
        "example_id": list(range(n)),
        "low": [None if u else bool(v) for u, v in zip(unknown, low, strict=True)],
        "device": [None if rng.random() < 0.05 else str(each) for each in device],
        "words": [None if rng.random() < 0.05 else each for each in words],
        "speaker": [f"s{i % 40}" for i in range(n)],
        "weight": rng.lognormal(size=n).round(3).tolist(),
        **wrong(rng.random(n) < 0.1 + 0.2 * low + 0.1 * (device == "car")),
    }


def oracle(data, tag):
    """Membership of every row by Python: true, false, or None where unknown."""
    if tag == "low":
        return data["low"]
    if tag.startswith("device="):
        return [None if d is None else d == tag.removeprefix("device=") for d in data["device"]]
    return [None if items is None else tag in items for items in data["words"]]


KINDS = ["low", "device=phone", "device=desk", "device=car", "um", "er"]


@pytest.mark.parametrize("options", [{}, {"sample_weight": "weight"}, {"group": "speaker"}])
def test_every_kind_of_tag_on_every_engine(engine, options):
    data = every_kind()
    result = analyze(data, tags=["low", "device", "words"], engine=engine, **options)
    found = adjusted(result)
    assert set(found) == set(KINDS)
    weight = np.array(data["weight"] if "sample_weight" in options else [1.0] * 600)
    error = np.array(data["prediction"])
    has = {tag: oracle(data, tag) for tag in KINDS}
    for tag, row in found.items():
        own = tag.partition("=")[0]
        others = [has[each] for each in KINDS if each.partition("=")[0] != own]
        strata = {}
        for i, company in enumerate(zip(*others, strict=True)):
            if has[tag][i] is not None:
                side = strata.setdefault(company, np.zeros((2, 2)))
                side[int(has[tag][i])] += weight[i] * error[i], weight[i]
        above = below = 0.0
        for (e0, w0), (e1, w1) in strata.values():
            if w0 and w1:
                above += (e1 / w1 - e0 / w0) * w0 * w1 / (w0 + w1)
                below += w0 * w1 / (w0 + w1)
        assert row["adjusted"] == pytest.approx(above / below, abs=1e-9)
        assert row["adjusted_low"] < row["adjusted"] < row["adjusted_high"]
        assert 0 < row["p_value"] <= 1


def test_a_table_of_tags_counts_as_columns_do(engine):
    data = confounded(np.random.default_rng(2), 800)
    data["example_id"] = [f"e{i}" for i in range(800)]
    long = [
        {"example_id": f"e{i}", "tag": tag}
        for i, tag in itertools.product(range(800), TAGS)
        if data[tag][i]
    ]
    looked_at = pa.table({"example_id": data["example_id"]})
    columns = analyze(data, tags=TAGS, engine=engine).adjusted()
    table = analyze(data, tags=(pa.Table.from_pylist(long), looked_at), engine=engine).adjusted()
    for one, other in zip(columns.to_pylist(), table.to_pylist(), strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_groups_reach_over_strata(engine):
    data = every_kind()
    data["um"] = ["um" in (words or []) for words in data["words"]]
    row = adjusted(analyze(data, tags=["low", "um"], engine=engine, group="speaker"))["low"]
    error, um = np.array(data["prediction"], float), np.array(data["um"])
    low = np.array([-1 if each is None else int(each) for each in data["low"]])
    scores, weights = np.zeros(600), []
    for other in (True, False):
        sides = [(low == side) & (um == other) for side in (0, 1)]
        n0, n1 = (side.sum() for side in sides)
        weights.append(n0 * n1 / (n0 + n1))
        for side, sign in zip(sides, (-1, 1), strict=True):
            scores[side] = sign * weights[-1] * (error[side] - error[side].mean()) / side.sum()
    speaker = np.array([int(each[1:]) for each in data["speaker"]])
    variance = (np.bincount(speaker, scores / sum(weights)) ** 2).sum()
    inside = np.bincount(speaker, low == 1)
    groups = inside.sum() ** 2 / (inside**2).sum()
    variance *= groups / (groups - 1)
    assert (row["adjusted_high"] - row["adjusted_low"]) / 2 == pytest.approx(
        student_quantile(0.95, [groups])[0] * variance**0.5, rel=1e-9
    )


def test_groups_widen_the_interval():
    rng = np.random.default_rng(8)
    speaker = np.repeat(np.arange(60), 30)
    bad = (rng.random(60) < 0.3)[speaker]
    tag = (rng.random(60) < 0.5)[speaker]
    data = {"tag": tag, "other": rng.random(1800) < 0.5, "speaker": speaker.tolist()}
    data |= wrong(rng.random(1800) < np.where(bad, 0.5, 0.05))
    alone = adjusted(analyze(data, tags=["tag", "other"]))["tag"]
    grouped = adjusted(analyze(data, tags=["tag", "other"], group="speaker"))["tag"]
    assert grouped["adjusted"] == pytest.approx(alone["adjusted"], abs=1e-12)
    width = {
        name: row["adjusted_high"] - row["adjusted_low"]
        for name, row in {"alone": alone, "grouped": grouped}.items()
    }
    assert width["grouped"] > 2 * width["alone"]
    assert grouped["p_value"] > alone["p_value"]


def test_open_measures_are_adjusted_too():
    rng = np.random.default_rng(4)
    data = confounded(rng, 6000)
    data["prediction"] = np.abs(rng.normal(size=6000)) * np.where(data["low SNR"], 3.0, 1.0)
    data["label"] = np.zeros(6000)
    found = adjusted(analyze(data, tags=TAGS, measure="mae"))
    assert found["car noise"]["explained_by"] == "low SNR"
    assert "points" not in found["car noise"]["note"]
    assert found["low SNR"]["note"].startswith("its own: ")


def test_two_names_for_the_same_rows_are_taken_for_one():
    data = confounded(np.random.default_rng(1), 20_000)
    data["bad line"] = data["low SNR"]
    found = adjusted(analyze(data, tags=[*TAGS, "bad line"]))
    for one, other in (("low SNR", "bad line"), ("bad line", "low SNR")):
        assert found[one]["note"].startswith("its own: ")
        assert found[one]["note"].endswith(f"taken for one with {other}: nearly the same examples")
        assert found[one]["comparable"] == 1
    assert found["car noise"]["explained_by"] in {"low SNR", "bad line"}


def test_a_gap_that_other_tags_hide_is_named():
    rng = np.random.default_rng(6)
    good = rng.random(20_000) < 0.5
    tag = rng.random(20_000) < np.where(good, 0.8, 0.2)
    errors = rng.random(20_000) < np.where(good, 0.02, 0.17) + 0.09 * tag
    found = adjusted(analyze({"good": good, "tag": tag, **wrong(errors)}, tags=["good", "tag"]))
    assert found["tag"]["note"].startswith("hidden by other tags: ")
    assert found["tag"]["adjusted_low"] > 0.05


def test_a_tag_without_a_gap_may_be_chance():
    rng = np.random.default_rng(7)
    data = {"a": rng.random(500) < 0.5, "b": rng.random(500) < 0.5, **wrong(rng.random(500) < 0.2)}
    assert all(
        "perhaps chance" in row["note"] for row in adjusted(analyze(data, tags=["a", "b"])).values()
    )


def test_levels_of_one_column_never_explain_each_other():
    data = {"device": ["a", "b"] * 500, **wrong([i % 10 == 0 for i in range(1000)])}
    found = adjusted(analyze(data, tags="device"))
    assert found["device=a"]["gap"] == pytest.approx(0.2)
    assert [row["explained_by"] for row in found.values()] == [None, None]
    assert found["device=a"]["adjusted"] == found["device=a"]["gap"]


def test_everybody_has_the_tag():
    data = {"a": [True] * 40, "b": [True, False] * 20, **wrong([True, False, False, False] * 10)}
    found = adjusted(analyze(data, tags=["a", "b"]))
    assert found["a"]["gap"] is None
    assert found["a"]["note"] == "nothing to compare with"
    assert found["b"]["adjusted"] == pytest.approx(0.5)


def test_what_cannot_be_adjusted_is_refused():
    data = confounded(np.random.default_rng(0), 100)
    result = analyze(data, tags=TAGS)
    for top in (1, 16, "3"):
        with pytest.raises(InputError, match="`top` must be a whole number from 2 to 15"):
            result.adjusted(top)
    with pytest.raises(InputError, match="is a mean over classes"):
        analyze(data, tags=TAGS, measure="f1(average='macro')").adjusted()


def test_only_the_first_tags_are_compared():
    data = confounded(np.random.default_rng(0), 500)
    result = analyze(data, tags=TAGS)
    assert result.adjusted(2)["tag"].to_pylist() == [row.tag for row in result.rows[:2]]
