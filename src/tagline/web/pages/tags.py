"""Tags: what they mean and cover, how they overlap, who changed them, what waits for them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tagline.display.words import plural
from tagline.exceptions import ConflictError, InputError
from tagline.project.tagging import TagCount
from tagline.store import ActionRecord
from tagline.tags import Tag
from tagline.web.navigation import Entry
from tagline.web.ranked import steps
from tagline.web.served import Served
from tagline.web.server import server_of
from tagline.web.tag_overview import coverage, coverage_bar, overlap_rows, stamp_of, waiting
from tagline.web.templating import redirect, render
from tagline.web.visitors import Visitor, requires
from tagline.web.vocabulary import add_tag, change_tag, group_notes, may_undo

__all__ = ["ENTRY", "router"]

ENTRY = Entry("Tags", "/tags", "viewer")
NoteNumber = Annotated[int, Field(ge=0, lt=2**31)]
router = APIRouter(prefix="/tags", include_in_schema=False)
Viewer = Annotated[Visitor, requires("viewer")]
Editor = Annotated[Visitor, requires("editor")]
Name = Annotated[str, Form(max_length=200)]
Text = Annotated[str, Form(max_length=10_000)]
_HISTORY = 20
_OF_A_TAG = 400  # actions that are looked through for those of one tag
_QUEUE = 12
_SINGLE = frozenset({"decide", "note"})
_AROUND = 10_000  # bytes of a form around its file


@router.get("")
def tags_page(
    request: Request,
    visitor: Viewer,
    more: Annotated[int, Query(ge=1, le=50)] = 1,
    each: bool = False,
) -> Response:
    """Show the vocabulary."""
    served = server_of(request).served
    project = served.project
    tags = list(project.tags)
    known = bool(project.example_columns())
    table = coverage(served) if known else None
    rows = {row.tag: row for row in table.rows} if table else {}
    notes = project.tags.notes
    history = project.tags.history(limit=more * _OF_A_TAG)
    history = [act for act in history if each or act.kind not in _SINGLE]
    return render(
        request,
        "tags.html.j2",
        tags=tags,
        rows=rows,
        levels=_levels(tags, project.example_columns()),
        bars={name: _bar(row, tags) for name, row in rows.items()},
        n_examples=table.n_examples if table else 0,
        ranked=bool(project.runs),
        waiting=waiting(served),
        notes=notes,
        by_note={note.id: note for note in notes},
        proposals=served.once(("proposals",), project.tags.propose),
        samples=project.tags.samples[::-1],
        runs=[run.name for run in project.runs][::-1],
        history=history[: more * _HISTORY],
        more=more + 1 if len(history) > more * _HISTORY else None,
        each=each,
        may_take_back=lambda action: _may_take_back(visitor, action),
        most_bytes=server_of(request).options.largest_body - _AROUND,
    )


@router.get("/overlaps")
def overlaps_page(request: Request, visitor: Viewer) -> Response:
    """Show which tags come together; the page of the tags takes the picture from here."""
    found = overlap_rows(server_of(request).served)
    return render(request, "overlaps.html.j2", overlaps=found)


@router.get("/tag")
def tag_page(
    request: Request, visitor: Viewer, name: Annotated[str, Query(max_length=300)]
) -> Response:
    """Show one tag: its definition, and what can be done with it."""
    served = server_of(request).served
    project = served.project
    tag = project.tags[name]
    known = bool(project.example_columns())
    row = {each.tag: each for each in coverage(served).rows}.get(name) if known else None
    people = [record.name for record in project.tags.people]
    waits = waiting(served).get(name, 0)
    return render(
        request,
        "tag.html.j2",
        tag=tag,
        row=row,
        level=name in _levels([tag], project.example_columns()),
        bar=_bar(row, [tag]) if row else "",
        stamp=stamp_of(tag),
        steps=steps,
        waits=waits,
        queue=_queue(served, name) if waits else [],
        others=[each for each in people if each != name],
        history=_about(project.tags.history(limit=_OF_A_TAG), name)[:_HISTORY],
        in_file=name in project.settings.tags,
        may_take_back=lambda action: _may_take_back(visitor, action),
    )


@router.post("/new")
def new(
    request: Request,
    visitor: Editor,
    name: Name = "",
    description: Text = "",
    colour: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Make a tag that people give."""
    add_tag(
        server_of(request),
        name.strip(),
        by=visitor.name,
        description=description.strip(),
        colour=_colour(colour),
    )
    return redirect(request, "/tags/tag", say=f"{name.strip()} is a tag now.", name=name.strip())


@router.post("/change")
def change(
    request: Request,
    visitor: Editor,
    *,
    tag: Name,
    stamp: Annotated[str, Form(max_length=100)],
    name: Name = "",
    description: Text = "",
    importance: Annotated[float, Form(gt=0, le=1000)] = 1.0,
    ease: Annotated[float, Form(gt=0, le=1000)] = 1.0,
    ease_reason: Text = "",
    colour: Annotated[str, Form(max_length=20)] = "",
    plain: Annotated[bool, Form()] = False,
) -> Response:
    """Change what a tag means or weighs, and what people's tags are called."""
    server = server_of(request)
    known = server.served.project.tags[tag]
    if stamp_of(known) != stamp:
        raise ConflictError(
            f"Somebody changed {tag!r} since you opened the form: load it again; nothing was saved."
        )
    asked: dict[str, Any] = {
        "description": description.strip(),
        "importance": importance,
        "ease": ease,
        "ease_reason": ease_reason.strip(),
        "colour": "" if plain else _colour(colour),
    }
    values = {key: value for key, value in asked.items() if value != getattr(known, key)}
    name = name.strip() or tag
    if name != tag:
        values["name"] = name
    if not values:
        return redirect(request, "/tags/tag", say="Nothing was changed.", name=tag)
    change_tag(server, tag, by=visitor.name, **values)
    said = f"{tag} is called {name} now." if name != tag else f"{tag} is changed."
    return redirect(request, "/tags/tag", say=said, name=name)


@router.post("/merge")
def merge(
    request: Request,
    visitor: Editor,
    tag: Name,
    other: Name = "",
    into: Name = "",
) -> Response:
    """Make two of people's tags one."""
    if not other:
        raise InputError("Choose the tag to merge with.")
    into = into.strip() or tag
    server_of(request).served.project.tags.merge([tag, other], into, by=visitor.name)
    return redirect(request, "/tags/tag", say=f"{tag} and {other} are {into} now.", name=into)


@router.post("/split")
def split(request: Request, visitor: Editor, tag: Name, into: Text = "") -> Response:
    """Make one of people's tags several; what had it waits to be looked at again."""
    names = [each.strip() for each in into.replace(";", ",").split(",") if each.strip()]
    if len(names) < 2:
        raise InputError("Name at least two tags, with commas between.")
    server_of(request).served.project.tags.split(tag, names, by=visitor.name)
    said = f"{tag} is {' and '.join(names)} now: what had it waits to be looked at again."
    return redirect(request, "/tags", say=said)


@router.post("/retire")
def retire(request: Request, visitor: Editor, tag: Name) -> Response:
    """Take one of people's tags out of use."""
    server_of(request).served.project.tags.retire(tag, by=visitor.name)
    said = f"{tag} is out of use; its decisions are kept, and undo brings it back."
    return redirect(request, "/tags", say=said)


@router.post("/undo")
def undo(
    request: Request,
    visitor: Annotated[Visitor, requires("annotator")],
    action: Annotated[int, Form(ge=1, le=2**62)],
) -> Response:
    """Undo one action of the history."""
    tags = server_of(request).served.project.tags
    if not may_undo(tags, visitor, action):
        raise HTTPException(403, "You may undo what you did yourself; an editor may undo the rest.")
    done = tags.undo(by=visitor.name, action=action)
    return redirect(request, "/tags", say=f"Undone: {done.kind} of {done.person}.")


@router.post("/notes")
def group(
    request: Request,
    visitor: Editor,
    tag: Name = "",
    notes: Annotated[list[NoteNumber], Form(max_length=10_000)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Put notes under a tag."""
    if not tag.strip():
        raise InputError("Give the tag a name.")
    count = group_notes(server_of(request), notes, tag.strip(), by=visitor.name)
    said = f"{plural(len(notes), 'note')} of {plural(count, 'example')} stand under {tag.strip()}."
    return redirect(request, "/tags/tag", say=said, name=tag.strip())


def _colour(text: str) -> str:
    return text.strip().lower()


def _bar(row: TagCount, tags: list[Tag]) -> Any:
    if row.yes is None or row.no is None or row.unknown is None:
        return ""
    colour = next((tag.colour for tag in tags if tag.name == row.tag), "")
    return coverage_bar(row.yes, row.no, row.unknown, colour)


def _levels(tags: list[Tag], columns: list[str]) -> set[str]:
    """Return the tags that are levels of a column, or a column whose levels are tags."""
    found = set()
    for tag in tags:
        if tag.rule is None and tag.source == "column":
            column = tag.name.partition("=")[0]
            if column in columns and tag.name not in columns:
                found.add(tag.name)
    return found


def _queue(served: Served, name: str) -> list[tuple[str, float]]:
    def make() -> list[tuple[str, float]]:
        with served.desk() as desk:
            return desk.tags.queue(name, limit=_QUEUE)

    return served.once(("queue", name), make)


def _about(history: list[ActionRecord], name: str) -> list[ActionRecord]:
    """Return the actions that name a tag, but for single decisions."""
    return [each for each in history if each.kind != "decide" and _names(each.detail, name)]


def _names(value: Any, name: str) -> bool:
    if isinstance(value, dict):
        return any(key == name or _names(each, name) for key, each in value.items())
    if isinstance(value, list | tuple):
        return any(_names(each, name) for each in value)
    return bool(value == name)


def _may_take_back(visitor: Visitor, action: ActionRecord) -> bool:
    if action.undone or action.kind == "undo":
        return False
    mine = visitor.may("annotator") and action.person == visitor.name
    return mine or visitor.may("editor")
