from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from tagline.engine import connect, source
from tagline.exceptions import InputError

TABLE = pa.table(
    {
        "id": [1, 2, 3],
        "text": ["a", "b, 'c'", 'two\nlines "quoted"'],
        "score": [1.5, None, -2.0],
        "ok": [True, False, None],
    }
)
ROWS = TABLE.to_pylist()


def write_stream(path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, TABLE.schema) as writer:
        writer.write_table(TABLE)


def csv_text(separator: str = ",") -> str:
    return TABLE.to_pandas().to_csv(index=False, sep=separator)


WRITERS: dict[str, Any] = {
    "x.parquet": lambda path: pq.write_table(TABLE, path),
    "x.csv": lambda path: path.write_text(csv_text()),
    "semicolons.csv": lambda path: path.write_text(csv_text(";")),
    "crlf.csv": lambda path: path.write_bytes(csv_text().replace("\n", "\r\n").encode()),
    "bom.csv": lambda path: path.write_text("\ufeff" + csv_text()),
    "x.tsv": lambda path: path.write_text(csv_text("\t")),
    "x.csv.gz": lambda path: path.write_bytes(gzip.compress(csv_text().encode())),
    "x.jsonl": lambda path: path.write_text("\n".join(json.dumps(row) for row in ROWS)),
    "x.ndjson": lambda path: path.write_text("\n".join(json.dumps(row) for row in ROWS)),
    "x.json": lambda path: path.write_text(json.dumps(ROWS)),
    "x.feather": lambda path: feather.write_feather(TABLE, str(path)),
    "stream.arrow": write_stream,
    "x.xlsx": lambda path: TABLE.to_pandas().to_excel(path, index=False),
}


def rows(data: Any, engine: Any = None) -> list[dict[str, Any]]:
    with source(data, engine=engine).open() as (connection, table):
        return connection.fetch(table.order_by(table.columns[0])).to_pylist()


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_rows(name: str, engine: Any, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    found = rows(tmp_path / name, engine)
    # Within quotes DuckDB keeps the end of a line as it is; Spark makes it a line feed.
    assert [{**row, "text": row["text"].replace("\r\n", "\n")} for row in found] == ROWS


@pytest.mark.parametrize(
    "name", ["x.parquet", "x.csv", "x.csv.gz", "x.jsonl", "x.feather", "x.xlsx"]
)
def test_every_format_is_read_by_url(name: str, engine: Any, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    url = f"memory://engine/{name}"
    with fsspec.open(url, "wb") as file:
        file.write((tmp_path / name).read_bytes())
    assert rows(url, engine) == ROWS
    assert source(url).describe == name


def test_globs_lists_and_folders(engine: Any, tmp_path: Path) -> None:
    for start in range(3):
        pq.write_table(TABLE.slice(start, 1), tmp_path / f"part-{start}.parquet")
    parts = sorted(tmp_path.glob("*.parquet"))
    for data in (str(tmp_path / "*.parquet"), parts, tmp_path, f"file://{tmp_path}/part-*.parquet"):
        assert rows(data, engine) == ROWS
    assert source(parts).describe == "3 files"


def test_files_are_joined_by_the_names_of_columns(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,one\n")
    (tmp_path / "b.csv").write_text("y,x,z\ntwo,2,true\n")
    expected = [{"x": 1, "y": "one", "z": None}, {"x": 2, "y": "two", "z": True}]
    assert rows(tmp_path / "*.csv", engine) == expected
    pq.write_table(pa.table({"x": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"y": ["n"], "x": [2]}), tmp_path / "b.parquet")
    assert rows(tmp_path / "*.parquet", engine) == [{"x": 1, "y": None}, {"x": 2, "y": "n"}]


def test_types_of_text_files_agree(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "id,day,at,code,empty,big,american\n"
        '1,2026-01-31,2026-01-31 05:00:00,007,"",1e3,01/02/2026\n'
        "2,,2026-01-31T06:00:00.5,010,,NaN,\n"
    )
    with source(tmp_path / "x.csv", engine=engine).open() as (connection, table):
        kinds = {name: str(kind) for name, kind in table.schema().items()}
        found = connection.fetch(table.order_by("id")).to_pylist()
    assert kinds["day"] == "date"
    assert kinds["at"].startswith("timestamp")
    assert [kinds[name] for name in ("code", "empty", "big", "american")] == [
        "string",
        "string",
        "float64",
        "string",
    ]
    assert [row["code"] for row in found] == ["007", "010"]
    assert [row["empty"] for row in found] == ["", None]
    assert [str(row["at"]) for row in found] == [
        "2026-01-31 05:00:00",
        "2026-01-31 06:00:00.500000",
    ]


def test_nested_json_comes_through(engine: Any, tmp_path: Path) -> None:
    lines = [{"id": 1, "box": {"x": 1.5, "tags": ["a"]}}, {"id": 2, "box": None}]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert rows(tmp_path / "x.jsonl", engine) == lines


def test_a_header_without_rows_is_an_empty_table(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n")
    assert rows(tmp_path / "x.csv", engine) == []


TEXTS: dict[str, tuple[str, str]] = {
    "more.csv": ("a,b\n1,2\n3,4,5\n", "more.csv, line 3 has 3 values where the header has 2"),
    "fewer.csv": ("a,b\n1,2\n\n3\n", "fewer.csv, line 4 has 1 value where the header has 2"),
    "quote.csv": ('a,b\n1,2\n1,"x\n2,y\n', "quote.csv, line 3 has a quote that is not closed"),
    "twice.csv": ("a,b,A\n1,2,3\n", "twice.csv, line 1: The columns 'a' and 'A' cannot be told"),
    "unnamed.csv": ("a,,b\n1,2,3\n", "unnamed.csv, line 1: column 2 has no name"),
    "empty.csv": ("", "'.*empty.csv' is empty"),
    "bad.jsonl": ('{"a": 1}\n{"a": 2\n', "bad.jsonl, line 2 is no JSON: expecting ',' delimiter"),
    "list.jsonl": ('{"a": 1}\n3\n', "list.jsonl, line 2 is no JSON object with named values: 3"),
    "cut.parquet": ("PAR1 and no more", "'.*cut.parquet' is no whole Parquet file"),
    "cut.arrow": ("ARROW1 and no more", "'.*cut.arrow' is no whole Arrow file"),
    "text.xlsx": ("hello", "'.*text.xlsx' is no whole Excel file"),
    "x.docx": ("hello", "format of '.*x.docx' is not known by its ending. Known are .parquet"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_cannot_be_read_is_one_sentence(name: str, engine: Any, tmp_path: Path) -> None:
    text, sentence = TEXTS[name]
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=sentence) as caught:
        rows(tmp_path / name, engine)
    assert "\n" not in str(caught.value)


def test_a_truncated_parquet_file_is_named_among_many(engine: Any, tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-30])
    with pytest.raises(InputError, match=r"'.*b\.parquet' is no whole Parquet file"):
        rows(tmp_path / "*.parquet", engine)


def test_a_late_value_of_another_type_is_named(engine: Any, tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text("n,s\n" + "1,x\n" * 150_000 + "abc,y\n")
    sentence = r"late.csv, line 150002: 'abc' in column 'n' is not a whole number"
    with (
        source(path, engine=engine).open() as (connection, table),
        pytest.raises(InputError, match=sentence),
    ):
        connection.fetch(table.n.sum().name("total"))


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("a,b\n1,é\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"'.*x.csv' is not text in UTF-8"):
        source(tmp_path / "x.csv")


def test_a_missing_file_suggests_its_neighbour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pq.write_table(TABLE, "predictions.parquet")
    sentences = {
        "predictons.parquet": "no file 'predictons.parquet'. Did you mean 'predictions.parquet'?",
        "no/such.csv": "There is no file 'no/such.csv'. There is no folder 'no' either",
        "*.csv": "No file matches '*.csv'",
        "": "`data` is an empty path",
        "memory://engine/none.csv": "There is no file 'memory://engine/none.csv'",
        "memory://engine/none*.csv": "No file matches 'memory://engine/none*.csv'",
        "strange://x.csv": "'strange://x.csv' is no URL that fsspec knows",
    }
    for path, sentence in sentences.items():
        with pytest.raises(InputError) as caught:
            source(path)
        assert sentence in str(caught.value)


def test_only_a_file_of_nearly_this_name_is_suggested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("n.csv", "predictions.parquet"):
        Path(name).write_text("x")
    sentences = {
        "nn.csv": "In this folder there is n.csv, predictions.parquet.",
        "labels.parquet": "In this folder there is n.csv, predictions.parquet.",
        "Predictions.csv": "Did you mean 'predictions.parquet'?",
        "~nobody-of-this-name/x.csv": "cannot be read: Could not determine home directory.",
        "a" * 500 + ".csv": "cannot be read: File name too long.",
    }
    for path, sentence in sentences.items():
        with pytest.raises(InputError) as caught:
            source(path)
        assert str(caught.value).endswith(sentence)
    with pytest.raises(InputError, match="There is no file of a known format in 'sub'"):
        Path("sub").mkdir()
        source("sub/*.csv")


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", "/dev/null"):
        with pytest.raises(InputError, match="is no file that can be read twice"):
            source(path)


def test_excel_with_a_name_twice_or_types_mixed(tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "x.xlsx"
    pd.DataFrame([["a", "b"]], columns=["y", "y"]).to_excel(path, index=False)
    with pytest.raises(InputError, match=r"x.xlsx' cannot be used. Two columns are called 'y'"):
        source(path)
    pd.DataFrame({"y": ["a", 1.5]}).to_excel(path, index=False)
    with pytest.raises(InputError, match=r"x.xlsx' .* 'y' mixes types: float in row 2 after str"):
        source(path)


def test_a_parquet_file_that_is_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"x": ["a", "b"] * 9}), path)
    content = bytearray(path.read_bytes())
    content[10:60] = b"x" * 50
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged") as caught:
        rows(path)
    assert "\n" not in str(caught.value)


def test_formats_are_not_mixed_and_a_list_is_not_empty(tmp_path: Path) -> None:
    for name in ("x.csv", "x.parquet"):
        WRITERS[name](tmp_path / name)
    with pytest.raises(InputError, match=r"one format. Got CSV .* and Parquet .* together"):
        source([tmp_path / "x.csv", tmp_path / "x.parquet"])
    with pytest.raises(InputError, match="empty list of files"):
        source([])
    with pytest.raises(InputError, match=r"\(.*x.csv'\) .* of one format, such as '.*/\*.csv'"):
        source(tmp_path)
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError, match="sub' is empty: name a file"):
        source(tmp_path / "sub")
    (tmp_path / "sub" / "x.docx").write_text("x")
    with pytest.raises(InputError, match=r"holds no file of a known format, but 'x.docx'. Known"):
        source(tmp_path / "sub")


def test_a_url_is_read_on_a_connection_of_somebody(tmp_path: Path) -> None:
    with fsspec.open("memory://engine/mine.parquet", "wb") as file:
        pq.write_table(TABLE, file)
    with connect() as connection:
        assert rows("memory://engine/mine.parquet", connection) == ROWS
