import hashlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.project.identity import Fingerprint, content_ids

values = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary()
columns = st.lists(st.text(), max_size=20).flatmap(
    lambda texts: st.tuples(
        st.just(texts),
        st.lists(st.none() | st.floats(allow_nan=False), min_size=len(texts), max_size=len(texts)),
        st.lists(st.none() | st.lists(st.integers(0, 9)), min_size=len(texts), max_size=len(texts)),
    )
)
SCHEMA = pa.schema({"t": pa.string(), "f": pa.float64(), "l": pa.list_(pa.int64())})


def batch(parts):
    return pa.record_batch(
        [pa.array(p, f.type) for p, f in zip(parts, SCHEMA, strict=True)], SCHEMA
    )


def test_ids_are_those_that_anybody_can_compute():
    assert content_ids({"text": pa.array(["a", "ü"])}).to_pylist() == [
        hashlib.sha256(text.encode()).hexdigest()[:32] for text in ("a", "ü")
    ]
    assert (
        content_ids({"audio": pa.array([b"\x00"])})[0].as_py()
        == (hashlib.sha256(b"\x00").hexdigest()[:32])
    )


def test_ids_stay_the_same_from_version_to_version():
    rows = {"b": pa.array([1.5, None]), "a": pa.array(["x", None]), "l": pa.array([[1], []])}
    assert content_ids(rows).to_pylist() == [
        hashlib.sha256(text).hexdigest()[:32]
        for text in (b'[["a","x"],["b",1.5],["l",[1]]]', b'[["l",[]]]')
    ]


@given(columns)
def test_the_order_of_the_columns_does_not_matter(parts):
    table = dict(zip(SCHEMA.names, batch(parts).columns, strict=True))
    assert content_ids(table) == content_ids(dict(reversed(table.items())))


@given(st.lists(st.text(), min_size=2, unique=True))
def test_different_inputs_have_different_ids(texts):
    assert len(set(content_ids({"t": pa.array(texts)}).to_pylist())) == len(texts)


@given(columns, st.data())
def test_a_fingerprint_does_not_depend_on_the_batches(parts, data):
    whole = batch(parts)
    cut = data.draw(st.integers(0, len(whole)))
    one, two = Fingerprint(), Fingerprint()
    one.update(whole)
    two.update(whole.slice(0, cut))
    two.update(whole.slice(cut))
    assert one.hexdigest() == two.hexdigest()


@pytest.mark.parametrize(
    "other", [["ab", "c"], ["a", "bc", ""], ["a", None], ["bc", "a"], ["a", "bd"]]
)
def test_a_fingerprint_tells_contents_apart(other):
    prints = set()
    for texts in (["a", "bc"], other):
        fingerprint = Fingerprint()
        fingerprint.update(pa.record_batch({"t": pa.array(texts, pa.string())}))
        prints.add(fingerprint.hexdigest())
    assert len(prints) == 2
