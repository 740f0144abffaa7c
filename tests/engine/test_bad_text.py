"""Text files that cannot be read as they are: the sentence, and the way out that works."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from tagline.engine import source
from tagline.exceptions import InputError

SPAM = (
    "Label\tSMS\n"
    'ham\t"Are you there?\n'
    'spam\tWIN a 6" phone, text "YES" to 80082\n'
    'ham\t"quoted"\n'
    "ham\tit's fine\n"
)


def rows(data: Any, engine: Any = None) -> list[dict[str, Any]]:
    with source(data, engine=engine).open() as (connection, table):
        return connection.fetch(table).to_pylist()


def refused(data: Any) -> str:
    with pytest.raises(InputError) as caught:
        rows(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_unpaired_quotes_are_refused_with_a_way_out_that_works(engine: Any, tmp_path: Path) -> None:
    path = tmp_path / "messages.tsv"
    path.write_text(SPAM)
    said = refused(path)
    assert "messages.tsv, line 2 has a quote that is not closed, or not doubled" in said
    offered = said.split(" by ")[1].rstrip(".").strip("'")
    assert offered == f"{path}?quote=none"
    found = rows(offered, engine)
    lines = [line.split("\t") for line in SPAM.splitlines()[1:]]
    assert [[row["Label"], row["SMS"]] for row in found] == lines


def test_plain_quotes_for_globs_lists_and_urls(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(SPAM)
    (tmp_path / "b.tsv").write_text(SPAM)
    assert len(rows(f"{tmp_path}/*.tsv?quote=none")) == 8
    assert len(rows([f"{tmp_path}/{name}.tsv?quote=none" for name in "ab"])) == 8
    assert len(rows(f"file://{tmp_path}/a.tsv?quote=none")) == 4
    assert "behind all of the files" in refused(
        [f"{tmp_path}/a.tsv?quote=none", f"{tmp_path}/b.tsv"]
    )


def test_plain_quotes_are_no_way_out_where_rows_would_break(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"x, y"\n2,"z\n')
    assert refused(path).endswith(
        "line 3 has a quote that is not closed, or not doubled: correct it."
    )
    assert "x.csv, line 2 has 3 values where the header has 2" in refused(f"{path}?quote=none")
    (tmp_path / "x.jsonl").write_text("{}")
    assert "is for CSV and TSV. Got JSON lines" in refused(f"{tmp_path}/x.jsonl?quote=none")


CONTENT: dict[str, tuple[bytes, str]] = {
    "latin.csv": ("a,b\n1,é\n".encode("latin-1"), "not text in UTF-8 (line 2 holds the byte 0xe9)"),
    "late.tsv": (b"a\tb\n" + b"1\t2\n" * 9000 + b"1\t\xff\n", "(line 9002 holds the byte 0xff)"),
    "wide.csv": ("a,b\n1,2\n".encode("utf-16"), "is text in UTF-16, not in UTF-8: save it as"),
    "wide.jsonl": ('{"a": 1}'.encode("utf-16"), "is text in UTF-16"),
    "latin.jsonl": ('{"a": "é"}'.encode("latin-1"), "(line 1 holds the byte 0xe9)"),
    "no.csv.gz": (b"a,b\n1,2\n", "is no gzip file, though its name ends so"),
    "no.json.gz": (b'{"a": 1}', "is no gzip file"),
    "cut.csv.gz": (gzip.compress(b"a,b\n1,2\n" * 99)[:-9], "is no whole gzip file"),
    "blank.csv": (b"\n\n", "blank.csv, line 1: The data has no columns"),
    "mark.csv": (b"\xef\xbb\xbf", "mark.csv, line 1: The data has no columns"),
    "twice.csv": (b"a,b,a\n1,2,3\n", "line 1: Two columns are called 'a': rename one"),
    "numbers.json": (b"[1, 2]", "numbers.json: there is no object with named values"),
    "none.json": (b"{}", "none.json: there is no object with named values"),
    "pretty.json": (b'{\n"a": 1}\n', "line 1 is no JSON: .* \\(each line must be an object"),
    "short.parquet": (b"PAR1", "short.parquet' is no whole Parquet file"),
}


@pytest.mark.parametrize("name", CONTENT)
def test_content_that_is_not_what_the_name_says(name: str, tmp_path: Path) -> None:
    content, sentence = CONTENT[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence if "\\" in sentence else None) as caught:
        rows(tmp_path / name)
    assert "\\" in sentence or sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_half_a_packed_file_is_not_read_as_the_whole(tmp_path: Path) -> None:
    content = "a,b\n" + "".join(f"{i},{i * i % 7919}\n" for i in range(20_000))
    packed = gzip.compress(content.encode())
    (tmp_path / "x.csv.gz").write_bytes(packed)
    assert len(rows(tmp_path / "x.csv.gz")) == 20_000
    (tmp_path / "x.csv.gz").write_bytes(packed[: len(packed) // 2])
    assert "x.csv.gz' is no whole gzip file (it was cut off or damaged)" in refused(
        tmp_path / "x.csv.gz"
    )


def test_space_before_a_json_array_is_fine(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('\n [{"a": 1}, {"a": 2}]')
    assert rows(tmp_path / "x.json") == [{"a": 1}, {"a": 2}]
