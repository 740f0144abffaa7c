"""WER and CER inside the engine: the edits as a struct, batches, and what is refused."""

import ibis
import pyarrow as pa
import pytest

from tagline.exceptions import InputError
from tagline.measures import cer, edits, wer
from tagline.measures.text_edits import count_edits


def test_more_rows_than_a_batch_come_back_in_their_order() -> None:
    words = ["the", "cat", "sat", "down"]
    was = [" ".join(words[: place % 5]) for place in range(5000)]
    said = [" ".join(words[place % 3 :]) if place % 7 else None for place in range(5000)]
    connection = ibis.duckdb.connect()
    rows = connection.create_table(
        "rows", pa.table({"row": range(5000), "label": was, "prediction": said})
    )
    found = connection.to_pyarrow(rows.select("row", edits=edits(rows))).sort_by("row")
    expected = [each._asdict() for each in count_edits(was, said)]
    assert [each or expected[0] for each in found["edits"].to_pylist()] == expected


def test_no_rows_are_no_edits() -> None:
    rows = ibis.memtable(
        {"label": [], "prediction": []}, schema=dict.fromkeys(("label", "prediction"), "string")
    )
    assert wer().pairs(rows).error.to_pyarrow().to_pylist() == []


def test_text_and_known_words_are_needed() -> None:
    rows = ibis.table({"label": "int64", "prediction": "string"}, name="rows")
    for each in (wer, cer):
        with pytest.raises(InputError, match="need text in `label`"):
            each().pairs(rows)
    rows = ibis.table({"label": "string", "prediction": "string"}, name="rows")
    with pytest.raises(InputError, match="`normalize` must be 'none' or 'basic'"):
        wer(normalize="all").pairs(rows)
    with pytest.raises(InputError, match="`unit` must be"):
        edits(rows, unit="lines")
