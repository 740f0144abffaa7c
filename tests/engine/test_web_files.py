"""Files at a web server: whole ones, of any format, with a sentence where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.registry import _registry

from tagline.engine import source

ROWS = [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]


class Web(LocalFileSystem):
    """Behaves as fsspec's HTTP: it knows a path, not when it was changed."""

    protocol = ("http", "https")
    folder: ClassVar[str] = ""

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return os.path.join(cls.folder, path.rsplit("/", 1)[-1])

    def modified(self, path: str) -> Any:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("x,y\n1,a\n2,b\n")
    monkeypatch.setattr(Web, "folder", str(tmp_path))
    monkeypatch.setitem(_registry, "http", Web)


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_files_of_a_web_server_are_read(name: str, engine: Any) -> None:
    with source(f"http://host/{name}", engine=engine).open() as (connection, table):
        assert connection.fetch(table.order_by("x")).to_pylist() == ROWS
