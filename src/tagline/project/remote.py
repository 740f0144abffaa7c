"""A project on a server: predictions go there, and what it finds comes back.

Only the standard library speaks to the server. It follows no redirect, since a token is for the
server that it was made for.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tagline.display.records import Framed
from tagline.engine import source
from tagline.error_analysis.rows import TagRow
from tagline.project.importing import Import
from tagline.project.place import refuse_odd_name
from tagline.project.talking import Server
from tagline.store import ImportRecord, RunRecord

__all__ = ["RemoteErrors", "RemoteProject"]

_STREAM = "application/vnd.apache.arrow.stream"


@dataclass(frozen=True, eq=False)
class RemoteErrors(Framed):
    """An error analysis that a server made; its rows come as frames.

    Attributes
    ----------
    headline : str
        Which tag to fix, what that gains, what would change that.
    rows : tuple of TagRow
        By rank, then (untagged) and (all).
    document : dict
        All of it, as `tagline errors --json` prints it.
    """

    row_type = TagRow

    headline: str
    rows: tuple[TagRow, ...]
    document: dict[str, Any] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary."""
        return self.document

    def to_json(self) -> str:
        """Return the JSON document."""
        return json.dumps(self.document, ensure_ascii=False, allow_nan=False)


class RemoteProject:
    """A project on a server; made by `tagline.Project.open("http://host", token=...)`.

    Parameters
    ----------
    url : str
        Of the server, with the path under which a proxy serves it.
    token : str, optional
        Default: ``TAGLINE_TOKEN`` of the environment, else what stands in the file that
        ``TAGLINE_TOKEN_FILE`` names.

    Raises
    ------
    InputError
        If there is no server, it is no Tagline, or it does not take the token.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self._server = Server(url, token)
        self.name = str(self._server.ask("/project")["name"])

    def __repr__(self) -> str:
        return f"RemoteProject({self.name!r}, {self._server.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: there is no connection that stays open."""

    @property
    def runs(self) -> list[RunRecord]:
        """The runs, the oldest first."""
        return [_record(RunRecord, each) for each in self._server.ask("/runs")]

    @property
    def imports(self) -> list[ImportRecord]:
        """The log of finished imports, the oldest first."""
        return [_record(ImportRecord, each) for each in self._server.ask("/imports")]

    def add_predictions(
        self,
        data: Any,
        *,
        run: str,
        label: str | None,
        prediction: str,
        input: str | None = None,
        example_id: str | None = None,
        scores: str | Sequence[str] = (),
        engine: Any = None,
    ) -> Import:
        """Bring the predictions of a run into the project, as `Project.add_predictions` does.

        The rows are written to a temporary file, compressed, and sent from there: neither side
        holds them in memory.

        Returns
        -------
        Import

        Raises
        ------
        InputError
            As `Project.add_predictions`, or if the server cannot be reached.
        ConflictError
            If an example or a prediction is known with other content.
        """
        refuse_odd_name(run)
        found = source(data, engine=engine)
        query = {
            "run": run,
            "prediction": prediction,
            "label": label,
            "input": input,
            "example_id": example_id,
            "scores": [scores] if isinstance(scores, str) else list(scores),
            "source": found.describe[:300],
        }
        with tempfile.TemporaryDirectory(prefix="tagline-send-") as folder:
            path = Path(folder) / "rows.arrows"
            with found.open() as (connection, table):
                _write(connection.stream(table), path)
            done = self._server.send("/imports", query, path, _STREAM)
        return Import(**done)

    def analyze_errors(self, run: str | None = None, **options: Any) -> RemoteErrors:
        """Let the server analyse the errors of a run by tag.

        Parameters
        ----------
        run : str, optional
            Default: the run that was made last.
        **options
            Those of `tagline.analyze_errors` but for `label`, `prediction` and `engine`; `tags` as
            a list of names, `human` as a rate, a pair or a column.

        Returns
        -------
        RemoteErrors

        Raises
        ------
        InputError
            If there is no such run, or an option is wrong.
        """
        query = {name: _query_value(value) for name, value in options.items()}
        document = self._server.ask("/errors", {"run": run, **query})
        rows = tuple(TagRow(**row) for row in document["tags"])
        return RemoteErrors(document["headline"], rows, document)


def _write(reader: Any, path: Path) -> None:
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with (
        pa.OSFile(os.fspath(path), "wb") as file,
        pa.ipc.new_stream(file, reader.schema, options=options) as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)


def _record(kind: type[Any], values: Mapping[str, Any]) -> Any:
    known = {each.name: values[each.name] for each in fields(kind) if each.name in values}
    if known.get("created_at") is not None:
        known["created_at"] = datetime.fromisoformat(known["created_at"])
    return kind(**known)


def _query_value(value: Any) -> Any:
    """Return an option as the address of a request says it."""
    if isinstance(value, Mapping):
        return [f"{tag}={number}" for tag, number in value.items()]
    if isinstance(value, tuple) and len(value) == 2:
        return f"{value[0]}/{value[1]}"
    return value
