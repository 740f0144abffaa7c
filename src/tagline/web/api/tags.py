"""The vocabulary: what the tags mean and cover, and every change of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.store import ActionRecord
from tagline.web.api.answers import Format, document, table_answer
from tagline.web.api.failures import FAILURES
from tagline.web.filter_arguments import NO_NUL
from tagline.web.server import server_of
from tagline.web.tag_overview import coverage
from tagline.web.visitors import Visitor, requires
from tagline.web.vocabulary import accept_slice, add_tag, change_tag, group_notes, may_undo

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["tags"], responses=FAILURES)
Viewer = Annotated[Visitor, requires("viewer")]
Editor = Annotated[Visitor, requires("editor")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Text = Annotated[str, Field(max_length=10_000, pattern=NO_NUL)]
Factor = Annotated[float, Field(gt=0, le=1000)]
Colour = Annotated[str, Field(pattern=r"^(#[0-9a-f]{6})?$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewTag(_Body):
    """A tag that people give; with a rule, an accepted slice of `tagline.toml`."""

    name: Name
    description: Text = ""
    rule: Annotated[str | None, Field(max_length=20_000, pattern=NO_NUL)] = None
    importance: Factor = 1.0
    ease: Factor = 1.0
    ease_reason: Text = ""
    colour: Colour = ""


class TagChange(_Body):
    """What is to be different; what is left away stays."""

    tag: Name
    name: Annotated[Name | None, Field(description="Only of tags that people give.")] = None
    description: Text | None = None
    importance: Factor | None = None
    ease: Factor | None = None
    ease_reason: Text | None = None
    colour: Colour | None = None


class Merge(_Body):
    """Tags of people that become one."""

    tags: Annotated[list[Name], Field(min_length=2, max_length=100)]
    into: Name


class Split(_Body):
    """A tag of people that becomes several."""

    tag: Name
    into: Annotated[list[Name], Field(min_length=2, max_length=100)]


class OneTag(_Body):
    """A tag."""

    tag: Name


class Undo(_Body):
    """An action of the history; without it, one's own last one."""

    action: Annotated[int | None, Field(ge=1, le=2**62)] = None


class Grouping(_Body):
    """Notes that are put under a tag."""

    notes: Annotated[list[Annotated[int, Field(ge=1, le=2**62)]], Field(min_length=1)]
    tag: Name


class TagAnswer(BaseModel):
    """One tag of the vocabulary."""

    name: str
    source: str
    description: str
    rule: str | None
    importance: float
    ease: float
    ease_reason: str
    colour: str


class ActionAnswer(BaseModel):
    """One thing that somebody did."""

    id: int
    kind: str
    person: str
    at: datetime
    example_id: str | None
    detail: dict[str, Any]
    undone: bool


class Grouped(BaseModel):
    """How many examples the notes are of."""

    tag: str
    examples: int


@router.get("/tags")
def tags(request: Request, visitor: Viewer, format: Format = "json") -> Response:
    """Return the vocabulary with its coverage: the document of `tagline tags check --json`."""
    served = server_of(request).served
    if not served.project.example_columns():
        known = [_answer(tag).model_dump() for tag in served.project.tags]
        return document({"headline": "No examples yet.", "notes": [], "tags": known})
    return table_answer(coverage(served), format)


@router.post("/tags", status_code=201)
def new(request: Request, visitor: Editor, given: NewTag) -> TagAnswer:
    """Make a tag that people give; with a rule, write it into `tagline.toml`."""
    server = server_of(request)
    values = given.model_dump(exclude={"name", "rule"})
    if given.rule is None:
        add_tag(server, given.name, by=visitor.name, **values)
    else:
        accept_slice(server, given.name, given.rule, description=given.description)
        weights = {k: values[k] for k in values if k != "description" and values[k] not in ("", 1)}
        if weights:
            change_tag(server, given.name, by=visitor.name, **weights)
    return _answer(server.served.project.tags[given.name])


@router.post("/tags/change")
def change(request: Request, visitor: Editor, given: TagChange) -> TagAnswer:
    """Change what a tag means or weighs, and what people's tags are called."""
    server = server_of(request)
    values = given.model_dump(exclude={"tag"}, exclude_none=True)
    if not values:
        raise InputError("Say what is to be different, such as `description`.")
    change_tag(server, given.tag, by=visitor.name, **values)
    return _answer(server.served.project.tags[given.name or given.tag])


@router.post("/tags/merge", status_code=204)
def merge(request: Request, visitor: Editor, given: Merge) -> None:
    """Make several of people's tags one: yes where any was, no where all were no."""
    server_of(request).served.project.tags.merge(given.tags, given.into, by=visitor.name)


@router.post("/tags/split", status_code=204)
def split(request: Request, visitor: Editor, given: Split) -> None:
    """Make one of people's tags several; what had it waits to be looked at again."""
    server_of(request).served.project.tags.split(given.tag, given.into, by=visitor.name)


@router.post("/tags/retire", status_code=204)
def retire(request: Request, visitor: Editor, given: OneTag) -> None:
    """Take one of people's tags out of use; undo brings it back."""
    server_of(request).served.project.tags.retire(given.tag, by=visitor.name)


@router.post("/tags/undo")
def undo(
    request: Request, visitor: Annotated[Visitor, requires("annotator")], given: Undo
) -> ActionAnswer:
    """Undo an action; editors any, others their own."""
    found = server_of(request).served.project.tags
    if given.action is not None and not may_undo(found, visitor, given.action):
        raise HTTPException(403, "You may undo what you did yourself; an editor may undo the rest.")
    return _done(found.undo(by=visitor.name, action=given.action))


@router.get("/tags/history")
def history(
    request: Request,
    visitor: Viewer,
    example_id: Annotated[str | None, Query(max_length=2000, pattern=NO_NUL)] = None,
    person: Annotated[str | None, Query(max_length=300, pattern=NO_NUL)] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> list[ActionAnswer]:
    """Return what was done, the newest first."""
    tags = server_of(request).served.project.tags
    found = tags.history(example_id=example_id, person=person, limit=limit)
    return [_done(each) for each in found]


@router.get("/tags/queue")
def queue(
    request: Request,
    visitor: Viewer,
    tag: Annotated[str, Query(max_length=200, pattern=NO_NUL)],
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> Response:
    """Return the examples to look at again for a tag that came late: the likeliest first."""
    with server_of(request).served.desk() as project:
        found = project.tags.queue(tag, limit=limit)
    rows = [{"example_id": example, "probability": chance} for example, chance in found]
    return document({"tag": tag, "examples": rows})


@router.get("/tags/notes")
def notes(request: Request, visitor: Viewer, state: Literal["all", "open"] = "all") -> Response:
    """Return the free notes, and groups of open ones that share words: proposals for tags."""
    served = server_of(request).served
    found = served.project.tags.notes
    groups = served.once(("proposals",), served.project.tags.propose)
    rows = [
        {
            "id": note.id,
            "example_id": note.example_id,
            "person": note.person,
            "text": note.text,
            "tag": note.tag,
            "at": note.at.isoformat(),
        }
        for note in found
        if state == "all" or note.tag is None
    ]
    proposed = [{"name": group.name, "notes": list(group.notes)} for group in groups]
    return document({"notes": rows, "proposals": proposed})


@router.post("/tags/notes/group")
def group(request: Request, visitor: Editor, given: Grouping) -> Grouped:
    """Put notes under a tag, and say yes to it for their examples; a new tag is made."""
    count = group_notes(server_of(request), given.notes, given.tag, by=visitor.name)
    return Grouped(tag=given.tag, examples=count)


def _answer(tag: Any) -> TagAnswer:
    return TagAnswer.model_validate(tag, from_attributes=True)


def _done(action: ActionRecord) -> ActionAnswer:
    return ActionAnswer.model_validate(action, from_attributes=True)
