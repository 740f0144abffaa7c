"""The counts of every kind of tag, against plain loops over the rows, on both engines."""

import numpy as np
import pytest

from tagline.engine import source
from tagline.error_analysis.asked.request import request
from tagline.measures import find_measure
from tagline.measures.counts import count_tags
from tagline.stats import Moments

N = 400
LISTS = [["a", "b"], ["b", "b"], [], None, ["a"], ["c", "a", "b"]]


def _data(seed=3):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, N)
    said = np.where(rng.random(N) < 0.6, label, rng.integers(0, 3, N)).tolist()
    person = np.where(rng.random(N) < 0.8, label, rng.integers(0, 3, N)).tolist()
    for place in (2, 7):
        said[place] = None
    person = [each if rng.random() < 0.5 else None for each in person]
    flag = [None if rng.random() < 0.15 else bool(rng.random() < 0.4) for _ in range(N)]
    level = [None if rng.random() < 0.1 else str(rng.choice(["x", "y"])) for _ in range(N)]
    return {
        "example_id": list(range(N)),
        "label": label.tolist(),
        "prediction": said,
        "person": person,
        "flag": flag,
        "level": level,
        "items": [LISTS[rng.integers(len(LISTS))] for _ in range(N)],
        "speaker": rng.integers(0, 9, N).tolist(),
        "weight": rng.uniform(0.5, 3, N).tolist(),
        "delay": rng.uniform(0, 9, N).tolist(),
    }


DATA = _data()
TAGS = ["flag", "level", "items", {"long wait": "delay > 4"}]


def _has(row, tag):
    """Return whether a row has a tag; None where nobody knows."""
    if tag in {"flag", "(all)"}:
        return True if tag == "(all)" else row["flag"]
    if tag == "long wait":
        return row["delay"] > 4
    if tag.startswith("level="):
        return None if row["level"] is None else row["level"] == tag[6:]
    if tag == "(untagged)":
        known = row["flag"] is False and row["items"] is not None
        return known and not row["items"] and not row["delay"] > 4
    return None if row["items"] is None else tag in row["items"]


def _pair(row, said, measure):
    if measure == "accuracy":
        return float(row["label"] != said), 1.0
    if measure == "mae":
        return abs(row["label"] - said), 1.0
    return float(row["label"] == 1 and said != 1), float(row["label"] == 1)


def _expected(tag, measure, people, weighted, grouped):
    """Return the moments of one tag, row by row or group by group."""
    units = {}
    for number, row in enumerate(_rows()):
        if measure == "mae" and row["prediction"] is None:
            continue
        has = _has(row, tag)
        if has is None:
            continue
        sample = row["weight"] if weighted else 1.0
        columns = np.zeros(8 if people else 4)
        pair = np.array(_pair(row, row["prediction"], measure)) * sample
        columns[0 if has else 2 : 2 if has else 4] = pair
        if people and has and row["person"] is not None:
            columns[4:6] = pair
            columns[6:8] = np.array(_pair(row, row["person"], measure)) * sample
        key = row["speaker"] if grouped else number
        units[key] = units.get(key, 0) + columns
    return Moments.of_units(np.array(list(units.values())))


def _rows():
    return [dict(zip(DATA, values, strict=True)) for values in zip(*DATA.values(), strict=True)]


def _count(engine, measure, *, people=False, weighted=False, grouped=False, tags=TAGS):
    columns = {
        "label": "label",
        "prediction": "prediction",
        "person": "person" if people else None,
        "group": "speaker" if grouped else None,
        "sample_weight": "weight" if weighted else None,
    }
    asked = request(
        DATA, measure=find_measure(measure), columns=columns, where=None, tags=tags, engine=engine
    )
    with asked.open(check=True) as (connection, prepared):
        counts = count_tags(connection, prepared.countable)
        assert connection.rows_fetched <= (150 if "average" in measure else 40)  # cells; tags
    return counts


def _same(counts, measure, people, weighted, grouped):
    for place, tag in enumerate(counts.tags):
        wanted = _expected(tag, measure, people, weighted, grouped)
        found = counts.moments
        assert found.units[place] == wanted.units[0], tag
        np.testing.assert_allclose(found.total[place], wanted.total[0], atol=1e-9, err_msg=tag)
        np.testing.assert_allclose(found.product[place], wanted.product[0], atol=1e-8, err_msg=tag)


CASES = [
    ("accuracy", False, False, False),
    ("accuracy", True, False, False),
    ("accuracy", True, True, False),
    ("accuracy", True, False, True),
    ("accuracy", False, True, True),
    ("mae", True, True, True),
    ("mae", False, False, False),
    ("miss_rate(positive=1)", True, False, False),
    ("miss_rate(positive=1)", True, True, True),
]


@pytest.mark.parametrize(("measure", "people", "weighted", "grouped"), CASES)
def test_counts_are_those_of_a_loop(engine, measure, people, weighted, grouped):
    counts = _count(engine, measure, people=people, weighted=weighted, grouped=grouped)
    expected = ["flag", "long wait", "level=x", "level=y", "a", "b", "c", "(untagged)", "(all)"]
    assert list(counts.tags) == expected
    _same(counts, measure, people, weighted, grouped)


def test_support_unknown_and_left_out():
    counts = _count(None, "mae")
    rows = [row for row in _rows() if row["prediction"] is not None]
    for place, tag in enumerate(counts.tags):
        assert counts.support[place] == sum(_has(row, tag) is True for row in rows)
        assert counts.unknown[place] == sum(_has(row, tag) is None for row in rows)
    assert counts.left_out == {"no prediction": 2}


def test_cells_of_model_and_person():
    counts = _count(None, "accuracy", people=True)
    for place, tag in enumerate(counts.tags):
        cells = np.zeros((2, 2))
        for row in _rows():
            if _has(row, tag) and row["person"] is not None:
                wrong = row["prediction"] != row["label"], row["person"] != row["label"]
                cells[int(wrong[0]), int(wrong[1])] += 1
        np.testing.assert_array_equal(counts.cells[place], cells)


def test_a_table_of_tags_counts_as_list_columns_do(engine):
    pairs = [(row["example_id"], item) for row in _rows() for item in set(row["items"] or [])]
    looked_at = [row["example_id"] for row in _rows() if row["items"] is not None]
    long = {"example_id": [each for each, _ in pairs], "tag": [item for _, item in pairs]}
    of_lists = _count(engine, "accuracy", people=True, tags="items")
    of_table = _count(engine, "accuracy", people=True, tags=(long, {"example_id": looked_at}))
    assert of_lists.tags == of_table.tags
    np.testing.assert_array_equal(of_lists.support, of_table.support)
    np.testing.assert_array_equal(of_lists.unknown, of_table.unknown)
    np.testing.assert_array_equal(of_lists.moments.total, of_table.moments.total)


def test_repeated_rows_of_a_table_of_tags_count_once():
    long = {"example_id": [0, 0, 1], "tag": ["seen", "seen", "seen"]}
    assert _count(None, "accuracy", tags=long).support.tolist()[0] == 2


@pytest.mark.parametrize("average", ["miss_rate", "precision", "f1"])
def test_a_mean_over_classes_is_scikit_learns(engine, average):
    from sklearn.metrics import f1_score, precision_score, recall_score

    scores = {"miss_rate": recall_score, "precision": precision_score, "f1": f1_score}
    counts = _count(engine, f"{average}(average='macro')", weighted=True)
    for place, tag in enumerate(counts.tags):
        rows = [row for row in _rows() if _has(row, tag)]
        if not rows:
            continue
        truth = [row["label"] for row in rows]
        said = [-1 if row["prediction"] is None else row["prediction"] for row in rows]
        weight = [row["weight"] for row in rows]
        classes = sorted({*truth, *said} - {-1})
        each = scores[average](
            truth, said, labels=classes, average=None, sample_weight=weight, zero_division=np.nan
        )
        error, total = counts.moments.total[place, :2]
        assert error / total == pytest.approx(1 - np.nanmean(each), abs=1e-9), tag


def test_a_mean_over_classes_varies_as_its_bootstrap():
    from sklearn.metrics import f1_score

    counts = _count(None, "f1(average='macro')")
    product, total = counts.moments.product[-1], counts.moments.total[-1]
    rate = total[0] / total[1]
    variance = product[0, 0] - 2 * rate * product[0, 1] + rate**2 * product[1, 1]
    rng = np.random.default_rng(0)
    truth = np.array(DATA["label"])
    said = np.array([-1 if each is None else each for each in DATA["prediction"]])
    picks = rng.integers(0, N, (800, N))
    boot = [
        f1_score(truth[p], said[p], labels=[0, 1, 2], average="macro", zero_division=0)
        for p in picks
    ]
    assert np.sqrt(variance) / total[1] == pytest.approx(np.std(boot), rel=0.15)


def test_more_levels_than_tags_make_sense_for():
    from tagline.exceptions import InputError

    many = {"label": [1] * 100_001, "prediction": [1] * 100_001, "code": list(range(100_001))}
    columns = {"label": "label", "prediction": "prediction", "person": None, "group": None}
    asked = request(
        many,
        measure=find_measure("accuracy"),
        columns={**columns, "sample_weight": None},
        where=None,
        tags="code",
        engine=None,
    )
    with (
        asked.open() as (connection, prepared),
        pytest.raises(InputError, match="'code' has so many values"),
    ):
        count_tags(connection, prepared.countable)


def test_sources_stay_usable():
    recipe = source(DATA)
    with recipe.open() as (connection, table):
        assert connection.fetch(table.count())[0][0].as_py() == N
