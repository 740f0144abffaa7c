"""What a report says of the gap to people on a tag."""

from __future__ import annotations

from tagline.display.units import Unit
from tagline.display.words import plain
from tagline.error_analysis.ranked.gaps import PeopleGap

__all__ = ["gap_text"]


def gap_text(gap: PeopleGap, unit: Unit) -> str:
    """Return the gap with its interval, and what the interval says.

    Parameters
    ----------
    gap : PeopleGap
    unit : Unit
        Of the rates.

    Returns
    -------
    str
        Why there is none, where it is not known.

    Examples
    --------
    >>> gap_text(PeopleGap("dim", 0.04, 0.012, 0.069, ""), Unit())
    '4.0 points (1.2 to 6.9): worse than people'
    >>> gap_text(PeopleGap("dim", None, None, None, "no human level"), Unit())
    'no human level'
    """
    if gap.gap is None:
        return plain(gap.note)
    span = unit.span(gap.gap_low, gap.gap_high)
    text = f"{unit.rate(gap.gap)}{unit.gain_name}"
    return f"{text} ({span}): {_verdict(gap)}" if span else text


def _verdict(gap: PeopleGap) -> str:
    if gap.gap_low is not None and gap.gap_low > 0:
        return "worse than people"
    if gap.gap_high is not None and gap.gap_high < 0:
        return "better than people"
    return "perhaps as good as people"
