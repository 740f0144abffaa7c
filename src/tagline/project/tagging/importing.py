"""Tags from files: the spreadsheet that people use today, JSON, Label Studio."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagline.display.words import plural
from tagline.engine import source
from tagline.exceptions import InputError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.tags.label_studio import choices_of
from tagline.tags.spreadsheet import Layout, Ticked, ticked

if TYPE_CHECKING:
    from tagline.project.opened import OpenProject
    from tagline.project.tagging.saying import Saying

__all__ = ["TagImport", "import_tags"]

_MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class TagImport:
    """What an import of tags changed.

    Attributes
    ----------
    decisions : int
        Decisions that the file holds; those that stood already changed nothing.
    notes : int
        New notes.
    new_tags : tuple of str
    unknown : int
        Examples that the project has not: they were left out.
    untouched : int
        Rows where nothing was said: nobody looked at them.
    people : tuple of str
    """

    decisions: int
    notes: int
    new_tags: tuple[str, ...]
    unknown: int
    untouched: int
    people: tuple[str, ...]

    @property
    def message(self) -> str:
        """What happened, in one sentence."""
        made = f"{plural(self.decisions, 'decision')} of {', '.join(self.people) or 'nobody'}"
        new = f", new tags {', '.join(self.new_tags)}" if self.new_tags else ""
        notes = f", {plural(self.notes, 'note')}" if self.notes else ""
        left = []
        if self.untouched:
            left.append(f"{plural(self.untouched, 'row')} where nothing is said")
        if self.unknown:
            left.append(f"{plural(self.unknown, 'example')} that the project does not have")
        out = f"; left out: {', '.join(left)}" if left else ""
        return f"{made}{notes}{new}{out}."


def import_tags(
    project: OpenProject,
    tags: Saying,
    path: str | Path,
    layout: Layout,
    by: str,
) -> TagImport:
    """Take over what a file says, all of it or nothing; see `ProjectTags.import_file`."""
    name = Path(path).name
    if Path(path).suffix.lower() == ".json":
        people = _of_json(_read(Path(path)), layout.id, by, name)
    else:
        people = {by: _of_table(path, layout, tags, name)}
    known = {example for each in people.values() for example, _, _ in each.choices}
    known |= {example for each in people.values() for example, _ in each.notes}
    missing = set(tags.unknown_examples(known))
    if known and missing == known:
        raise InputError(
            f"None of the {plural(len(known), 'example')} in {name} is in the project: is"
            f" {layout.id!r} the column of ids that the predictions were imported with?"
        )
    there = {record.name for record in tags.people}
    named = dict.fromkeys(tag for sheet in people.values() for tag in sheet.tags)
    new = [tag for tag in named if tag not in there]
    _refuse_rules(project, new, name)
    written = {(each.example_id, each.person, each.text) for each in tags.notes}
    wanted = {
        person: (
            [each for each in sheet.choices if each[0] not in missing],
            [
                (example, text)
                for example, text in sheet.notes
                if example not in missing and (example, person, text) not in written
            ],
        )
        for person, sheet in people.items()
    }
    tags.store.take_over(wanted, new, by=by, detail={"file": name})
    decided = sum(len(choices) for choices, _ in wanted.values())
    noted = sum(len(notes) for _, notes in wanted.values())
    untouched = sum(each.untouched for each in people.values())
    return TagImport(decided, noted, tuple(new), len(missing), untouched, tuple(people))


def _of_table(path: str | Path, layout: Layout, tags: Saying, name: str) -> Ticked:
    with source(str(path)).open() as (connection, table):
        for wanted in layout.columns:
            if wanted not in table.columns:
                raise InputError(
                    f"{name} has no column {wanted!r}. {did_you_mean(wanted, table.columns)}"
                )
        if not layout.tags and layout.cells is None:
            given = {record.name for record in tags.people}
            called = tuple(each for each in table.columns if each in given)
            layout = replace(layout, tags=called)
        if layout.columns == [layout.id]:
            raise InputError(
                f"{name} has no column that is called like a tag of people: name the columns of"
                " ticks (`columns`, --columns), or the one that lists tags (`cells`, --cells)."
            )
        rows = connection.fetch(table.select(*layout.columns)).to_pylist()
    return ticked(rows, layout, what=name)


def _of_json(read: Any, id: str, by: str, name: str) -> dict[str, Ticked]:
    """Read Label Studio's tasks, or a list of decisions as `export_tags` writes them."""
    if isinstance(read, list) and read and isinstance(read[0], Mapping) and "tag" in read[0]:
        return _of_decisions(read, by, name)
    made = choices_of(read, id=id, what=name)
    tags = tuple(sorted({choice for _, choice, _ in made if choice}))
    people: dict[str, dict[str, set[str]]] = {}
    for example, choice, person in made:
        people.setdefault(person, {}).setdefault(example, set()).add(choice)
    return {
        person: Ticked(
            tuple((each, tag, tag in chosen) for each, chosen in own.items() for tag in tags),
            (),
            tags,
            len(own),
        )
        for person, own in people.items()
    }


def _of_decisions(read: Sequence[Any], by: str, name: str) -> dict[str, Ticked]:
    people: dict[str, list[tuple[str, str, bool]]] = {}
    for number, each in enumerate(read, 1):
        if not isinstance(each, Mapping) or not isinstance(each.get("value"), bool):
            raise InputError(
                f"Entry {number} of {name} must hold `example_id`, `tag` and `value` (true or"
                " false)."
            )
        if each.get(EXAMPLE_ID) is None or each.get("tag") is None:
            raise InputError(f"Entry {number} of {name} lacks its `{EXAMPLE_ID}` or `tag`.")
        row = (str(each[EXAMPLE_ID]), str(each["tag"]), each["value"])
        people.setdefault(str(each.get("person") or by), []).append(row)
    return {
        person: Ticked(tuple(rows), (), tuple(dict.fromkeys(tag for _, tag, _ in rows)), len(rows))
        for person, rows in people.items()
    }


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path.name} is larger than 500 MB: split it.")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except RecursionError:
        raise InputError(f"{path.name} is nested too deeply to be read.") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path.name} is not JSON: {error}.") from None


def _refuse_rules(project: OpenProject, new: Sequence[str], name: str) -> None:
    for tag in new:
        if tag in project.settings.tags and project.settings.tags[tag].rule is not None:
            raise InputError(
                f"{name} has decisions about {tag!r}, which is a rule of tagline.toml: give one of"
                " the two another name."
            )
