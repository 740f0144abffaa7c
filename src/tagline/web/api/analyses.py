"""Error analysis, comparison and slices as documents: those of the command line."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.web.api.answers import Condition, Format, Name, table_answer
from tagline.web.api.failures import FAILURES
from tagline.web.server import server_of
from tagline.web.visitors import Visitor, requires

__all__ = ["factors", "router"]

router = APIRouter(prefix="/api/v1", tags=["analyses"], responses=FAILURES)
Viewer = Annotated[Visitor, requires("viewer")]
Text = Annotated[str, Query(max_length=300)]
Names = Annotated[list[Text], Query(max_length=200)]
Level = Annotated[float | None, Query(gt=0, lt=1)]
Seed = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
Factors = Annotated[
    list[Text], Query(max_length=200, description="Such as car_noise=2; may be repeated.")
]


@router.get("/errors")
def errors(
    request: Request,
    visitor: Viewer,
    *,
    run: Name = None,
    measure: Name = None,
    where: Condition = None,
    tags: Names = [],  # noqa: B006 - FastAPI copies it
    human: Name = None,
    group: Name = None,
    sample_weight: Name = None,
    importance: Factors = [],  # noqa: B006
    ease: Factors = [],  # noqa: B006
    level: Level = None,
    top: Annotated[int | None, Query(ge=1, le=1000)] = None,
    seed: Seed = None,
    format: Format = "json",
) -> Response:
    """Rank the tags of a run by what the whole gains: the document of `tagline errors --json`."""
    options: dict[str, Any] = {
        "measure": measure,
        "where": where,
        "human": _human(human),
        "group": group,
        "sample_weight": sample_weight,
        "level": level,
        "top": top,
        "seed": seed,
        "tags": tags or None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    found = server_of(request).served.analysis(run, **given)
    important, easy = factors("importance", importance), factors("ease", ease)
    if important or easy:
        ranked = [row for row in found.rows if row.rank is not None]
        important = {row.tag: row.importance for row in ranked} | important
        easy = {row.tag: row.ease for row in ranked} | easy
        found = found.reweight(important, easy)
    return table_answer(found, format)


@router.get("/compare")
def compare(
    request: Request,
    visitor: Viewer,
    *,
    before: Name = None,
    after: Name = None,
    measure: Name = None,
    where: Condition = None,
    tags: Names = [],  # noqa: B006
    margin: Annotated[float | None, Query(gt=0, lt=1)] = None,
    level: Level = None,
    seed: Seed = None,
    format: Format = "json",
) -> Response:
    """Compare two runs by tag: the document of `tagline compare --json`."""
    options: dict[str, Any] = {
        "measure": measure,
        "where": where,
        "margin": margin,
        "level": level,
        "seed": seed,
        "tags": tags or None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    found = server_of(request).served.comparison(before, after, **given)
    return table_answer(found, format)


@router.get("/slices")
def slices(
    request: Request,
    visitor: Viewer,
    *,
    run: Name = None,
    measure: Name = None,
    columns: Names = [],  # noqa: B006
    depth: Annotated[int, Query(ge=1, le=4)] = 3,
    min_support: Annotated[int, Query(ge=1, le=10**9)] = 20,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    format: Format = "json",
) -> Response:
    """Find slices with more errors than chance brings: the document of `tagline slices --json`."""
    served = server_of(request).served
    search: dict[str, Any] = {"depth": depth, "min_support": min_support, "seed": seed}
    key = ("slices", run, measure, tuple(columns), *search.values())

    def make() -> Any:
        from tagline.error_analysis import find_slices

        with served.desk() as project:
            record = project.store.run(run)
            options: dict[str, Any] = {"label": record.label, "prediction": record.prediction}
            stated = project.settings.errors.given()
            kept: dict[str, Any] = {
                name: stated[name] for name in ("label", "group", "measure") if name in stated
            }
            asked: dict[str, Any] = {"measure": measure} if measure is not None else {}
            table = project.predictions(record.name)
            options = {**options, **search, **kept, **asked}
            return find_slices(table, columns=columns or None, **options)

    return table_answer(served.once(key, make), format)


def factors(name: str, given: list[str]) -> dict[str, float]:
    """Return importance or ease by tag out of texts such as ``car_noise=2``.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    given : list of str

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If one is no tag with a number.
    """
    read: dict[str, float] = {}
    for each in given:
        tag, equals, number = each.rpartition("=")
        try:
            read[tag] = float(number)
        except ValueError:
            equals = ""
        if not equals or not tag:
            raise InputError(f"`{name}` must be TAG=NUMBER. Got {each!r} instead.")
    return read


def _human(given: str | None) -> Any:
    """Return people's level: a rate (0.05), errors of asked (12/200), or a column of answers."""
    if given is None:
        return None
    errors, slash, asked = given.partition("/")
    if slash and errors.strip().isdecimal() and asked.strip().isdecimal():
        return int(errors), int(asked)
    try:
        return float(given)
    except ValueError:
        return given
