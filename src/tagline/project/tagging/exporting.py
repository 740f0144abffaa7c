"""Tags to files: a spreadsheet, JSON, Label Studio."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tagline.exceptions import InputError, MissingExtraError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.tags.label_studio import tasks

if TYPE_CHECKING:
    from tagline.project.opened import OpenProject
    from tagline.project.tagging.saying import Saying

__all__ = ["FORMATS", "export_tags"]

FORMATS = ("csv", "xlsx", "json", "label-studio")
_NOTES = "notes"
_FORMULA = ("=", "+", "-", "@", "\t")


def export_tags(project: OpenProject, tags: Saying, path: str | Path, *, kind: str | None) -> int:
    """Write what people decided; see `ProjectTags.export_file`."""
    place = Path(path)
    kind = kind or {".xlsx": "xlsx", ".json": "json"}.get(place.suffix.lower(), "csv")
    if kind not in FORMATS:
        raise InputError(f"There is no format {kind!r}. {did_you_mean(kind, FORMATS)}")
    decisions = tags.to_arrow()
    if kind in {"csv", "xlsx"}:
        table = _ticks(tags)
        _write_table(table, place, kind)
        return int(table.num_rows)
    rows = decisions.to_pylist()
    if kind == "label-studio":
        asked = project.connection.table(decisions.select([EXAMPLE_ID]), "ids")
        found = project.examples().semi_join(asked, EXAMPLE_ID)
        rows = tasks(project.connection.fetch(found).to_pylist(), rows)
    place.write_text(json.dumps(rows, ensure_ascii=False, default=str, indent=1), encoding="utf-8")
    return len(rows)


def _ticks(tags: Saying) -> pa.Table:
    """Return one row for each decided example: yes, no or empty for each tag, and the notes."""
    wide = tags.answers.wide()
    notes: dict[str, list[str]] = {}
    for note in tags.notes:
        notes.setdefault(note.example_id, []).append(note.text)
    ids = wide[EXAMPLE_ID].to_pylist()
    columns: dict[str, list[Any]] = {EXAMPLE_ID: [*ids, *(n for n in notes if n not in ids)]}
    words = {True: "yes", False: "no", None: "?"}
    extra: list[str | None] = ["?"] * (len(columns[EXAMPLE_ID]) - len(ids))
    for tag in wide.column_names[1:]:
        columns[tag] = [words[value] for value in wide[tag].to_pylist()] + extra
    columns[_NOTES] = [_joined(notes.get(str(each), [])) for each in columns[EXAMPLE_ID]]
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _joined(texts: Sequence[str]) -> str | None:
    """Join notes in one cell that no spreadsheet takes for a formula."""
    joined = "; ".join(texts)
    return f"'{joined}" if joined.startswith(_FORMULA) else joined or None


def _write_table(table: pa.Table, path: Path, kind: str) -> None:
    if kind == "xlsx":
        _write_xlsx(table, path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = table.column_names
        writer.writerow(names)
        writer.writerows(zip(*(table[name].to_pylist() for name in names), strict=True))


def _write_xlsx(table: pa.Table, path: Path) -> None:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ImportError:
        raise MissingExtraError("XLSX needs openpyxl: pip install 'tagline[excel]'.") from None
    book = Workbook(write_only=True)
    page = book.create_sheet("tags")

    def cell(value: str | None) -> Any:
        made = WriteOnlyCell(page, value=value)
        if value is not None:
            made.data_type = "s"  # a note that begins with = is no formula
        return made

    page.append(table.column_names)
    for row in zip(*(table[name].to_pylist() for name in table.column_names), strict=True):
        page.append([cell(value) for value in row])
    book.save(path)
