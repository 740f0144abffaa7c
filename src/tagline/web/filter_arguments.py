"""The filters of examples as arguments of a page or of the API."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query

from tagline.web.filters import Filters

__all__ = ["NO_NUL", "Asked", "Word"]

NO_NUL = r"^[^\x00]*$"  # no engine and no database takes a zero byte in a text

Word = Annotated[str, Query(max_length=300, pattern=NO_NUL)]
_Words = Annotated[list[Word], Query(max_length=50)]


def _filters(
    *,
    tag: _Words = [],  # noqa: B006 - FastAPI copies it
    without: _Words = [],  # noqa: B006
    unknown: _Words = [],  # noqa: B006
    answer: Literal["wrong", "right", ""] | None = None,
    label: Annotated[str | None, Query(max_length=1000, pattern=NO_NUL)] = None,
    prediction: Annotated[str | None, Query(max_length=1000, pattern=NO_NUL)] = None,
    where: Annotated[
        str | None, Query(max_length=20_000, pattern=NO_NUL, description="A scalar SQL condition.")
    ] = None,
    q: Annotated[
        str | None, Query(max_length=300, pattern=NO_NUL, description="What the input holds.")
    ] = None,
) -> Filters:
    def few(words: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for word in words if word))

    return Filters(
        tag=few(tag),
        without=few(without),
        unknown=few(unknown),
        answer=answer or None,
        label=label or None,
        prediction=prediction or None,
        where=where or None,
        q=q or None,
    )


Asked = Annotated[Filters, Depends(_filters)]
