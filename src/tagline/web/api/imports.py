"""Predictions that come in over the network: streamed into a file, then imported as any file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from tagline.engine import source
from tagline.exceptions import InputError
from tagline.web.api.failures import FAILURES
from tagline.web.server import Server, server_of
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["imports"], responses=FAILURES)
_STREAM = "application/vnd.apache.arrow.stream"
_SUFFIXES = {
    _STREAM: ".arrows",
    "application/vnd.apache.parquet": ".parquet",
    "text/csv": ".csv",
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _SUFFIXES},
    }
}
Column = Annotated[str | None, Query(max_length=300)]


class Imported(BaseModel):
    """What an import changed."""

    run: str
    examples_new: int
    examples_known: int
    examples_filled: int
    predictions_new: int
    predictions_known: int
    left_out: dict[str, int]
    message: str


@router.post("/imports", status_code=201, openapi_extra=_BODY)
async def import_predictions(
    request: Request,
    visitor: Annotated[Visitor, requires("editor")],
    *,
    run: Annotated[str, Query(max_length=300, description="A known run is added to.")],
    prediction: Annotated[str, Query(max_length=300, description="The column of predictions.")],
    label: Column = None,
    input: Column = None,
    example_id: Column = None,
    scores: Annotated[list[Annotated[str, Query(max_length=300)]], Query(max_length=500)] = [],  # noqa: B006 - FastAPI copies it
    called: Annotated[
        str, Query(alias="source", max_length=300, description="What the data are called.")
    ] = "",
) -> Imported:
    """Bring predictions into the project; the same rows twice change nothing.

    The body is a table: an Arrow IPC stream, a Parquet file, or CSV, named by its Content-Type.
    """
    server = server_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _SUFFIXES:
        raise InputError(
            f"The body must be a table: its Content-Type is one of {', '.join(_SUFFIXES)}. Got"
            f" {kind or 'none'!r} instead."
        )
    options: dict[str, Any] = {"run": run, "label": label, "prediction": prediction, "input": input}
    options |= {"example_id": example_id, "scores": scores}
    with _file(server, _SUFFIXES[kind]) as (number, path):
        with os.fdopen(number, "wb") as file:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
        done = await run_in_threadpool(_add, server, path, called or "the body", options)
    detail = {"run": run, "source": called, "message": done["message"]}
    await run_in_threadpool(server.people.log, "import", person=visitor.id, detail=detail)
    return Imported(**done)


@contextmanager
def _file(server: Server, suffix: str) -> Iterator[tuple[int, Path]]:
    """Make a file under `.tagline/scratch`, open, and remove it at the end."""
    folder = server.project.path / ".tagline" / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(suffix=suffix, prefix="upload-", dir=folder)
    try:
        yield number, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _add(server: Server, path: Path, called: str, options: dict[str, Any]) -> dict[str, Any]:
    if path.stat().st_size == 0:
        raise InputError("The body is empty: send a table.")
    project = server.served.project
    try:
        if path.suffix != _SUFFIXES[_STREAM]:
            return asdict(project.add_predictions(source(path, called=called), **options))
        with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
            checked = pa.RecordBatchReader.from_batches(reader.schema, _checked(reader))
            return asdict(project.add_predictions(source(checked, called=called), **options))
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise InputError(f"{called} cannot be read as a table: {reason}.") from None
    except InputError as error:  # people do not know the file by which we took it in
        text = re.sub(rf"'?{re.escape(str(path))}'?|'?{path.name}'?", called, str(error))
        raise type(error)(text) from None


def _checked(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Check every offset of every batch: what a stranger sends may point anywhere."""
    for batch in reader:
        batch.validate(full=True)
        yield batch
