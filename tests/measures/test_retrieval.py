"""Ranked lists against scikit-learn, the laws of their scores, and what is refused."""

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import label_ranking_average_precision_score, ndcg_score

import tagline
from tagline.exceptions import InputError
from tagline.measures import ndcg, recall_at_k, reciprocal_rank
from tagline.measures.ranking_scores import GAINS, Lists, score_rankings

IDS = st.lists(st.integers(0, 8), max_size=7)


def lists(*rows):
    flat = [each for row in rows for each in row]
    return Lists(np.array([len(row) for row in rows]), np.array(flat, dtype=np.int64))


def of_map(pairs):
    return pa.array(pairs, pa.map_(pa.string(), pa.float64()))


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("gain", GAINS)
def test_ndcg_is_that_of_scikit_learn(rng, k, gain):
    grades = rng.integers(0, 4, (30, 8)).astype(float)
    grades[:, 0] += 1  # something is relevant
    order = np.array([rng.permutation(8) for _ in grades])
    scores = np.argsort(-order, axis=1) * 1.0
    np.put_along_axis(scores, order, np.broadcast_to(np.arange(8, 0, -1.0), order.shape), axis=1)
    rows = ibis.memtable(
        pa.table(
            {
                "label": of_map([[(str(i), g) for i, g in enumerate(row)] for row in grades]),
                "prediction": [[str(each) for each in row] for row in order],
            }
        )
    )
    found = ndcg(k=k, gain=gain).pairs(rows).error.to_pyarrow().to_pylist()
    worth = grades if gain == "linear" else 2**grades - 1
    expected = [1 - ndcg_score(w[None], s[None], k=k) for w, s in zip(worth, scores, strict=True)]
    assert found == pytest.approx(expected, abs=1e-12)


def test_with_one_relevant_id_the_reciprocal_rank_is_the_average_precision_of_labels(rng):
    order = np.array([rng.permutation(6) for _ in range(40)])
    truth = np.eye(6, dtype=int)[rng.integers(0, 6, 40)]
    scores = np.empty((40, 6))
    np.put_along_axis(scores, order, np.broadcast_to(-np.arange(6.0), order.shape), axis=1)
    rows = ibis.memtable({"label": truth.argmax(axis=1).tolist(), "prediction": order.tolist()})
    found = reciprocal_rank().pairs(rows).error.to_pyarrow().to_numpy()
    assert 1 - found.mean() == pytest.approx(label_ranking_average_precision_score(truth, scores))


@given(ranked=IDS, label=IDS, random=st.randoms(), k=st.integers(1, 9))
def test_the_order_of_the_label_does_not_matter(ranked, label, random, k):
    other = random.sample(label, len(label))
    one, two = (score_rankings(lists(ranked), lists(each), k=k) for each in (label, other))
    assert one.gained == pytest.approx(two.gained)
    assert (one.found, one.place, one.relevant) == (two.found, two.place, two.relevant)


@given(ranked=IDS, grades=st.lists(st.integers(0, 5), min_size=1, max_size=8), k=st.integers(1, 9))
def test_no_order_gains_more_than_the_best(ranked, grades, k):
    label, worth = lists(range(len(grades))), np.array(grades, dtype=float)
    for gain in GAINS:
        found = score_rankings(lists(ranked), label, worth, k=k, gain=gain)
        assert found.gained[0] <= found.ideal[0] * (1 + 1e-12)
        best = lists(np.argsort(-worth, kind="stable").tolist())
        perfect = score_rankings(best, label, worth, k=k, gain=gain)
        assert perfect.gained[0] == pytest.approx(perfect.ideal[0], rel=1e-12)


@given(rows=st.lists(st.tuples(IDS, IDS), min_size=1, max_size=5))
def test_rows_do_not_touch_each_other(rows):
    together = score_rankings(*(lists(*side) for side in zip(*rows, strict=True)))
    for place, (ranked, label) in enumerate(rows):
        alone = score_rankings(lists(ranked), lists(label))
        assert together.found[place] == alone.found[0]
        assert together.place[place] == alone.place[0]
        assert together.ideal[place] == pytest.approx(alone.ideal[0])


def test_an_id_that_is_missing_beside_a_grade_refuses_its_own_row_only():
    found = score_rankings(lists([1], [1]), lists([1], [-1]), np.array([1.0, 1.0]))
    assert found.refused.tolist() == [False, True]


def test_a_grade_without_a_finite_gain_is_refused():
    found = score_rankings(lists([0]), lists([0]), np.array([2000.0]), gain="exponential")
    assert found.refused.tolist() == [True]


def test_an_analysis_by_tag_reads_grades(engine):
    table = pa.table(
        {
            "relevant": of_map([[("a", 2.0), ("b", 1.0)], [("a", 0.0)], [("c", 1.0)]] * 4),
            "ranked": [["b", "a"], ["a"], None] * 4,
            "long": [True, True, False] * 4,
        }
    )
    found = tagline.analyze_errors(
        table,
        label="relevant",
        prediction="ranked",
        tags=["long"],
        measure="ndcg",
        engine=engine,
    ).to_dict()
    swapped = 1 - (1 + 2 / np.log2(3)) / (2 + 1 / np.log2(3))
    assert found["weight"] == 8
    assert found["errors"] == pytest.approx(4 * swapped + 4, rel=1e-12)


def test_an_id_with_two_grades_is_refused_in_one_sentence():
    twice = [{"id": 1, "grade": 2}, {"id": 1, "grade": 3}]
    table = pa.table({"y": [twice] * 3, "said": [[1]] * 3, "t": [True, False, True]})
    with pytest.raises(InputError, match=r"each id in `label` once.* \(and so in 2 more rows\)"):
        tagline.analyze_errors(table, label="y", prediction="said", tags=["t"], measure="ndcg")


@pytest.mark.parametrize(
    ("measure", "label", "prediction", "said"),
    [
        (reciprocal_rank(), "string", "string", "needs lists of ids in `prediction`"),
        (recall_at_k(), "array<string>", "array<array<string>>", "needs lists of ids"),
        (recall_at_k(), "array<int64>", "array<string>", "an id of type int64 cannot stand"),
        (ndcg(), "array<struct<id: string>>", "array<string>", "with the fields id and grade"),
        (ndcg(), "struct<id: string, grade: int64>", "array<string>", "the fields id and grade"),
        (ndcg(k=0), "array<string>", "array<string>", "`k` must be a whole number"),
        (ndcg(gain="log"), "array<string>", "array<string>", "`gain` must be 'linear' or"),
        (reciprocal_rank(k=1.5), "string", "array<string>", "`k` must be a whole number"),
    ],
)
def test_what_is_no_ranked_list_is_refused_before_anything_runs(measure, label, prediction, said):
    rows = ibis.table({"label": label, "prediction": prediction}, name="rows")
    with pytest.raises(InputError, match=said):
        measure.pairs(rows)
