"""What the report says in words of one tag: the four questions answered, and what else is known."""

from __future__ import annotations

from collections.abc import Mapping

from tagline.display.units import Unit
from tagline.display.words import DASH, percent, plain, rough
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.rows import TagRow

__all__ = ["adjusted_texts", "answers", "facts", "fraction"]


def adjusted_texts(row: AdjustedRow, unit: Unit) -> dict[str, str]:
    """Return what the table of adjusted gaps shows of a tag.

    Parameters
    ----------
    row : AdjustedRow
    unit : Unit
        Of the rates.

    Returns
    -------
    dict
        ``tag``, ``gap``, ``gap_span``, ``adjusted``, ``adjusted_span``, ``comparable``, ``note``.
    """
    return {
        "tag": plain(row.tag),
        "gap": unit.rate(row.gap),
        "gap_span": unit.span(row.gap_low, row.gap_high),
        "adjusted": unit.rate(row.adjusted),
        "adjusted_span": unit.span(row.adjusted_low, row.adjusted_high),
        "comparable": percent(row.comparable, 0),
        "note": plain(row.note),
    }


def answers(row: TagRow, unit: Unit, questions: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the four questions of the course with this tag's numbers and intervals.

    Parameters
    ----------
    row : TagRow
    unit : Unit
        Of the rates.
    questions : mapping of str to str
        As the measure answers them, by column.

    Returns
    -------
    list of (str, str)
        Question and answer.
    """
    room = "not known: no human level"
    if row.room is not None:
        room = _points(row.room, unit)
    if row.hlp_error is not None:
        room += f"; people: {unit.rate_with(row.hlp_error, row.hlp_error_low, row.hlp_error_high)}"
    error_rate = unit.rate_with(row.error_rate, row.error_rate_low, row.error_rate_high)
    texts = {
        "error_share": _with(*fraction(row.error_share, row.error_share_low, row.error_share_high)),
        "error_rate": error_rate,
        "share": _with(*fraction(row.share, row.share_low, row.share_high)),
        "room": room,
    }
    return [(question, texts[name]) for name, question in questions.items()]


def facts(row: TagRow, unit: Unit) -> list[tuple[str, str]]:
    """Return what else is known of the tag, as pairs of words and numbers.

    Parameters
    ----------
    row : TagRow
    unit : Unit
        Of the rates.

    Returns
    -------
    list of (str, str)
        Without what is not known.
    """
    more = rough(row.label_more) if row.label_more else DASH
    found = [
        ("Gain at human level", unit.gain_with(row.gain, row.gain_low, row.gain_high)),
        ("Gain, shrunk towards the other tags", unit.gain_named(row.shrunk_gain)),
        ("Against all examples without the tag", _test(row)),
        ("Smallest difference that could be seen", _points(row.mde, unit)),
        ("More examples that would show the difference", more),
        ("Note", plain(row.note)),
    ]
    return [(name, text) for name, text in found if text not in {"", DASH}]


def fraction(
    value: float | None, low: float | None, high: float | None, *, digits: int = 1
) -> tuple[str, str]:
    """Return a share in percent, and its interval, with more digits where it is small.

    Parameters
    ----------
    value, low, high : float or None
        Fractions.
    digits : int, default 1
        Always shown.

    Returns
    -------
    tuple of two str

    Examples
    --------
    >>> fraction(0.3, 0.29, 0.31), fraction(0.0004, 0.0003, 0.0006)
    (('30.0 %', '29.0 to 31.0'), ('0.040 %', '0.030 to 0.060'))
    """
    unit = Unit.of([value or high], least=digits)
    return "0 %" if value == 0 else unit.rate_named(value), unit.span(low, high)


def _with(text: str, span: str) -> str:
    return f"{text} ({span})" if span else text


def _points(difference: float | None, unit: Unit) -> str:
    return DASH if difference is None else f"{unit.rate(difference)}{unit.gain_name}"


def _test(row: TagRow) -> str:
    if row.p_value is None:
        return ""
    q = "" if row.q_value is None else f", q {_p(row.q_value)} over all tags"
    return f"p {_p(row.p_value)}{q}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
