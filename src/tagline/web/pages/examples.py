"""The examples of a run: those that fit, in a grid or one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tagline.exceptions import InputError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.browsing import Counts, Found, counts, find, levels, rows_of, said_of
from tagline.web.filter_arguments import NO_NUL, Asked, Word
from tagline.web.filters import Filters
from tagline.web.input_column import InputColumn, input_column
from tagline.web.keys import keys_of
from tagline.web.navigation import Entry
from tagline.web.server import server_of
from tagline.web.showing import examples_of
from tagline.web.templating import link, render
from tagline.web.views import RunView, run_view
from tagline.web.visitors import Visitor, requires

__all__ = ["ENTRY", "router"]

ENTRY = Entry("Examples", "/examples", "viewer")
router = APIRouter(include_in_schema=False)
Id = Annotated[str | None, Query(max_length=2000, pattern=NO_NUL)]
Name = Annotated[str | None, Query(max_length=300, pattern=NO_NUL)]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to pick, with the address that picks or drops it."""

    name: str
    count: int
    address: str
    on: bool
    without: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Choices under one heading."""

    title: str
    choices: tuple[Choice, ...]
    open: bool = True


@router.get("/examples")
def examples_page(
    request: Request,
    visitor: Annotated[Visitor, requires("viewer")],
    filters: Asked,
    *,
    run: Name = None,
    input: Name = None,
    facet: Annotated[list[Word], Query(max_length=10)] = [],  # noqa: B006 - FastAPI copies it
    view: Literal["grid", "one"] = "grid",
    id: Id = None,
    after: Id = None,
    before: Id = None,
    size: Annotated[int, Query(ge=1, le=200)] = 40,
) -> Response:
    """Show the examples that fit."""
    served = server_of(request).served
    if not served.project.runs:
        return render(request, "examples_none.html.j2")
    seen = run_view(served, run or None)
    column = input_column(served, seen, input or None)
    facets = [name for name in dict.fromkeys(facet) if name]
    for name in facets:
        if name not in seen.columns:
            raise InputError(f"There is no column {name!r}. {did_you_mean(name, seen.columns)}")
    kept: dict[str, Any] = {"run": run or None, "input": input or None, "facet": facets or None}
    kept |= {"view": view if view == "one" else None, "size": size if size != 40 else None}

    def address(of: Filters | None = None, **more: Any) -> str:
        return link(request, "/examples", **{**(of or filters).query(), **kept, **more})

    pick = levels(served, seen, column)
    counted = counts(served, seen, filters, column, _split(seen, pick, facets))
    if view == "one":
        found, around = _one(request, seen, filters, column, id=id, before=before, after=after)
    else:
        found = find(served, seen, filters, column, after=after, before=before, size=size)
        around = {"before": found.before, "after": found.after}
    ids = found.rows[EXAMPLE_ID].to_pylist()
    examples = examples_of(request, seen, found.rows, column, said_of(served, ids))
    return render(
        request,
        "examples.html.j2",
        filters=filters,
        address=address,
        view=view,
        examples=examples,
        around=around,
        counted=counted,
        facets=_facets(seen, counted, filters, address, facets),
        standing=_standing(filters, address, seen),
        more_facets=[name for name in pick if name not in facets],
        column=column,
        columns=_columns(seen),
        run=seen,
        runs=served.project.runs[::-1],
        kept=kept,
        keys=keys_of("examples"),
    )


def _one(
    request: Request,
    view: RunView,
    filters: Filters,
    column: InputColumn,
    *,
    id: str | None,
    before: str | None,
    after: str | None,
) -> tuple[Found, dict[str, str | None]]:
    """Return one example, and the ids on both sides of it."""
    served = server_of(request).served
    if id is None:
        found = find(served, view, filters, column, size=1, before=before, after=after)
        ids = found.rows[EXAMPLE_ID].to_pylist()
        id = ids[0] if ids else None
    else:
        with view.asking() as (connection, _):
            found = Found(rows_of(view, connection, [id]), None, None)
        if not found.rows.num_rows:
            raise InputError(f"The run {view.run.name!r} has no example {id!r}.")
    if id is None:
        return found, {"before": None, "after": None}
    sides = {
        "before": find(served, view, filters, column, size=1, before=id),
        "after": find(served, view, filters, column, size=1, after=id),
    }
    ids_beside = {side: each.rows[EXAMPLE_ID].to_pylist() for side, each in sides.items()}
    return found, {side: each[0] if each else None for side, each in ids_beside.items()}


def _split(view: RunView, pick: list[str], facets: list[str]) -> list[str]:
    """Return the columns whose levels are counted: label and prediction, and what was picked."""
    answers = [name for name in (view.label, view.prediction) if name is not None]
    return list(dict.fromkeys([*answers, *(facets or pick[:2])]))


def _facets(
    view: RunView,
    counted: Counts,
    filters: Filters,
    address: Callable[..., str],
    asked: list[str],
) -> list[Facet]:
    def to(name: str, value: str) -> str:
        return address(filters.toggled(name, value))

    def choice(name: str, value: str, count: int, *, other: bool = False, text: str = "") -> Choice:
        standing = getattr(filters, name)
        on = value in standing if isinstance(standing, tuple) else value == standing
        return Choice(
            text or value, count, to(name, value), on, to("without", value) if other else ""
        )

    made = []
    if not view.why:
        sides = (("wrong", counted.wrong), ("right", counted.right))
        made.append(Facet("Answer", tuple(choice("answer", *each) for each in sides)))
    known = {**dict.fromkeys(filters.tag, 0), **counted.tags}
    own = {name: count for name, count in known.items() if count or name in filters.people}
    if own:
        order = sorted(own.items(), key=lambda each: -each[1])
        made.append(Facet("Tags", tuple(choice("tag", *each, other=True) for each in order)))
    for column, split in counted.levels.items():
        role = {view.label: "label", view.prediction: "prediction"}.get(column)
        title = f"{role}: {column}" if role and role != column else column
        choices = tuple(
            choice(role, level, n) if role else choice("tag", f"{column}={level}", n, text=level)
            for level, n in split.items()
        )
        if len(choices) > 1 or role is None or getattr(filters, role):
            made.append(Facet(title, choices, open=role is None or len(split) <= 10))
    return made


def _standing(
    filters: Filters, address: Callable[..., str], view: RunView
) -> list[tuple[str, str]]:
    """Return what is filtered by, in words, with the address without it."""
    words = {"tag": "{}", "without": "not {}", "unknown": "{} not looked at", "answer": "{}"}
    words |= {"label": f"{view.label} is {{}}", "prediction": f"{view.prediction} is {{}}"}
    words |= {"where": "{}", "q": "holds “{}”"}
    found = []
    for name, value in filters.query().items():
        for each in value if isinstance(value, list) else [value]:
            text = words[name].replace("{}", each)
            found.append((text, address(filters.toggled(name, each))))
    return found


def _columns(view: RunView) -> list[str]:
    roles = {EXAMPLE_ID, view.label, view.prediction}
    plain = [c for c in view.columns if c not in roles and not view.held[c].type().is_boolean()]
    return [*plain, *view.binary]
