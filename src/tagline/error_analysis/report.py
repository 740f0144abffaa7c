"""From the result of an error analysis to its page: cards of examples, overlaps, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tagline.display.images import thumbnail
from tagline.display.words import number, plain, shorten
from tagline.error_analysis.charts import chart_blocks
from tagline.error_analysis.headline import sensitivity_text
from tagline.error_analysis.page import AddedGain, ErrorPage, ExampleCard, Overlap, render_page
from tagline.error_analysis.wording import is_base

if TYPE_CHECKING:
    from tagline.error_analysis.results import ErrorAnalysis, Look

__all__ = ["error_page", "example_card"]

_CARDS = 12  # of a tag
_TAGS = 30  # that get cards: each asks the engine once
_TRANSCRIPTS = ("wer", "cer")
_OWN = {"example_id", "label", "prediction", "error", "weight"}
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
    tags = [row.tag for row in result.rows if not is_base(row)]
    behind = _behind(result, result.look) if result.look is not None else {}
    page = ErrorPage(
        headline=result.headline,
        rows=result.rows,
        measure_title=result.title,
        percent=result.percent,
        level=result.level,
        top=result.top,
        left_out=result.left_out,
        why={tag: result.why(tag) for tag in tags},
        sensitivity=sensitivity_text(result.ranking),
        charts=chart_blocks(result.rows, percent=result.percent),
        **behind,
    )
    return render_page(page)


def example_card(row: Mapping[str, Any], *, words: bool = False) -> ExampleCard:
    """Return one example as the page shows it.

    Parameters
    ----------
    row : mapping
        `example_id`, `label`, `prediction`, `error`, `weight` and any other columns; bytes are taken
        for an image, `text` or `input` for the input.
    words : bool, default False
        Label and prediction are transcripts: mark the words that differ, count the errors.

    Returns
    -------
    ExampleCard
    """
    text, image, others = "", "", {}
    for name, value in row.items():
        if name in _OWN or value is None:
            continue
        if isinstance(value, bytes):
            image = image or thumbnail(value)
        elif name in _INPUTS and not text:
            text = str(value)
        else:
            others[name] = shorten(plain(value))
    return ExampleCard(
        example_id=_text(row.get("example_id")) or "",
        label=_text(row.get("label")),
        prediction=_text(row.get("prediction")),
        error=_error(row) if words else "",
        words=words,
        text=text,
        image=image,
        columns=others,
    )


def _behind(result: ErrorAnalysis, look: Look) -> dict[str, Any]:
    """Return the fields of the page that need the data."""
    words = result.measure.split("(")[0] in _TRANSCRIPTS
    order = [row.tag for row in result.rows if row.rank is not None and row.errors > 0]
    cards = {
        tag: [
            example_card(row, words=words)
            for row in look.examples(tag, True, _CARDS).to_pylist()
        ]
        for tag in order[:_TAGS]
    }
    return {
        "examples": cards,
        "adds": [AddedGain(**each) for each in _fields(result.added().to_pylist(), AddedGain)],
        "overlaps": [Overlap(**each) for each in _fields(result.overlaps().to_pylist(), Overlap)],
    }


def _fields(rows: Iterable[Mapping[str, Any]], kind: type[Any]) -> list[dict[str, Any]]:
    names = kind.__dataclass_fields__
    return [{name: row[name] for name in names} for row in rows]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _error(row: Mapping[str, Any]) -> str:
    error, weight = row.get("error"), row.get("weight")
    if error is None or weight is None:
        return ""
    return f"{number(error)} of {number(weight)}"
