"""Tagging: one example on the screen, one key for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pyarrow.compute as pc
from fastapi import APIRouter, Form, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from tagline.display.html import environment
from tagline.exceptions import InputError, did_you_mean
from tagline.project.tagging.joining import Answers
from tagline.schema.relations import EXAMPLE_ID
from tagline.store import SampleRecord
from tagline.web import tagging
from tagline.web.api.tagging import Take
from tagline.web.browsing import answers_of, rows_of, said_of
from tagline.web.filter_arguments import NO_NUL
from tagline.web.input_column import input_column
from tagline.web.keys import keys_of
from tagline.web.navigation import Entry
from tagline.web.served import Served
from tagline.web.server import Server, server_of
from tagline.web.showing import Example, examples_of
from tagline.web.tagging import Work
from tagline.web.templating import redirect, render
from tagline.web.views import run_view
from tagline.web.visitors import Visitor, requires

__all__ = ["ENTRY", "router"]

ENTRY = Entry("Tagging", "/tagging", "annotator")
router = APIRouter(include_in_schema=False)
Annotator = Annotated[Visitor, requires("annotator")]
Name = Annotated[str | None, Query(max_length=200, pattern=NO_NUL)]
Text = Annotated[str, Form(max_length=200, pattern=NO_NUL)]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tag that came late, and how many examples wait to be looked at again for it."""

    tag: str
    count: int


@router.get("/tagging")
def tagging_page(
    request: Request,
    visitor: Annotator,
    sample: Name = None,
    tag: Name = None,
    blind: bool = False,
) -> Response:
    """Show what there is to tag; with a sample or a tag, the next example of it."""
    server = server_of(request)
    if not sample and not tag:
        samples = server.served.project.tags.store.samples[::-1]
        waiting = _waiting_of(server.served)
        runs = server.served.project.runs
        return render(request, "tagging_start.html.j2", samples=samples, waiting=waiting, runs=runs)
    work = Work(sample or None, None if sample else tag)
    chosen = _sample(server, sample) if sample else None
    hidden = blind or (chosen is not None and chosen.blind)
    cards = _cards(request, work, visitor, count=1, hidden=hidden)
    served, answers = server.served, answers_of(server.served)
    return render(
        request,
        "tagging.html.j2",
        work=work,
        sample=chosen,
        blind=hidden,
        card=cards[0] if cards else None,
        tags=[t for t in server.served.project.tags.store.tags if work.tag in {None, t.name}],
        labels=_labels(server, chosen.run if chosen else None),
        now=tagging.progress(server, work),
        since=served.once(("tagging page", "since"), lambda: _since_new(answers)),
        used=_used(answers),
        waiting=_waiting_of(served) if work.tag is None else [],
        keys=keys_of("tagging" if work.tag is None else "backfill"),
    )


@router.post("/tagging/cards")
def cards(request: Request, visitor: Annotator, asked: Take, blind: bool = False) -> Any:
    """Return the next examples as the page shows them."""
    server = server_of(request)
    chosen = _sample(server, asked.sample) if asked.sample else None
    hidden = blind or (chosen is not None and chosen.blind)
    found = _cards(request, asked.work, visitor, count=asked.count, skip=asked.skip, hidden=hidden)
    now = tagging.progress(server, asked.work)
    return {"cards": found, "done": now.done, "items": now.items}


@router.post("/tagging/answer")
def answer_form(
    request: Request,
    visitor: Annotator,
    *,
    example_id: Annotated[str, Form(min_length=1, max_length=2000, pattern=NO_NUL)],
    do: Annotated[Literal["next", "none", "later", "undo"], Form()],
    sample: Text = "",
    tag: Text = "",
    shown: Annotated[list[str], Form(max_length=1000)] = [],  # noqa: B006 - FastAPI copies it
    yes: Annotated[list[str], Form(max_length=1000)] = [],  # noqa: B006
    new: Text = "",
    note: Annotated[str, Form(max_length=10_000, pattern=NO_NUL)] = "",
    wrong: Annotated[bool, Form()] = False,
    blind: Annotated[bool, Form()] = False,
    right_label: Annotated[str, Form(max_length=1000, pattern=NO_NUL)] = "",
) -> Response:
    """Take an answer from a browser without scripts."""
    server, work = server_of(request), Work(sample or None, None if sample else tag or None)
    where: dict[str, Any] = {"sample": work.sample, "tag": work.tag, "blind": blind or None}
    if do == "undo":
        server.served.project.tags.store.undo(by=visitor.name)
        return redirect(request, "/tagging", say="Your last step is taken back.", **where)
    made = [new.strip()] if new.strip() else []
    values = {name: do != "none" and name in yes for name in shown}
    given = tagging.Answer(
        example_id,
        key=f"form:{example_id}"[:100],
        tags={**values, **dict.fromkeys(made, do != "none")},
        make=made,
        note=note,
        wrong=True if wrong else None,
        right_label=right_label or None,
        later=do == "later",
        blind=blind,
    )
    message = tagging.answer(server, work, given, by=visitor.name)
    return redirect(request, "/tagging", say=message or None, **where)


def _cards(
    request: Request,
    work: Work,
    visitor: Visitor,
    *,
    count: int,
    skip: Sequence[str] = (),
    hidden: bool = False,
) -> list[dict[str, Any]]:
    """Return examples with their HTML; what others said of them stays out."""
    server = server_of(request)
    ids = tagging.take(server, work, by=visitor.name, count=count, skip=skip)
    if not ids:
        return []
    run = _sample(server, work.sample).run if work.sample is not None else None
    view = run_view(server.served, run)
    with view.asking() as (connection, _):
        rows = rows_of(view, connection, ids)
    own = said_of(server.served, ids, only=visitor.name)
    column = input_column(server.served, view)
    found = {e.id: e for e in examples_of(request, view, rows, column, own)}
    facts = [c for c in view.columns if c not in {EXAMPLE_ID, view.label, view.prediction}]
    made = [_card(found[each], facts, hidden=hidden) for each in ids if each in found]
    return made + [_missing(each) for each in ids if each not in found]


def _card(example: Example, facts: Sequence[str], *, hidden: bool) -> dict[str, Any]:
    """Return an example as the page takes it; the answer apart from the input."""
    draw: Any = environment("tagline.web").get_template("example.html.j2").module
    about = draw.facts(example, facts) if example.shown.kind != "row" else Markup("")
    mine = example.said.verdicts
    return {
        "id": example.id,
        "html": draw.whole(example),
        "truth": draw.answers(example) + about,
        "hidden": hidden,
        "kind": example.shown.kind,
        "address": example.shown.address,
        "tags": {tag: value for tag, _, value in example.said.tags},
        "label": example.label,
        "wrong": bool(mine),
        "right_label": mine[0].right_label if mine else None,
    }


def _missing(example_id: str) -> dict[str, Any]:
    """Return a card for an example that the run does not have any more."""
    said = Markup('<p class="quiet">The run has no example of this id any more.</p>')
    empty = {"truth": "", "hidden": False, "kind": "missing", "address": "", "tags": {}}
    return {"id": example_id, "html": said, **empty, "label": None, "wrong": False} | {
        "right_label": None
    }


def _sample(server: Server, name: str | None) -> SampleRecord:
    samples = server.served.project.tags.store.samples
    for each in samples:
        if each.name == name:
            return each
    raise InputError(
        f"There is no sample {name!r}. {did_you_mean(str(name), [s.name for s in samples])}"
    )


def _labels(server: Server, run: str | None) -> list[str]:
    """Return the labels there are, to choose the right one from; none where they are many."""
    view = run_view(server.served, run)
    if view.label is None:
        return []
    key = ("tagging page", "labels", view.run.name, view.run.examples_version)

    def make() -> list[str]:
        with view.asking() as (connection, table):
            values = table.select(label=table[view.label].cast("string")).distinct().limit(101)
            return sorted(v for v in connection.fetch(values)["label"].to_pylist() if v is not None)

    found = server.served.once(key, make)
    return found if len(found) <= 100 else []


def _waiting_of(served: Served) -> list[Waiting]:
    return served.once(("tagging page", "waiting"), lambda: _waiting(answers_of(served)))


def _waiting(answers: Answers) -> list[Waiting]:
    """Return how many examples wait for each tag: looked at for others, not for this one."""
    looked = len(pc.unique(answers.decisions[EXAMPLE_ID]))
    found = []
    for tag in answers.tags:
        rows = answers.decisions.filter(pc.equal(answers.decisions["tag"], tag))
        missing = looked - len(pc.unique(rows[EXAMPLE_ID]))
        if missing:
            found.append(Waiting(tag, missing))
    return found


def _used(answers: Answers) -> list[str]:
    """Return the tags that somebody gave to an example."""
    given = answers.decisions.filter(answers.decisions["value"])
    return sorted(pc.unique(given["tag"]).to_pylist())


def _since_new(answers: Answers) -> int:
    """Return how many examples were looked at since a tag was given for the first time."""
    seen: set[str] = set()
    examples: dict[str, None] = {}
    rows = answers.decisions.select([EXAMPLE_ID, "tag", "value", "action"]).sort_by("action")
    for row in rows.to_pylist():
        if row["value"] and row["tag"] not in seen:
            seen.add(row["tag"])
            examples = {}
        examples[row[EXAMPLE_ID]] = None
    return max(len(examples) - 1, 0)
