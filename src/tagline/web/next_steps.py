"""What is missing in a project, and how to get it: the most useful first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagline.display.words import number, plain, plural, shorten
from tagline.web.ranked import Ranked
from tagline.web.tag_overview import waiting

if TYPE_CHECKING:
    from tagline.web.served import Served

__all__ = ["Step", "first_steps", "next_steps"]

_IMPORT = "tagline import predictions.csv --label y --prediction yhat --run first"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next.

    Attributes
    ----------
    title, text : str
    command : str
        To be copied; may be empty.
    address, action : str
        A page where it can be done, and what the link says; may be empty.
    file : str
        Lines for `tagline.toml`; may be empty.
    """

    title: str
    text: str
    command: str = ""
    address: str = ""
    action: str = ""
    file: str = ""


def first_steps() -> list[Step]:
    """Return what to do first in a project without predictions."""
    return [
        Step(
            "Bring predictions in",
            "A table with one row for each example: what is right, what the model said, and what"
            " else is known of the input. CSV, Parquet, JSON lines ...",
            _IMPORT,
        ),
        Step(
            "Say how well people do",
            "A column with a person's answers, or a rate: only against people can one tell how much"
            " of an error rate can be had.",
            file='[errors]\nhuman = "human_answer"   # or 0.05, or [12, 200]',
        ),
        Step(
            "Name the kinds of examples",
            "Rules and columns in tagline.toml; or look at wrong examples here and tag them.",
            "tagline tags sample first-look --size 200",
            file='[tags.short]\nrule = "n_words < 5"',
        ),
    ]


def next_steps(served: Served, found: Ranked | None, at: Callable[..., str]) -> list[Step]:
    """Return what is missing in a project that has predictions.

    Parameters
    ----------
    served : Served
    found : Ranked or None
        The ranking of the newest run; None where it cannot be made.
    at : function
        From a path and a query to an address.

    Returns
    -------
    list of Step
    """
    project = served.project
    steps: list[Step] = []
    if found is not None and all(row.hlp_error is None for row in found.found.rows):
        steps.append(_human(at))
    steps += _samples(served, found, at)
    steps += _tags(served, found, at)
    notes = [note for note in project.tags.notes if note.tag is None]
    if notes:
        steps.append(
            Step(
                "Make tags of notes",
                f"{plural(len(notes), 'note')} stand under no tag yet.",
                address=at("/tags") + "#notes",
                action="group them",
            )
        )
    if len(project.runs) < 2:
        steps.append(
            Step(
                "Compare with another model",
                "Import its predictions for the same examples under another name.",
                _IMPORT.replace("first", "second"),
            )
        )
    slices = Step(
        "Let slices be proposed",
        "Conditions over the columns on which the run fails more often, confirmed on examples that"
        " did not suggest them.",
        address=at("/errors/slices"),
        action="propose",
    )
    return [*steps, slices]


def _samples(served: Served, found: Ranked | None, at: Callable[..., str]) -> list[Step]:
    samples = served.project.tags.samples
    steps = []
    if found is not None and found.guessed:
        steps.append(
            Step(
                "Name what the errors have in common",
                "The ranking stands on columns of the data. Look at 50 to 100 wrong examples and"
                " write down what you see: those are the tags.",
                address=at("/examples", answer="wrong"),
                action="look at the wrong examples",
            )
        )
    if not samples:
        steps.append(
            Step(
                "Draw a sample to tag",
                "Wrong and right examples mixed, so that the rates of people's tags can be weighted"
                " back to all examples.",
                "tagline tags sample first-look --size 200",
                at("/tags") + "#samples",
                "draw it here",
            )
        )
    return steps + [
        Step(
            f"Go on with {shorten(plain(each.name), 60)}",
            f"{number(each.done)} of {plural(each.items, 'turn')} are done.",
            address=at("/tagging", sample=each.name),
            action="tag",
        )
        for each in samples
        if each.done < each.items
    ]


def _human(at: Callable[..., str]) -> Step:
    return Step(
        "Learn how well people do",
        "No human level is known, so every gain is an upper bound. Ask people to answer the same"
        " examples without seeing the label, or state a rate.",
        address=at("/errors", human="5 %"),
        action="suppose 5 %",
        file='[errors]\nhuman = "human_answer"   # a column; or a rate, or [errors, asked]',
    )


def _tags(served: Served, found: Ranked | None, at: Callable[..., str]) -> list[Step]:
    steps = []
    partial = found.partial if found is not None else ()
    drawn = [each for each in served.project.tags.samples if each.done and not each.purposive]
    if partial and drawn:
        names = shorten(plain(", ".join(partial)), 100)
        steps.append(
            Step(
                "Look at the rates of people's tags",
                f"{names}: decided for a part of the examples; weighted back to all of them by the"
                " sample.",
                address=at("/errors", sample=drawn[-1].name),
                action="show them",
            )
        )
    for tag, count in waiting(served).items():
        if count:
            steps.append(
                Step(
                    f"Look again for {shorten(plain(tag), 60)}",
                    f"{plural(count, 'example')} were looked at before this tag was there.",
                    address=at("/tagging", tag=tag),
                    action="look again",
                )
            )
    return steps
