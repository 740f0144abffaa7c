"""From the result of an error analysis to its page: cards of examples, overlaps, reasons."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tagline.display.images import thumbnail
from tagline.display.words import number, plain, shorten
from tagline.error_analysis.behind.calibrating import calibration_text
from tagline.error_analysis.behind.mistakes import edits_text, mistakes_text
from tagline.error_analysis.company.charts import company_blocks
from tagline.error_analysis.company.explaining import AdjustedRow, adjusted_rows, sentences
from tagline.error_analysis.ranked.steps import sensitivity_text
from tagline.error_analysis.shown.charts import chart_blocks
from tagline.error_analysis.shown.page import (
    AddedGain,
    ErrorPage,
    ExampleCard,
    Overlap,
    render_page,
)
from tagline.error_analysis.shown.reasons import shared_errors, why
from tagline.error_analysis.shown.wording import is_base, most_gain
from tagline.measures import find_measure

if TYPE_CHECKING:
    from tagline.error_analysis.forms import Look
    from tagline.error_analysis.results import ErrorAnalysis
    from tagline.error_analysis.rows import TagRow

__all__ = ["added_gains", "error_page", "example_card", "overlapping"]

_CARDS = 12  # of a tag
_ADJUSTED = 10  # tags that are adjusted for each other
_MISTAKES = 5  # of a tag
_BINS = 10  # of confidence
_TAGS = 30  # that get cards: each asks the engine once
_OFTEN = 0.2  # of the rows of one tag: then the other often comes with it
_PAIRS = 20
_ATTACHED = "tagline_"  # of the columns that arrays became; `examples` names them plainly
_NAMELESS = "the "  # begins what `engine.source` calls data without a name, as "the data frame"
_TRANSCRIPTS = ("wer", "cer")
_OWN = {"example_id", "error", "weight"}
_INPUTS = ("text", "input", "image")


def error_page(result: ErrorAnalysis) -> str:
    """Return the report of an error analysis as one self-contained HTML document.

    Parameters
    ----------
    result : ErrorAnalysis

    Returns
    -------
    str
    """
    ranking, percent = result.ranking, result.percent
    tags = [row.tag for row in result.rows if not is_base(row)]
    reasons = {tag: why(ranking, tag, percent=percent, note=False) for tag in tags}
    behind: dict[str, Any] = {}
    if result.look is not None:
        pairs = result.overlaps().to_pylist()
        adjusted = _adjusted(result, result.look)
        common = {(each["tag"], each["other"]): each["errors"] for each in pairs}
        for said in (shared_errors(ranking, common), sentences(adjusted)):
            for tag, sentence in said.items():
                reasons[tag] += f" {sentence}"
        behind = _behind(result, result.look) | {
            "overlaps": overlapping(result.rows, pairs),
            "adjusted": adjusted,
            "company": company_blocks(adjusted, result.rows, pairs, percent=percent),
        }
    page = ErrorPage(
        headline=result.headline,
        rows=result.rows,
        gaps=result.gaps,
        measure_title=result.title,
        percent=percent,
        level=result.level,
        top=result.top,
        left_out=result.left_out,
        questions=result.questions,
        notes=result.notes,
        why=reasons,
        sensitivity=sensitivity_text(ranking),
        charts=chart_blocks(result.rows, result.gaps, percent=percent),
        **behind,
    )
    return render_page(page)


def _adjusted(result: ErrorAnalysis, look: Look) -> list[AdjustedRow]:
    """Return the gaps of the first tags; none where there is nothing to adjust for."""
    order = [row.tag for row in result.rows if row.rank is not None]
    found = look.adjusted(order, _ADJUSTED, result.level) if len(order) > 1 else None
    rows, level = result.rows, result.level
    return adjusted_rows(found or [], rows, percent=result.percent, level=level)


def example_card(
    row: Mapping[str, Any],
    *,
    label: str | None = "label",
    prediction: str | None = "prediction",
    words: bool = False,
    normalize: str = "none",
) -> ExampleCard:
    """Return one example as the page shows it.

    Parameters
    ----------
    row : mapping
        The user's columns, `error` and `weight`; bytes are taken for an image, `text` or `input`
        for the input.
    label, prediction : str, optional
        Names of the columns; None where there is none.
    words : bool, default False
        Label and prediction are transcripts: mark the words that differ, count the errors.
    normalize : {"none", "basic"}, default "none"
        How words are normalised before they are compared.

    Returns
    -------
    ExampleCard
    """
    text, image, others = "", "", {}
    for name, value in row.items():
        if name in _OWN or name in (label, prediction) or value is None:
            continue
        if isinstance(value, bytes):
            image = image or thumbnail(value)
        elif name in _INPUTS and not text:
            text = str(value)
        else:
            others[name] = shorten(plain(value))
    return ExampleCard(
        example_id=_text(row.get("example_id")) or "",
        label=_text(row.get(label or "")),
        prediction=_text(row.get(prediction or "")),
        error=_error(row) if words else "",
        words=words,
        normalize=normalize,
        text=text,
        image=image,
        columns=others,
    )


def _behind(result: ErrorAnalysis, look: Look) -> dict[str, Any]:
    """Return the fields of the page that need the data."""
    words = result.measure.partition("(")[0] in _TRANSCRIPTS
    label, prediction = _columns(look)
    normalize = find_measure(result.measure).parameters.get("normalize", "none") if words else ""
    card = partial(
        example_card, label=label, prediction=prediction, words=words, normalize=normalize
    )
    order = [row.tag for row in result.rows if row.rank is not None and row.errors > 0]
    cards = {
        tag: [card(row) for row in table.to_pylist()]
        for tag, table in look.worst(order[:_TAGS], _CARDS).items()
    }
    counted = result.kind == "binary" and result.weight == result.n_examples
    return {
        "facts": _asked(look),
        "examples": cards,
        "wrong": {row.tag: int(row.errors) for row in result.rows} if counted else {},
        "mistakes": _mistakes(look, cards),
        "edits": _edits(look, cards),
        "calibration": _calibration(look, result.level),
        "adds": added_gains(result),
    }


def _mistakes(look: Look, tags: Container[str]) -> dict[str, str]:
    """Return in words what was most often taken for what on each of the tags."""
    found = look.mistakes(_MISTAKES)
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found.to_pylist() if found is not None else ():
        rows.setdefault(row["tag"], []).append(row)
    return {tag: mistakes_text(own) for tag, own in rows.items() if tag in tags}


def _edits(look: Look, tags: Container[str]) -> dict[str, str]:
    found = look.edits()
    rows = found.to_pylist() if found is not None else []
    return {row["tag"]: edits_text(row) for row in rows if row["tag"] in tags}


def _calibration(look: Look, level: float) -> dict[str, str]:
    found = look.calibration(_BINS, level)
    rows = found.to_pylist() if found is not None else []
    return {row["tag"]: calibration_text(row) for row in rows}


def added_gains(result: ErrorAnalysis) -> list[AddedGain]:
    """Return what each of the first tags gains beyond those above it.

    Parameters
    ----------
    result : ErrorAnalysis
        With a way back to the data.

    Returns
    -------
    list of AddedGain
        A tag adds the part of its gain that its errors outside the tags above it are of all its
        errors.
    """
    rows = {row.tag: row for row in result.rows}
    found, total = [], 0.0
    for each in result.added().to_pylist():
        row = rows[each["tag"]]
        gain = most_gain(row)
        if gain is None:
            continue
        adds = gain * min(each["errors"] / row.errors, 1.0) if row.errors > 0 else 0.0
        total += adds
        found.append(AddedGain(row.tag, gain, adds, total))
    return found


def overlapping(rows: Sequence[TagRow], pairs: Iterable[Mapping[str, Any]]) -> list[Overlap]:
    """Return the pairs of tags of which one often comes with the other.

    Parameters
    ----------
    rows : sequence of TagRow
    pairs : iterable of mapping
        `tag`, `other`, and how many rows have `both`; those with the most first.

    Returns
    -------
    list of Overlap
        In the same order.
    """
    support = {row.tag: row.support for row in rows}
    found = [
        Overlap(tag, other, both, both / support[tag], both / support[other])
        for tag, other, both in ((each["tag"], each["other"], each["both"]) for each in pairs)
        if both
    ]
    return [each for each in found if max(each.of_tag, each.of_other) >= _OFTEN][:_PAIRS]


def _asked(look: Look) -> dict[str, str]:
    """Return what was asked, for the line of facts; arrays and frames have no name to show."""
    question = look.request.question
    data = look.request.data.describe
    named = {
        "data": "" if data.startswith(_NAMELESS) else data,
        "label": question.label,
        "prediction": question.prediction,
        "people": question.person,
        "where": question.where,
        "groups": question.group,
        "sample weight": question.sample_weight,
    }
    return {
        name: value for name, value in named.items() if value and not value.startswith(_ATTACHED)
    }


def _columns(look: Look) -> tuple[str | None, str | None]:
    """Return the names of label and prediction among the columns of `look.examples`."""
    question = look.request.question
    names = {"label": question.label, "prediction": question.prediction}
    given = [
        plain_name if name is not None and name.startswith(_ATTACHED) else name
        for plain_name, name in names.items()
    ]
    return given[0], given[1]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _error(row: Mapping[str, Any]) -> str:
    error, weight = row.get("error"), row.get("weight")
    if error is None or weight is None:
        return ""
    return f"{number(error)} of {number(weight)}"
