"""The first line: which tag to fix, what that gains, and what would change the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tagline.display.units import Unit
from tagline.display.words import number, plain, plural
from tagline.error_analysis.ranked.ranking import Ranking
from tagline.error_analysis.ranked.steps import tags
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.wording import gain_bound, overall, passes_errors, unit_of

__all__ = ["headline"]

_MOST_TIMES = 100.0  # beyond this a factor is no answer


def headline(ranking: Ranking, *, percent: bool = True) -> str:
    """Return which tag to fix, what that gains with its interval, and what would change that.

    Parameters
    ----------
    ranking : Ranking
    percent : bool, default True
        Whether people read the rates in percent.

    Returns
    -------
    str
        One line.
    """
    unit = unit_of(ranking.rows, percent=percent)
    counted = [row for row in tags(ranking) if row.priority is not None]
    if not counted:
        return f"Nothing to rank: no tag has an example that counts{_outside(ranking, unit)}."
    known = [row for row in counted if row.shrunk_gain is not None]
    if not known:
        return _without_people(counted, unit, _outside(ranking, unit))
    if not (known[0].priority or 0) > 0:
        return _without_room(known, counted, unit)
    first = known[0]
    gain = unit.gain_with(first.gain, first.gain_low, first.gain_high)
    doubt = _doubt(first)
    parts = [f"Fix {plain(first.tag)} next: +{gain}", doubt, _rival(known)]
    parts += ["" if doubt else _more_answers(first, ranking), _others(known, counted)]
    return "; ".join(part for part in parts if part)


def _outside(ranking: Ranking, unit: Unit) -> str:
    """Return that there are errors which no tag holds; empty where there are none at all."""
    whole = overall(ranking.rows)
    if whole is None or not whole.error_rate:
        return ""
    rate = unit.rate_named(whole.error_rate)
    return f"; all data have an error rate of {rate}: name tags for what goes wrong there"


def _without_people(counted: Sequence[TagRow], unit: Unit, outside: str) -> str:
    first = counted[0]
    most = unit.gain_named(gain_bound(first))
    rival = _rival(counted)
    if not (first.priority or 0) > 0:
        return f"No tag holds an error{outside}." if outside else "Nothing to fix: no error at all."
    parts = [
        f"Look at {plain(first.tag)} first: at most +{most}, if no error were left on it",
        "no human level: ranked by the errors the tags hold",
        rival,
        "ask people to answer the same examples to see where there is room",
    ]
    return "; ".join(part for part in parts if part)


def _without_room(known: Sequence[TagRow], counted: Sequence[TagRow], unit: Unit) -> str:
    highest = max((row.gain_high or 0.0 for row in known), default=0.0)
    parts = [
        "No tag has room: the model is as good as people on every tag with a human level",
        f"the intervals allow at most +{unit.gain_named(highest)} on one tag" if highest else "",
        _others(known, counted),
    ]
    return "; ".join(part for part in parts if part)


def _rival(ranked: Sequence[TagRow]) -> str:
    """Return what would put the second tag first."""
    if len(ranked) < 2:
        return ""
    first, second = ranked[0].priority or 0.0, ranked[1].priority or 0.0
    name = plain(ranked[1].tag)
    if second <= 0:
        return "no other tag has room as it was measured"
    times = first / second
    if times < 1.005:
        return f"{name} is tied with it, and any more importance or ease would put it first"
    if times > _MOST_TIMES:
        return f"{name}, the next, is more than {_MOST_TIMES:g} times behind"
    return f"{name} would come first if it were {_times(times)} times as important or easy"


def _times(factor: float) -> str:
    """Return a factor, rounded up to two digits, so that it suffices."""
    step = 0.1 if factor < 10 else 1.0
    return f"{math.ceil(factor / step - 1e-9) * step:.2g}"


def _others(known: Sequence[TagRow], counted: Sequence[TagRow]) -> str:
    """Return how many tags have no human level."""
    most = max((row.gain or 0.0 for row in known), default=0.0)
    unknown = [row for row in counted if row.gain is None]
    missing = sum((gain_bound(row) or 0.0) > most for row in unknown)
    return f"{plural(missing, 'tag')} without a human level may hold more" if missing else ""


def _doubt(row: TagRow) -> str:
    """Return a warning where the room passes all the errors that there are on the tag."""
    if not passes_errors(row):
        return ""
    return (
        "this is more than all errors on the tag, because people answered examples that the model"
        " gets wrong more often than the rest: let people answer examples chosen by chance"
    )


def _more_answers(row: TagRow, ranking: Ranking) -> str:
    """Return how many more answers by people would halve the interval of the gain."""
    asked = ranking.asked.get(row.tag)
    if asked is None:
        return "answers of people instead of a bare number would say how sure that is"
    if row.gain_low is None or row.error_rate is None or row.hlp_error is None:
        return ""
    if ranking.paired:  # the interval comes from the answered examples alone
        what = "answers by people" if 4 * asked <= row.support else "examples answered by people"
        return f"{_count(3 * asked)} more {what} would halve the interval"
    people = _variance(row.hlp_error, asked)
    model = _variance(row.error_rate, row.support)
    quarter = (model + people) / 4
    if model < quarter:
        more = _count(people / (quarter - model) * asked - asked)
        return f"{more} more answers by people would halve the interval"
    if people < quarter:
        more = _count(model / (quarter - people) * row.support - row.support)
        return f"{more} more examples with the tag would halve the interval"
    more, answers = _count(3 * row.support), _count(3 * asked)
    return (
        f"{more} more examples with the tag and {answers} more answers by people would halve the"
        " interval"
    )


def _variance(rate: float, n: float) -> float:
    """Return the variance of a rate under Jeffreys' prior: no error is not no doubt."""
    mean = (rate * n + 0.5) / (n + 1)
    return mean * (1 - mean) / (n + 1)


def _count(value: float) -> str:
    """Return a count to two digits: it is an estimate."""
    whole = max(math.ceil(value - 1e-6), 1)
    step = int(10 ** max(len(str(whole)) - 2, 0))
    return number(-(-whole // step) * step)
