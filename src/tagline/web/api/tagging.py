"""Tagging: take examples of a sample or of a back-fill queue, answer, undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from tagline.exceptions import InputError
from tagline.web import tagging
from tagline.web.api.failures import FAILURES
from tagline.web.filter_arguments import NO_NUL
from tagline.web.server import server_of
from tagline.web.tagging import Work
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["tagging"], responses=FAILURES)
Annotator = Annotated[Visitor, requires("annotator")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Id = Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]


class WorkAsked(BaseModel):
    """A sample, or a tag whose back-fill queue is meant: one of them."""

    model_config = ConfigDict(extra="forbid")

    sample: Name | None = None
    tag: Name | None = None

    @property
    def work(self) -> Work:
        """What it names."""
        if (self.sample is None) == (self.tag is None):
            raise InputError("Name a sample or a tag: one of them.")
        return Work(self.sample, self.tag)


class Take(WorkAsked):
    """How many examples, and which are in hand already."""

    count: Annotated[int, Field(ge=1, le=20)] = 1
    skip: Annotated[list[Id], Field(max_length=100)] = []


class AnswerGiven(WorkAsked):
    """What somebody says of an example."""

    example_id: Id
    key: Annotated[str, Field(min_length=1, max_length=100, description="The same for a retry.")]
    tags: Annotated[
        dict[Name, bool],
        Field(max_length=1000, description="Yes or no for each tag that was looked at."),
    ] = {}
    make: Annotated[list[Name], Field(max_length=20, description="Those that are new.")] = []
    note: Annotated[str, Field(max_length=10_000, pattern=NO_NUL)] = ""
    wrong: Annotated[bool | None, Field(description="Whether the label is wrong.")] = None
    right_label: Annotated[str | None, Field(max_length=1000, pattern=NO_NUL)] = None
    later: Annotated[bool, Field(description="Put off: nothing is decided.")] = False
    blind: Annotated[bool, Field(description="Label and prediction were hidden.")] = False

    @property
    def answer(self) -> tagging.Answer:
        """The answer without what it belongs to."""
        return tagging.Answer(**self.model_dump(exclude={"sample", "tag"}))


class Taken(BaseModel):
    """Examples to look at."""

    examples: list[str]
    done: int
    items: int


class Written(BaseModel):
    """How far the work is after an answer."""

    done: int
    items: int
    message: str
    tags: list[str]


class SampleAnswer(BaseModel):
    """A sample."""

    name: str
    run: str | None
    person: str
    purposive: bool
    blind: bool
    items: int
    done: int
    created_at: datetime | None


@router.get("/samples")
def samples(
    request: Request, visitor: Annotated[Visitor, requires("viewer")]
) -> list[SampleAnswer]:
    """Return the samples, the oldest first, with how far they are."""
    found = server_of(request).served.project.tags.store.samples
    return [SampleAnswer.model_validate(each, from_attributes=True) for each in found]


@router.post("/tagging/take")
def take(request: Request, visitor: Annotator, asked: Take) -> Taken:
    """Take the next examples in hand: nobody else is given them for half an hour."""
    server = server_of(request)
    ids = tagging.take(server, asked.work, by=visitor.name, count=asked.count, skip=asked.skip)
    now = tagging.progress(server, asked.work)
    return Taken(examples=ids, done=now.done, items=now.items)


@router.post("/tagging/answers")
def answer(request: Request, visitor: Annotator, given: AnswerGiven) -> Written:
    """Say which tags an example has. The same answer twice is the same as once."""
    server = server_of(request)
    message = tagging.answer(server, given.work, given.answer, by=visitor.name)
    return _written(request, given.work, message)


@router.post("/tagging/undo")
def undo(request: Request, visitor: Annotator, given: AnswerGiven) -> Written:
    """Take an answer back, named by its key; its example is in hand again."""
    tagging.take_back(server_of(request), given.work, given.answer, by=visitor.name)
    return _written(request, given.work, "")


def _written(request: Request, work: Work, message: str) -> Written:
    server = server_of(request)
    now = tagging.progress(server, work, message)
    names = [tag.name for tag in server.served.project.tags.store.tags]
    return Written(done=now.done, items=now.items, message=now.message, tags=names)
