"""`find_slices` from end to end: rules that can be taken back, nulls, groups, forms, refusals."""

import datetime
import json

import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.error_analysis.slices import Slices, coding, find_slices
from tagline.error_analysis.slices.rows import COLUMNS
from tagline.error_analysis.slices.rules import equals, identifier, rounded
from tagline.exceptions import InputError
from tagline.measures import MEASURES, Pair, measure


def _rows(n=6000, seed=0, effect=True):
    """Wrong more often on `it's` with a high age, in the dark, and where the quality is low."""
    rng = np.random.default_rng(seed)
    device = np.array(["it's", "b", "c\\d", 'Ä "x"'])[rng.integers(0, 4, n)]
    age = rng.integers(18, 80, n)
    score = rng.random(n)
    dark = rng.random(n) < 0.2
    level = rng.integers(0, 4, n)
    p = np.full(n, 0.1)
    if effect:
        p[(device == "it's") & (age >= 60)] = 0.6
        p[dark & (level == 2)] = 0.7
        p[score < 0.1] = 0.5
    day = [datetime.date(2026, 1, 1 + i) for i in range(5)]
    wrong = rng.random(n) < p
    return {
        "example_id": [f"e{i}" for i in range(n)],
        "label": ["y"] * n,
        "prediction": np.where(wrong, "n", "y").tolist(),
        "Device name": [None if i % 17 == 3 else str(d) for i, d in enumerate(device)],
        "order": [None if i % 23 == 5 else int(a) for i, a in enumerate(age)],
        "quality": score.tolist(),
        "dark": [None if i % 29 == 1 else bool(d) for i, d in enumerate(dark)],
        "level": level.tolist(),
        "day": [day[i] for i in rng.integers(0, 5, n)],
    }


def _find(data, **options):
    return find_slices(data, **{"label": "label", "prediction": "prediction", **options})


def _columns_found(result):
    return {row.columns for row in result.rows}


EXPECTED = {("Device name", "order"), ("dark", "level"), ("quality",)}


def test_planted_slices_come_back_as_rules(engine):
    data = pa.table(_rows())
    result = _find(data, engine=engine)
    assert _columns_found(result) >= EXPECTED
    assert all(row.q_value <= 0.05 and row.gain > 0 for row in result.rows)
    gains = [row.gain for row in result.rows]
    assert gains == sorted(gains, reverse=True)
    again = tagline.analyze_errors(
        data, label="label", prediction="prediction", tags=result.rules, engine=engine
    )
    rates = {row.tag: row for row in again.rows}
    for row in result.rows:
        both = rates[row.slice]
        assert row.support < both.support < 2.6 * row.support  # of both halves
        assert both.p_value < 0.05


def test_a_rule_counts_the_same_rows_as_the_test_did(engine):
    data = _rows(n=4000)
    result = _find(pa.table(data), engine=engine)
    ids = _held_back(data["example_id"])
    held = pa.table({name: [values[i] for i in ids] for name, values in data.items()})
    again = tagline.analyze_errors(
        held, label="label", prediction="prediction", tags=result.rules, engine=engine
    )
    assert result.rows
    assert result.n_held_back == len(ids) == again.n_examples
    by_tag = {row.tag: row for row in again.rows}
    for row in result.rows:
        one = by_tag[row.slice]
        assert (row.support, row.errors) == (one.support, one.errors)
        ends = (row.error_rate, row.error_rate_low, row.error_rate_high)
        assert ends == pytest.approx((one.error_rate, one.error_rate_low, one.error_rate_high))


def _held_back(ids, seed=0):
    from hashlib import md5

    digests = [md5(f"{each}#{seed}".encode()).hexdigest() for each in ids]
    return [i for i, digest in enumerate(digests) if digest[0] >= "8"]


def test_the_other_half_cannot_move_the_edges_or_the_candidates(monkeypatch):
    from tagline.error_analysis.slices import finding

    seen = []
    original = finding.find_family

    def watched(*arguments, **options):
        found = original(*arguments, **options)
        seen.append([each.key for each in found.slices])
        return found

    monkeypatch.setattr(finding, "find_family", watched)
    data = _rows(n=4000)
    one = _find(data)
    held = _held_back(data["example_id"])
    mixed = np.random.default_rng(0).permutation(held)
    prediction = list(data["prediction"])
    for here, there in zip(held, mixed, strict=True):
        prediction[here] = data["prediction"][there]
    two = _find({**data, "prediction": prediction})
    assert seen[0] == seen[1]
    assert one.rows
    assert not two.rows


def test_nothing_is_proposed_without_an_effect():
    result = _find(_rows(effect=False, seed=5))
    assert result.rows == ()
    assert result.tested > 0
    assert result.headline.startswith("No slice stands out: of ")
    assert result.to_pandas().empty
    assert result.chart().to_dict()
    assert "No slice stands out" in result.to_html()


def test_large_data_are_counted_in_the_engine_first(engine, monkeypatch):
    data = pa.table(_rows(n=3000)).select(["example_id", "label", "prediction", "dark", "level"])
    one = _find(data, engine=engine)
    monkeypatch.setattr(coding.coded, "__kwdefaults__", {"large": 100})
    two = _find(data, engine=engine)
    assert one.rows == two.rows != ()


def test_a_column_of_many_levels_is_looked_up_in_a_table(engine):
    rng = np.random.default_rng(0)
    n = 9000
    shop = rng.integers(0, 100, n)
    wrong = rng.random(n) < np.where(shop == 17, 0.8, 0.1)
    data = {
        "example_id": list(range(n)),
        "label": ["y"] * n,
        "prediction": np.where(wrong, "n", "y").tolist(),
        "shop": [None if i % 50 == 1 else f"shop {each}" for i, each in enumerate(shop)],
        "price": pa.array([f"{each % 3}.50" for each in shop]).cast(pa.decimal128(5, 2)),
        "open": pa.array([0] * n, pa.timestamp("us")),
    }
    result = _find(pa.table(data), engine=engine)
    assert [row.slice for row in result.rows] == ["shop = 'shop 17'"]
    assert result.columns == ("shop", "price")
    assert "timestamp" in result.columns_left_out["open"]


def test_groups_stay_together_and_make_the_test_clustered(engine):
    rng = np.random.default_rng(0)
    speaker = np.repeat(np.arange(60), 40)
    n = len(speaker)
    loud = rng.random(n) < 0.3
    bad = speaker == 7
    wrong = rng.random(n) < np.where(loud, 0.4, 0.1) + 0.5 * bad
    data = {
        "speaker": [f"s{each}" for each in speaker],
        "label": ["y"] * n,
        "prediction": np.where(wrong, "n", "y").tolist(),
        "loud": loud.tolist(),
        "room": (speaker % 6).tolist(),
    }
    result = _find(data, group="speaker", engine=engine)
    assert [row.slice for row in result.rows] == ["loud"]
    held = result.n_held_back
    assert held % 40 == 0
    alone = _find(data, engine=engine)
    assert alone.n_held_back % 40 != 0 or alone.n_held_back != held


def test_errors_of_any_size():
    rng = np.random.default_rng(0)
    n = 3000
    kind = rng.integers(0, 3, n)
    truth = rng.normal(size=n)
    data = {
        "example_id": list(range(n)),
        "label": truth.tolist(),
        "prediction": (truth + rng.normal(size=n) * np.where(kind == 1, 3, 1)).tolist(),
        "kind": [f"k{each}" for each in kind],
    }
    result = _find(data, measure="mae")
    assert [row.slice for row in result.rows] == ["kind = 'k1'"]
    assert not result.percent
    assert result.rows[0].error_rate_low < result.rows[0].error_rate < 3


def test_columns_that_make_no_slices_are_named():
    data = _rows(n=2000)
    data |= {"text": [f"sentence {i}" for i in range(2000)], "same": ["x"] * 2000}
    data |= {"rare": [f"r{i % 190}" for i in range(2000)], "list": [["a"]] * 2000}
    result = _find(data)
    assert "2,000 values on 2,000 rows, more than one in 10" in result.columns_left_out["text"]
    assert "no value stands on 40 rows" in result.columns_left_out["rare"]
    assert "array<string>" in result.columns_left_out["list"]
    assert "example_id" not in result.columns_left_out
    assert not {"text", "rare", "list", "label", "prediction"} & set(result.columns)
    assert any("text left out" in line for line in result.to_markdown().splitlines())


def test_nan_is_in_no_bin():
    data = _rows(n=3000)
    score = np.array(data["quality"])
    score[::7] = np.nan
    table = pa.table({**data, "quality": pa.array(score, from_pandas=False)})
    result = _find(table, columns="quality")
    assert result.rows[0].slice.startswith("quality < 0.1")
    top = tagline.analyze_errors(
        table, label="label", prediction="prediction", tags={"all": "quality <= 1"}
    )
    assert top.rows[0].support == np.isfinite(score).sum()


def test_rows_without_an_id_are_halved_by_their_number():
    data = _rows(n=3000)
    del data["example_id"]
    one, two = _find(data), _find(data)
    assert one.rows == two.rows
    assert one.rows != _find(data, seed=1).rows


def test_every_form_says_the_same():
    result = _find(_rows())
    assert isinstance(result, Slices)
    document = json.loads(result.to_json())
    assert list(document["slices"][0]) == list(COLUMNS)
    assert document["slices"][0]["slice"] == result.rows[0].slice
    assert result.to_arrow().num_rows == len(result.rows) == len(result.to_pandas())
    assert result.to_polars()["slice"].to_list() == [row.slice for row in result.rows]
    assert result.to_pandas()["columns"].iloc[0].tolist() == list(result.rows[0].columns)
    assert result.headline in result.to_html().replace("&#39;", "'").replace("&#34;", '"').replace(
        "&gt;", ">"
    ).replace("&lt;", "<")
    assert "| slice |" in result.to_markdown()
    assert "<table>" in result._repr_html_()
    spec = result.chart().to_dict()
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks[:4] == ["rule", "text", "rule", "point"]  # all with its name; the slices


def test_bad_input_is_one_sentence():
    data = _rows(n=400)
    cases = [
        ({"columns": ["colour"]}, "`columns` names a column 'colour'"),
        ({"columns": []}, "No column of the"),
        ({"columns": 3}, "`columns` must be names of columns"),
        ({"depth": 0}, "`depth` must be a whole number from 1 to 4. Got 0"),
        ({"min_support": 1}, "`min_support` must be a whole number from 2"),
        ({"min_support": 200}, "400 rows of the dictionary are left to count"),
        ({"seed": -1}, "`seed` must be"),
        ({"measure": "f1(average='macro')"}, "has no error for each row"),
        ({"prediction": "guess"}, "`prediction` names a column 'guess'"),
    ]
    for options, said in cases:
        with pytest.raises(InputError) as caught:
            _find(data, **options)
        assert said in str(caught.value)


def test_a_binary_measure_must_be_binary():
    @measure("twice", kind="binary", needs=())
    def twice(table):
        return Pair(table.level)

    try:
        with pytest.raises(InputError, match="errors of 0 or 1"):
            find_slices(_rows(n=400), measure="twice")
    finally:
        del MEASURES["twice"]


def test_odd_tables_give_an_answer_or_one_sentence():
    n = 200
    base = {"label": ["y"] * n, "prediction": ["y", "n"] * (n // 2)}
    odd = [
        {"x": [None] * n},
        {"x": ["same"] * n},
        {"x": [float("nan")] * n},
        {"x": [float("inf"), -float("inf")] * (n // 2)},
        {"x": [1e300, 1e-300, 0.0, -1e300] * (n // 4)},
        {"x": [2**60 + i for i in range(n)]},
        {"x": ["nul\0", "tab\t"] * (n // 2)},
        {"x": [True, None] * (n // 2)},
        {"x": ["a", "b"] * (n // 2), "X": ["a", "b"] * (n // 2)},
    ]
    for columns in odd:
        try:
            result = _find({**base, **columns})
        except InputError as error:
            assert "column" in str(error)
            continue
        assert result.to_json()
        if result.rows:
            tagline.analyze_errors(
                {**base, **columns}, label="label", prediction="prediction", tags=result.rules
            )


def test_one_group_cannot_be_halved():
    data = _rows(n=400) | {"speaker": ["s"] * 400}
    with pytest.raises(InputError, match="`group`"):
        _find(data, group="speaker")


def test_conditions_are_quoted():
    assert equals('say "x"', "it's") == '"say ""x""" = \'it\'\'s\''
    assert identifier("Select") == '"Select"'
    assert rounded([0.1, 0.1]) == [0.1]
    assert rounded([36.6]) == [36.6]
    assert rounded([1.234567, 1.2345678]) == [1.234567, 1.2345678]


def test_each_slice_says_what_it_adds_to_those_above():
    data = _rows(n=12_000, seed=3)
    result = _find(data)
    assert [each.slice for each in result.added] == [row.slice for row in result.rows]
    first, row = result.added[0], result.rows[0]
    assert (first.support, first.errors) == (row.support, row.errors)
    assert all(
        each.errors <= row.errors for each, row in zip(result.added, result.rows, strict=True)
    )
    ids = _held_back(data["example_id"])
    held = pa.table({name: [values[i] for i in ids] for name, values in data.items()})
    union = " or ".join(f"coalesce(({row.slice}), false)" for row in result.rows)
    together = tagline.analyze_errors(
        held, label="label", prediction="prediction", tags={"any": union}
    ).rows[0]
    assert sum(each.support for each in result.added) == together.support
    assert sum(each.errors for each in result.added) == together.errors
    assert sum(row.errors for row in result.rows) > together.errors
    assert "new errors" in result.to_markdown()
    assert json.loads(result.to_json())["added"][0] == first.to_dict()


def digits(classes: int, n: int = 4000) -> dict[str, object]:
    """Return numbers for classes, of which the last but one is often taken for the next lower."""
    rng = np.random.default_rng(5)
    label = rng.integers(0, classes, n)
    wrong = rng.random(n) < np.where(label == classes - 2, 0.5, 0.05)
    said = np.where(wrong, (label - 1) % classes, label)
    return {"example_id": np.arange(n), "y": label, "said": said, "site": rng.integers(0, 40, n)}


@pytest.mark.parametrize("classes", [11, 20])
def test_numbers_of_a_label_are_classes(classes):
    found = find_slices(digits(classes), label="y", prediction="said", columns=["y", "site"])
    assert [row.slice for row in found.rows] == [f"y = {classes - 2}"]


def test_more_than_20_numbers_of_a_label_are_bins():
    found = find_slices(digits(21), label="y", prediction="said", columns=["y"])
    assert "y >= " in found.rows[0].slice


def test_the_classes_of_a_prediction_are_levels_too():
    found = find_slices(digits(12), label="y", prediction="said", columns="said")
    assert found.rows[0].slice == "said = 9"


def test_label_and_prediction_together_say_which_rows_are_wrong():
    with pytest.raises(InputError, match="names both the label 'y' and the prediction 'said'"):
        find_slices(digits(12), label="y", prediction="said", columns=["y", "said"])


def test_what_models_said_makes_no_slices_unasked(engine):
    """Another model's predictions, a probability and a score find the errors and no cause."""
    rng = np.random.default_rng(4)
    n = 600
    label = rng.choice(["good", "bad"], n)
    wrong = rng.random(n) < 0.2
    sure = np.where(wrong, rng.uniform(0.4, 0.6, n), rng.uniform(0.6, 1, n))
    data = pa.table(
        {
            "example_id": np.arange(n),
            "y": label,
            "said": np.where(wrong, "good", label),
            "new": np.where(rng.random(n) < 0.1, "good", label),
            "proba_bad": sure,
            "p_good": 1 - sure,
            "credit_score": rng.uniform(300, 850, n),
            "side": rng.choice(["good", "bad"], n),
        }
    )
    asked = {"label": "y", "prediction": "said", "depth": 1, "engine": engine}
    found = tagline.find_slices(data, **asked)
    assert found.columns == ("credit_score", "side")
    assert set(found.columns_left_out) == {"new", "proba_bad", "p_good"}
    assert "how sure a model is" in found.columns_left_out["p_good"]
    assert "looks like predictions of 'y'" in found.columns_left_out["new"]
    named = tagline.find_slices(data, **asked, columns=["new", "proba_bad"])
    assert named.columns == ("new", "proba_bad")
    with pytest.raises(InputError, match=r"No column of .* is left.*how sure a model is"):
        tagline.find_slices(data, **asked, exclude=["side", "credit_score"])
