"""Samples: the form that draws one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from tagline.display.words import plural
from tagline.exceptions import InputError
from tagline.web.server import server_of
from tagline.web.templating import redirect
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/tags", include_in_schema=False)
Name = Annotated[str, Form(max_length=200)]


@router.post("/samples")
def draw(
    request: Request,
    visitor: Annotated[Visitor, requires("annotator")],
    *,
    name: Name = "",
    size: Annotated[int, Form(ge=1, le=100_000)] = 200,
    run: Annotated[str, Form(max_length=300)] = "",
    how: Annotated[Literal["chance", "first"], Form()] = "chance",
    by: Annotated[str, Form(max_length=2000)] = "",
    first: Annotated[str, Form(max_length=2000)] = "",
    wrong: Annotated[str, Form(max_length=20)] = "",
    blind: Annotated[bool, Form()] = False,
    twice: Annotated[float, Form(ge=0, le=100)] = 10.0,
) -> Response:
    """Draw a sample to look at."""
    given: dict[str, Any] = {"size": size, "run": run or None, "blind": blind}
    given |= {"twice": twice / 100, "person": visitor.name}
    if how == "first":
        if not first.strip():
            raise InputError("Say by what they are picked: a column, or an SQL expression.")
        given["first"] = first.strip()
    else:
        given["by"] = [each.strip() for each in by.split(",") if each.strip()]
        given["wrong"] = _share(wrong)
    with server_of(request).served.desk() as project:
        made = project.tags.sample(name.strip(), **given)
    said = f"{made.name}: {plural(made.items, 'turn')} to tag."
    return redirect(request, "/tags", say=said)


def _share(text: str) -> float | None:
    text = text.strip().removesuffix("%").strip()
    if not text:
        return None
    try:
        return float(text) / 100
    except ValueError:
        raise InputError(
            f"The share of wrong ones is a percentage. Got {text!r} instead."
        ) from None
