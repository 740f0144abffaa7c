"""Values with their intervals as records for a chart, and the scale on which they fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["distinct", "interval_domain", "interval_fields"]

_ROOM = 0.4  # of the range of the values: so far intervals may reach beyond it
_EDGE = 0.02  # of the same, so that no mark stands on the edge


def interval_domain(
    values: Iterable[float | None],
    lows: Iterable[float | None] = (),
    highs: Iterable[float | None] = (),
) -> tuple[float, float]:
    """Return a scale that holds 0, all values, and most of their intervals.

    Parameters
    ----------
    values : iterable of float or None
        What must fit.
    lows, highs : iterable of float or None
        Ends of the intervals. They fit as far as those of three rows in four reach, and at least
        two fifths of the range of the values beyond it.

    Returns
    -------
    low, high : float
        ``low`` is 0 where nothing is below it.

    Examples
    --------
    >>> interval_domain([3.0, 5.0, 4.0, 5.0], [2.0] * 4, [6.0, 6.0, 6.0, 50.0])
    (0.0, 7.1)
    >>> interval_domain([-1.0, 1.0], [-1.5, None], [1.5, None])
    (-1.54, 1.54)
    >>> interval_domain([])
    (0.0, 1.0)
    """
    wanted = sorted([0.0, *(each for each in values if each is not None)])
    below = sorted([0.0, *(each for each in lows if each is not None)])
    above = sorted([0.0, *(each for each in highs if each is not None)])
    spread = wanted[-1] - wanted[0]
    room, edge = _ROOM * spread, _EDGE * spread
    low = max(below[0], min(wanted[0] - room, below[len(below) // 4]))
    high = min(above[-1], max(wanted[-1] + room, above[-1 - len(above) // 4]))
    low, high = min(low, wanted[0]), max(high, wanted[-1])
    if low == high:
        return (0.0, 1.0)
    return (low - edge if low < 0 else 0.0, high + edge)


def interval_fields(
    name: str, value: float | None, low: float | None, high: float | None, *, percent: bool
) -> dict[str, float | None]:
    """Return a value with its interval as fields of a record, scaled for people.

    Parameters
    ----------
    name : str
        Of the field.
    value, low, high : float or None
    percent : bool
        Whether they are fractions that people read in percent.

    Returns
    -------
    dict
        ``<name>``, ``<name>_low`` and ``<name>_high``.

    Examples
    --------
    >>> interval_fields("rate", 0.25, 0.125, None, percent=True)
    {'rate': 25.0, 'rate_low': 12.5, 'rate_high': None}
    """
    factor = 100 if percent else 1
    ends = {name: value, f"{name}_low": low, f"{name}_high": high}
    return {key: None if end is None else factor * end for key, end in ends.items()}


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names of the rows, with their place behind those that stand there twice.

    Parameters
    ----------
    names : sequence of str
        Shortened, so that two may have become one.

    Returns
    -------
    list of str

    Examples
    --------
    >>> distinct(["noise ...", "dim", "noise ..."])
    ['noise ... (1)', 'dim', 'noise ... (3)']
    """
    return [f"{name} ({i})" if names.count(name) > 1 else name for i, name in enumerate(names, 1)]
