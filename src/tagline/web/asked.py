"""What is asked of an error analysis: it stands in the address of the page, all of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from tagline.exceptions import InputError

__all__ = ["Ask", "AskedErrors", "Sort", "human_level", "read_factors"]

Name = Annotated[str | None, Query(max_length=300)]
Factor = Annotated[str, Query(max_length=400)]
Factors = Annotated[
    list[Factor], Query(max_length=1000, description="Such as car_noise=2; may be repeated.")
]
Sort = Literal[
    "priority",
    "tag",
    "support",
    "error_rate",
    "error_share",
    "gain",
    "importance",
    "ease",
    "p_top",
]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of an error analysis.

    Attributes
    ----------
    run, measure, where, sample, human : str or None
        None: what the project says.
    importance, ease : mapping from tag to number
        In place of what the vocabulary says; nothing is changed by it.
    sort : str
    order : {"up", "down"} or None
        None: the way that is usual for the column.
    """

    run: str | None = None
    measure: str | None = None
    where: str | None = None
    sample: str | None = None
    human: str | None = None
    importance: dict[str, float] = field(default_factory=dict)
    ease: dict[str, float] = field(default_factory=dict)
    sort: str = "priority"
    order: str | None = None

    def options(self) -> dict[str, Any]:
        """Return the options of `Served.analysis`, but for the run."""
        given = {"measure": self.measure, "where": self.where, "sample": self.sample}
        given["human"] = human_level(self.human)
        return {name: value for name, value in given.items() if value is not None}

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return what stands in the address; a change to None takes it out."""
        found = {each.name: getattr(self, each.name) for each in fields(self)} | changes
        for name in ("importance", "ease"):
            found[name] = [f"{tag}={value:g}" for tag, value in (found[name] or {}).items()] or None
        if found["sort"] == "priority":
            found["sort"] = None
        return {name: value for name, value in found.items() if value is not None}


def _asked(
    *,
    run: Name = None,
    measure: Name = None,
    where: Annotated[
        str | None, Query(max_length=20_000, description="A scalar SQL condition.")
    ] = None,
    sample: Name = None,
    human: Annotated[
        str | None,
        Query(max_length=300, description="A rate, errors of asked (12/200), or a column."),
    ] = None,
    importance: Factors = [],  # noqa: B006 - FastAPI copies it
    ease: Factors = [],  # noqa: B006
    sort: Sort = "priority",
    order: Literal["up", "down"] | None = None,
) -> Ask:
    texts = {"run": run, "measure": measure, "where": where, "sample": sample, "human": human}
    cleaned: dict[str, Any] = {name: (text or "").strip() or None for name, text in texts.items()}
    factors: dict[str, Any] = {
        "importance": read_factors("importance", importance),
        "ease": read_factors("ease", ease),
    }
    return Ask(**cleaned, **factors, sort=sort, order=order)


AskedErrors = Annotated[Ask, Depends(_asked)]


def read_factors(name: str, given: list[str]) -> dict[str, float]:
    """Return importance or ease by tag out of texts such as ``car_noise=2``.

    Parameters
    ----------
    name : str
        For messages.
    given : list of str
        Empty ones are passed over.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If one is no tag with a number.
    """
    read: dict[str, float] = {}
    for each in filter(None, given):
        tag, equals, number = each.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            equals, value = "", 0.0
        if not equals or not tag:
            raise InputError(f"`{name}` must be TAG=NUMBER. Got {each[:80]!r} instead.")
        if not 0 < value <= 1000:
            raise InputError(
                f"The {name} of {tag!r} must be above 0 and at most 1,000. Got {number} instead."
            )
        read[tag] = value
    return read


def human_level(given: str | None) -> Any:
    """Return people's level: a rate (0.05, 5 %), errors of asked (12/200), or a column of answers.

    Examples
    --------
    >>> human_level("5 %"), human_level("12/200"), human_level("answer")
    (0.05, [12, 200], 'answer')
    """
    if given is None:
        return None
    errors, slash, asked = given.partition("/")
    if slash and errors.strip().isdecimal() and asked.strip().isdecimal():
        return [int(errors), int(asked)]
    text = given.strip()
    try:
        return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return given
