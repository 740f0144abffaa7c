"""Files of one format, and how each engine reads them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["FORMATS", "Files", "Format", "quoted", "shown"]


@dataclass(frozen=True)
class Format:
    """A file format and how it is read.

    Attributes
    ----------
    name : str
        For people.
    extensions : tuple of str
        In lower case, with the dot.
    duckdb_reader, spark_reader : str
        DuckDB's table function and Spark's reader; empty where Python reads the file.
    """

    name: str
    extensions: tuple[str, ...]
    duckdb_reader: str = ""
    spark_reader: str = ""


FORMATS = (
    Format("Parquet", (".parquet", ".pq"), "read_parquet", "parquet"),
    Format("CSV", (".csv", ".csv.gz"), "read_csv", "csv"),
    Format("TSV", (".tsv", ".tsv.gz", ".tab"), "read_csv", "csv"),
    Format(
        "JSON lines",
        (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz"),
        "read_json",
        "json",
    ),
    Format("Arrow", (".arrow", ".feather", ".ipc")),
    Format("Excel", (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")),
)


@dataclass(frozen=True)
class Files:
    """Files of one format that exist.

    Attributes
    ----------
    paths : tuple of str
        Absolute local paths or URLs, without globs.
    format : Format
    protocols : tuple of str
        The fsspec protocols of the URLs; empty for local files.
    delimiter, quote : str
        Of CSV and TSV; an empty quote makes quotes plain text.
    columns : dict
        Of text files: the DuckDB type of each column.
    options : dict
        Of DuckDB's reader, as SQL.
    """

    paths: tuple[str, ...]
    format: Format
    protocols: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str = '"'
    columns: dict[str, str] = field(default_factory=dict, hash=False)
    options: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_text(self) -> bool:
        """Whether these are lines that a person may have broken."""
        return self.format.duckdb_reader in {"read_csv", "read_json"}

    def duckdb_options(self) -> dict[str, str]:
        """Return the options of DuckDB's reader, as SQL."""
        many = {"union_by_name": "true"} if len(self.paths) > 1 else {}
        if self.columns and (not many or self.format.duckdb_reader == "read_json"):
            pairs = (f"{quoted(name)}: {quoted(kind)}" for name, kind in self.columns.items())
            known = {"columns": "{" + ", ".join(pairs) + "}", "auto_detect": "false"}
            return {**self.options, **known}
        return {**many, **self.options}


def quoted(text: str) -> str:
    """Return the text as a literal of SQL.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return "'" + text.replace("'", "''") + "'"


def shown(path: str) -> str:
    """Return a path as people know it: relative where the file is below the current folder.

    Parameters
    ----------
    path : str

    Returns
    -------
    str
    """
    here = os.getcwd() + os.sep
    return path.removeprefix(here)
