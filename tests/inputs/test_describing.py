"""`describe_inputs`: every reader, broken files, what it returns and writes."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tagline.exceptions import InputError
from tagline.inputs import STATISTICS, RowProfile, describe_inputs, input_statistics, learn_profile

TEXTS = {"example_id": ["a", "b", "c"], "text": ["Call NOW", "See you at 5.", None], "y": [1, 0, 1]}


def tone(rate=8_000, seconds=0.5):
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)


# Readers


def test_a_folder_of_images(pictures):
    found = describe_inputs(pictures)
    assert (found.kind, found.n_examples, found.n_broken) == ("image", 9, 3)
    rows = {each["example_id"]: each for each in found.examples.to_pylist()}
    assert list(rows) == sorted(rows)
    assert rows["1.png"]["brightness"] == pytest.approx(40 / 255)
    assert rows["deep/same.png"]["width"] == 6
    assert rows["empty.jpg"]["input_error"] == "is empty"
    assert rows["words.jpg"]["input_error"] == "is no image that is read here"
    assert rows["broken.png"]["input_error"].startswith("is a broken image")
    assert rows["broken.png"]["brightness"] is None
    assert sum(found.reasons.values()) == 3


def test_a_folder_of_clips(tmp_path, clip_bytes):
    for i, kind in enumerate(["WAV", "FLAC", "OGG", "MP3"]):
        (tmp_path / f"{i}.{kind.lower()}").write_bytes(clip_bytes(tone(), 8_000, kind))
    (tmp_path / "9.wav").write_bytes(b"no audio")
    found = describe_inputs(tmp_path)
    assert (found.kind, found.n_examples, found.n_broken) == ("audio", 5, 1)
    assert found.examples["sample_rate"].to_pylist() == [8_000] * 4 + [None]


def test_a_folder_of_texts_and_one_of_both(tmp_path, image_bytes):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text("two words")
    (folder / "b.txt").write_bytes(b"\xff\xfe\xfd")
    found = describe_inputs(folder)
    assert found.examples["n_words"].to_pylist() == [2, None]
    assert found.reasons == {"is no text in UTF-8": 1}
    (folder / "c.png").write_bytes(image_bytes(np.zeros((3, 3))))
    assert describe_inputs(folder).kind == "image"
    (folder / "d.wav").write_bytes(b"")
    with pytest.raises(InputError, match="1 of image and 1 of audio: say which by `kind`"):
        describe_inputs(folder)


def test_a_glob_and_one_file(pictures):
    assert describe_inputs(str(pictures / "*.png")).n_examples == 6
    assert describe_inputs(pictures / "3.png").examples["brightness"][0].as_py() > 0.4


@pytest.mark.parametrize("write", ["csv", "parquet", "jsonl"])
def test_a_table_with_a_column_of_paths(pictures, write):
    frame = pd.DataFrame({"id": [1, 2, 3], "path": ["0.png", "deep/same.png", "gone.png"]})
    path = pictures.parent / "pictures" / f"table.{write}"
    if write == "parquet":
        frame.to_parquet(path)
    elif write == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_json(path, orient="records", lines=True)
    found = describe_inputs(path)
    assert (found.kind, found.input) == ("image", "path")
    assert found.examples["brightness"].to_pylist() == [0, pytest.approx(160 / 255), None]
    assert found.reasons == {"cannot be read: No such file or directory": 1}
    assert found.broken[0].example == "row 3"


def test_columns_of_bytes(image_bytes, clip_bytes):
    pixels = np.full((4, 4), 51)
    data = pa.table({"image": [image_bytes(pixels), b"no", None], "y": [1, 2, 3]})
    found = describe_inputs(data)
    assert found.kind == "image"
    assert found.examples["brightness"].to_pylist() == [pytest.approx(0.2), None, None]
    nested = pa.table({"audio": [{"bytes": clip_bytes(tone(), 8_000), "path": "x.wav"}]})
    assert describe_inputs(nested).examples["seconds"].to_pylist() == [0.5]


def test_urls(image_bytes):
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/images/a.png", image_bytes(np.full((4, 4), 51)))
    urls = ["memory://images/a.png", "memory://images/gone.png", "memory://images/a.png::zip://x"]
    found = describe_inputs({"url": urls}, kind="image")
    assert found.examples["brightness"].to_pylist() == [pytest.approx(0.2), None, None]
    assert list(found.reasons) == ["cannot be fetched: FileNotFoundError",
                                   "is a chain of URLs: name one"]  # fmt: skip
    inside = describe_inputs({"url": urls[:1]}, kind="image", root="memory://images")
    outside = describe_inputs(
        {"url": [*urls[:1], "memory://images/sub/%2e%2e/../a.png"]}, kind="image", root="memory://i"
    )
    assert (inside.n_broken, outside.n_broken) == (0, 2)


# What it returns


def test_texts_and_their_summary():
    found = describe_inputs(TEXTS)
    assert found.examples["example_id"].to_pylist() == ["a", "b", "c"]
    (row,) = [each for each in found.rows if each.statistic == "n_words"]
    assert (row.count, row.missing, row.min, row.median, row.max) == (2, 0, 2, 3, 4)
    for text, line in zip(TEXTS["text"], found.examples.to_pylist(), strict=True):
        if text is not None:
            assert {k: line[k] for k in STATISTICS["text"] if k in line} == input_statistics(text)


def test_a_vocabulary(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("Call\nsee\nyou\n")
    for given in (words, ["call", "see", "YOU"]):
        found = describe_inputs(TEXTS, vocabulary=given)
        assert found.examples["oov_share"].to_pylist() == [0.5, 0.5, None]


def test_all_forms(pictures):
    found = describe_inputs(pictures)
    document = found.to_dict()
    assert json.loads(found.to_json()) == document
    assert set(document) == {
        *("kind", "input", "examples", "broken", "headline", "reasons"),
        *("broken_examples", "out", "statistics"),
    }
    names = [row.statistic for row in found.rows]
    assert found.to_arrow()["statistic"].to_pylist() == names
    assert found.to_pandas()["statistic"].tolist() == names
    assert found.to_polars()["statistic"].to_list() == names
    assert found.to_csv().count("\n") == len(names) + 1
    assert "| brightness |" in found.to_markdown()
    assert "words.jpg" in found.to_markdown()
    page = found.to_html()
    assert page.startswith("<!doctype html>")
    assert "brightness" in page
    assert "<table" in found._repr_html_()
    assert len(found.chart().to_dict()["concat"]) == len(names)
    assert found.headline.startswith("6 images described; 3 could not be read, most often: ")


def test_bars_count_every_value(pictures):
    found = describe_inputs(pictures)
    for bars, row in zip(found.bars, found.rows, strict=True):
        assert sum(bars.counts) == row.count
        assert bars.edges[0] <= row.min
        assert row.max <= bars.edges[-1]


def test_progress_goes_to_standard_error(pictures, capsys):
    describe_inputs(pictures, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Describing image" in captured.err
    describe_inputs(pictures)
    assert capsys.readouterr().err == ""


def test_nothing_at_all():
    found = describe_inputs({"text": pa.array([], pa.string())}, kind="text")
    assert (found.n_examples, found.rows[0].mean, found.bars) == (0, None, ())
    assert found.to_html()


def test_markup_in_names_is_text():
    found = describe_inputs(
        {"example_id": ["<script>alert(1)</script>"], "path": ["gone.png"]}, kind="image"
    )
    assert "<script>alert" not in found.to_html()
    assert "<script>alert" not in found._repr_html_()


# The file of `out`


def test_out_is_the_data_with_columns(tmp_path):
    target = tmp_path / "out.parquet"
    found = describe_inputs(TEXTS, out=target)
    written = pq.read_table(target)
    assert written.column_names[:3] == ["example_id", "text", "y"]
    assert written.select(found.examples.column_names[1:]).equals(found.examples.select(
        found.examples.column_names[1:]))  # fmt: skip
    assert found.out == str(target)
    assert describe_inputs(target, input="text", statistics="n_words").n_examples == 3


def test_out_of_a_folder_has_paths(pictures, tmp_path):
    target = tmp_path / "out.parquet"
    first = describe_inputs(pictures, out=target)
    again = describe_inputs(target, input="path", statistics="brightness")
    assert again.examples["brightness"].to_pylist() == first.examples["brightness"].to_pylist()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"out": "x.csv"}, "must be a Parquet file"),
        ({"out": "gone/x.parquet"}, "no folder"),
        ({"input": "txt"}, "Did you mean 'text'"),
        ({"input": "y"}, "neither texts, paths nor bytes"),
        ({"input": "y", "kind": "image"}, "cannot hold inputs"),
        ({"kind": "pictures"}, "There is no kind"),
        ({"statistics": ["brightness"]}, "no statistic 'brightness' of text"),
        ({"statistics": "oov_share"}, "needs `vocabulary`"),
        ({"vocabulary": []}, "`vocabulary` is empty"),
        ({"root": "gone"}, "`root` must be a folder"),
        ({"workers": 0}, "`workers`"),
        ({"kind": "row", "input": "text"}, "leave `input` away"),
        ({"reference": {"a": [1]}}, "add `kind='row'`"),
    ],
)
def test_a_wrong_call_is_one_sentence(options, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=says) as raised:
        describe_inputs(TEXTS, **options)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.glob(".*.part")) == []


def test_a_column_that_is_there_already(tmp_path):
    data = {"text": ["a"], "n_words": [1]}
    assert describe_inputs(data).n_examples == 1
    with pytest.raises(InputError, match="a column 'n_words' already"):
        describe_inputs(data, out=tmp_path / "x.parquet")


def test_which_column():
    with pytest.raises(InputError, match="Name it by `input`: path, text"):
        describe_inputs({"text": ["a"], "path": ["b"]})
    with pytest.raises(InputError, match="kind='row'"):
        describe_inputs({"n": [1]})


# Rows of a table

REFERENCE = {"example_id": [1, 2, 3], "age": [18, 40, 60], "city": ["Bern", "Rome", None],
             "x": [0.5, float("nan"), 2.0], "ok": [True, True, None]}  # fmt: skip
NEW = {"example_id": [7, 8, 9], "age": [17, None, 60], "city": ["Oslo", "Rome", None],
       "x": [2.5, float("nan"), 1.0], "ok": [True, False, None]}  # fmt: skip


def test_rows_against_a_reference(engine):
    reference, new = (pd.DataFrame(each) for each in (REFERENCE, NEW))
    found = describe_inputs(new, kind="row", reference=reference, engine=engine)
    lines = sorted(found.examples.to_pylist(), key=lambda line: line["example_id"])
    profile = learn_profile(REFERENCE)
    for i, line in enumerate(lines):
        row = {name: values[i] for name, values in NEW.items() if name != "example_id"}
        assert {**line, "example_id": 0} == {
            "example_id": 0, **input_statistics(row, kind="row", profile=profile)
        }  # fmt: skip
    (missing, *_) = found.rows
    assert (missing.min, missing.median, missing.max) == (0, 2, 2)
    assert sum(found.bars[0].counts) == 3


def test_a_profile():
    profile = learn_profile(REFERENCE)
    assert profile.ranges == {"age": (18, 60), "x": (0.5, 2)}
    assert profile.categories == {"city": {"Bern", "Rome"}, "ok": {True}}
    found = describe_inputs(NEW, kind="row", reference=profile, statistics=["n_unseen"])
    assert found.examples["n_unseen"].to_pylist() == [1, 1, 0]


def test_rows_written(tmp_path):
    target = tmp_path / "rows.parquet"
    describe_inputs(NEW, kind="row", reference=REFERENCE, out=target)
    assert pq.read_table(target)["n_out_of_range"].to_pylist() == [2, 0, 0]


def test_a_reference_that_does_not_fit():
    with pytest.raises(InputError, match="'age' holds numbers in the reference and string"):
        describe_inputs({"age": ["x"]}, kind="row", reference=RowProfile({"age": (0, 1)}))
    found = describe_inputs({"b": [1]}, kind="row", reference=RowProfile({"age": (0, 1)}))
    assert "lack: age" in found.said[0]
