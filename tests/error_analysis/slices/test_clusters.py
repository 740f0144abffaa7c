"""Clusters of embeddings: the same honest test, described by inputs, and turned into tags."""

import builtins
import json

import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.error_analysis.slices import find_slices, membership
from tagline.error_analysis.slices.clustering import fit
from tagline.error_analysis.slices.coded import Errors
from tagline.exceptions import InputError, MissingExtraError

SAID = ["a cat", "some dogs", "my refund please", "good bye"]


def _rows(n=2400, seed=0, effect=True, kind="list"):
    """Four clouds in five dimensions; wrong more often in the third."""
    rng = np.random.default_rng(seed)
    cloud = rng.integers(0, 4, n)
    vectors = (rng.normal(size=(4, 5))[cloud] * 5 + rng.normal(size=(n, 5))).astype(np.float32)
    wrong = rng.random(n) < np.where((cloud == 2) & effect, 0.4, 0.1)
    flat = pa.array(vectors.ravel())
    embedding = pa.FixedSizeListArray.from_arrays(flat, 5)
    if kind == "list":
        embedding = pa.array([None if i % 50 == 7 else each for i, each in enumerate(vectors)])
    return cloud, pa.table(
        {
            "example_id": [f"e{i:04}" for i in range(n)],
            "label": ["y"] * n,
            "prediction": np.where(wrong, "n", "y"),
            "embedding": embedding,
            "cloud": pa.array([f"cloud {each}" for each in cloud]),
            "text": [f"{SAID[each]} {i}" for i, each in enumerate(cloud)],
            "device": rng.choice(list("abc"), n),
        }
    )


def _find(data, columns="embedding", **options):
    return find_slices(data, label="label", prediction="prediction", columns=columns, **options)


def _right(cloud, result):
    """Of the examples in the only slice, the share that lies in the third cloud."""
    ids = result.tags()["example_id"].to_pylist()
    return np.mean([cloud[int(each[1:])] == 2 for each in ids])


def test_a_planted_cluster_is_found_and_becomes_a_tag():
    cloud, data = _rows()
    result = _find(data)
    assert len(result.rows) == 1
    row = result.rows[0]
    assert row.columns == ("embedding",)
    assert row.slice.startswith("embedding in cluster ")
    assert result.rules == {}
    assert _right(cloud, result) > 0.98
    again = tagline.analyze_errors(data, label="label", prediction="prediction", tags=result.tags())
    tag = again.rows[0]
    assert tag.tag == row.slice
    assert tag.support == len(result.tags()) == result.clusters[0].support
    assert row.support < tag.support < 2.4 * row.support


@pytest.mark.parametrize("columns", ["kmeans(embedding, k=4)", "hdbscan('embedding')"])
def test_the_method_and_the_number_can_be_named(columns):
    cloud, data = _rows(kind="fixed")
    result = _find(data, columns)
    assert len(result.rows) == 1
    assert _right(cloud, result) > 0.98
    method, _, _ = columns.partition("(")
    assert result.clusters[0].method == method
    assert ("dense cluster" in result.rows[0].slice) == (method == "hdbscan")


def test_a_cluster_is_described_by_words_values_and_examples(engine):
    cloud, data = _rows()
    result = _find(data, engine=engine)
    assert _right(cloud, result) > 0.98
    (cluster,) = result.clusters
    traits = {trait.what: trait for trait in cluster.traits}
    assert {"'refund' in text", "'please' in text", "cloud = 'cloud 2'"} <= set(traits)
    one = traits["'refund' in text"]
    assert one.lift == pytest.approx(one.share / one.share_of_all)
    assert one.share > 0.98
    assert one.share_of_all == pytest.approx(0.25, abs=0.03)
    assert len(cluster.nearest) == 5
    assert all(cloud[int(each[1:])] == 2 for each in cluster.nearest)
    text = result.to_markdown()
    assert "'refund' in text" in text
    assert ".tags() gives its examples" in text
    document = json.loads(result.to_json())
    assert document["clusters"][0]["name"] == document["slices"][0]["slice"]


def test_clusters_and_values_are_searched_together():
    rng = np.random.default_rng(1)
    cloud, data = _rows(n=6000, effect=False)
    both = (cloud == 1) & (data["device"].to_numpy(zero_copy_only=False) == "b")
    wrong = rng.random(6000) < np.where(both, 0.5, 0.1)
    data = data.set_column(2, "prediction", pa.array(np.where(wrong, "n", "y")))
    result = _find(data, ["embedding", "device"])
    row = result.rows[0]
    assert row.columns == ("device", "embedding")
    assert row.slice.startswith("device = 'b' and embedding in cluster")
    ids = result.tags().filter(pa.compute.equal(result.tags()["tag"], row.slice))["example_id"]
    assert np.mean(both[[int(each[1:]) for each in ids.to_pylist()]]) > 0.98


def test_the_other_half_moves_neither_centres_nor_candidates(monkeypatch):
    seen = []
    original = membership.fit

    def watched(vectors, errors, **options):
        found = original(vectors, errors, **options)
        seen.append(found.places)
        return found

    monkeypatch.setattr(membership, "fit", watched)
    _, data = _rows()
    one = _find(data)
    from hashlib import md5

    held = [md5(f"{i}#0".encode()).hexdigest() >= "8" for i in data["example_id"].to_pylist()]
    prediction = data["prediction"].to_numpy(zero_copy_only=False).copy()
    prediction[held] = np.random.default_rng(0).permutation(prediction[held])
    two = _find(data.set_column(2, "prediction", pa.array(prediction)))
    assert (seen[0] == seen[1]).all()
    assert one.rows
    assert not two.rows


def test_nothing_is_said_of_clusters_without_an_effect():
    assert sum(bool(_find(_rows(1200, seed, effect=False)[1]).rows) for seed in range(6)) <= 1


def test_clusters_are_as_large_as_the_errors_allow():
    rng = np.random.default_rng(0)
    cloud = rng.integers(0, 4, 2000)
    vectors = (np.eye(4)[cloud] * 9 + rng.normal(size=(2000, 4))).astype(np.float32)
    large = rng.random(2000) < np.where(cloud == 1, 0.5, 0.1)
    within = np.where(vectors[:, 0] > 1, 0.8, 0.02)  # the cloud as a whole is like the others
    small = rng.random(2000) < np.where(cloud == 1, within, 0.1)
    sizes = []
    for wrong in (large, small):
        errors = Errors.of(wrong.astype(float), np.ones(2000))
        options = {"method": "kmeans", "k": None, "min_support": 10, "seed": 0}
        sizes.append(len(fit(vectors, errors, **options)))
    assert sizes[0] <= 8 < sizes[1]


def test_embeddings_are_not_clustered_unless_named():
    _, data = _rows(800)
    result = _find(data, None)
    assert "name it by `columns`" in result.columns_left_out["embedding"]
    assert result.clusters == ()
    assert result.tags().num_rows == 0


def test_mistakes_give_one_sentence():
    _, data = _rows(400)
    uneven = data.set_column(3, "embedding", pa.array([[1.0] * (1 + i % 2) for i in range(400)]))
    odd = data.set_column(3, "embedding", pa.array([[1.0, float("nan")]] * 400))
    none = data.set_column(3, "embedding", pa.nulls(400, pa.list_(pa.float32())))
    cases = [
        (uneven, "embedding", "of different lengths, such as"),
        (odd, "embedding", "null, NaN or infinite"),
        (none, "embedding", "all of them null"),
        (data.drop_columns("example_id"), "embedding", "by the column 'example_id'"),
        (data, "kmeans(embeding)", "Did you mean 'embedding'?"),
        (data, "kmeans(device)", "lists of numbers of one length"),
        (data, "kmeans(embedding, k=1)", "`k` in"),
        (data, "kmeans(embedding, 4)", "'kmeans(name, k=20)'"),
        (data, "dbscan(embedding)", "'hdbscan(name)'"),
        (data, ["kmeans(embedding, k=4)", "kmeans('embedding', k=4)"], "once is enough"),
    ]
    for table, columns, said in cases:
        with pytest.raises(InputError) as caught:
            _find(table, columns)
        assert said in str(caught.value)


def test_scikit_learn_is_asked_for_where_it_is_needed(monkeypatch):
    original = builtins.__import__

    def without(name, *arguments, **options):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return original(name, *arguments, **options)

    _, data = _rows(400)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="scikit-learn"):
        _find(data)
