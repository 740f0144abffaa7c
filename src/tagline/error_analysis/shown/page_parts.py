"""What the report of an error analysis is given: each field says what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from typing import Any

from tagline.display.html import ChartBlock
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.reading import QUESTIONS

__all__ = ["AddedGain", "ErrorPage", "ExampleCard", "Overlap"]


def _field(text: str, default: Any = MISSING, **more: Any) -> Any:
    if default is not MISSING:
        more["default"] = default
    return field(metadata={"help": text}, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCard:
    """One example as the page shows it. Every text is escaped."""

    example_id: str = _field("name of the example")
    label: str | None = _field("what is right; None where the measure needs no label", None)
    prediction: str | None = _field("what the model said; None if nothing", None)
    error: str = _field("its error in words, such as '3 of 7 words'; may be empty", "")
    words: bool = _field("mark the words in which prediction and label differ", False)
    normalize: str = _field("how words are normalised before they are compared", "none")
    text: str = _field("the input, where it is text", "")
    image: str = _field("the input as a data URI (see display.images); may be empty", "")
    columns: Mapping[str, str] = _field("other columns of the row", default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddedGain:
    """What a tag adds to those above it in the greedy list. Fractions."""

    tag: str = _field("the tag")
    gain: float = _field("what it gains alone")
    adds: float = _field("what it gains beyond the tags above it")
    total: float = _field("what all down to this one gain together")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two tags that often come together. Fractions."""

    tag: str = _field("a tag")
    other: str = _field("the tag it comes with")
    both: int = _field("examples with both")
    of_tag: float = _field("of the examples with `tag`, the fraction that has `other`")
    of_other: float = _field("of the examples with `other`, the fraction that has `tag`")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """All that the report of an error analysis shows."""

    headline: str = _field("which tag to fix, what it gains, what would change the answer")
    rows: Sequence[TagRow] = _field("the tags by rank, then (untagged) and (all)")
    measure_title: str = _field("the measure for people, such as 'word error rate'")
    lead: str = _field("what follows the headline; by default all after its first sentence", "")
    title: str = _field("of the window", "Errors by tag")
    percent: bool = _field("whether people read the rates in percent", True)
    level: float = _field("of the intervals", 0.95)
    top: int = _field("the first so many count as top", 3)
    questions: Mapping[str, str] = _field(
        "the four questions as the measure answers them, by column",
        default_factory=lambda: dict(QUESTIONS),
    )
    facts: Mapping[str, str] = _field(
        "what was asked: data, label, prediction, where ...", default_factory=dict
    )
    left_out: Mapping[str, int] = _field("rows left out, by reason", default_factory=dict)
    notes: Sequence[str] = _field("what holds for the whole report", ())
    gaps: Sequence[PeopleGap] = _field("how far the model is from people on each tag", ())
    descriptions: Mapping[str, str] = _field("what a tag means", default_factory=dict)
    why: Mapping[str, str] = _field("why a tag ranks where it does", default_factory=dict)
    examples: Mapping[str, Sequence[ExampleCard]] = _field(
        "the worst examples of a tag, worst first", default_factory=dict
    )
    wrong: Mapping[str, int] = _field(
        "how many examples with the tag are wrong: 'shown of how many'", default_factory=dict
    )
    mistakes: Mapping[str, str] = _field(
        "what was most often taken for what on a tag, such as '4 for 9 (31)'", default_factory=dict
    )
    edits: Mapping[str, str] = _field(
        "words substituted, deleted and inserted on a tag", default_factory=dict
    )
    calibration: Mapping[str, str] = _field(
        "how far the probabilities of a tag are from what came true", default_factory=dict
    )
    adds: Sequence[AddedGain] = _field("the greedy list: what each tag adds", ())
    overlaps: Sequence[Overlap] = _field("pairs of tags that often come together", ())
    adjusted: Sequence[AdjustedRow] = _field("gaps raw and adjusted for the other tags", ())
    company: Sequence[ChartBlock] = _field(
        "charts of these gaps and of tags that come together", ()
    )
    sensitivity: str = _field("whether importance or ease would change the order", "")
    charts: Sequence[ChartBlock] = _field("charts; the first one adds 0.9 MB to the file", ())
