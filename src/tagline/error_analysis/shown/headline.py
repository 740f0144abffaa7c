"""The first line: which tag to fix, what that gains, and what would change the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tagline.display.units import Unit
from tagline.display.words import percent as percent_of
from tagline.display.words import plain, plural, rough
from tagline.error_analysis.ranked.ranking import Ranking
from tagline.error_analysis.ranked.steps import tags
from tagline.error_analysis.rows import UNTAGGED, TagRow
from tagline.error_analysis.shown.wording import gain_bound, overall, passes_errors, unit_of

__all__ = ["headline"]

_NEARLY_ALL = 0.8  # of the data: a tag with so much is little else than all
_MOST_ERRORS = 0.5
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
        return _without_people(counted, unit, ranking)
    if not (known[0].priority or 0) > 0:
        return _without_room(known, counted, unit)
    first = known[0]
    gain = unit.gain_with(first.gain, first.gain_low, first.gain_high)
    doubt = _doubt(first)
    parts = [f"Fix {plain(first.tag)} next: +{gain}", doubt, _most_of_all(first)]
    parts += [_elsewhere(ranking), _rival(known, ranking)]
    parts += ["" if doubt else _more_answers(first, ranking), _others(known, counted)]
    return "; ".join(part for part in parts if part)


def _outside(ranking: Ranking, unit: Unit) -> str:
    """Return that there are errors which no tag holds; empty where there are none at all."""
    whole = overall(ranking.rows)
    if whole is None or not whole.error_rate:
        return ""
    rate = unit.rate_named(whole.error_rate)
    return f"; all data have an error rate of {rate}: name tags for what goes wrong there"


def _without_people(counted: Sequence[TagRow], unit: Unit, ranking: Ranking) -> str:
    first, outside = counted[0], _outside(ranking, unit)
    most = unit.gain_named(gain_bound(first))
    elsewhere = _elsewhere(ranking)
    if not (first.priority or 0) > 0:
        return f"No tag holds an error{outside}." if outside else "Nothing to fix: no error at all."
    look = "Look at {} first" if not elsewhere else "Of the tags look at {} first"
    parts = [
        f"{elsewhere[:1].upper()}{elsewhere[1:]}",
        f"{look.format(plain(first.tag))}: at most +{most}, if no error were left on it",
        _most_of_all(first),
        "no human level: ranked by the errors the tags hold",
        _rival(counted, ranking),
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


def _most_of_all(row: TagRow) -> str:
    """Return a warning where the tag is nearly all data, so that it says little."""
    if row.share is None or row.share < _NEARLY_ALL:
        return ""
    part = percent_of(row.share, 0)
    return f"{plain(row.tag)} is {part} of the data, little different from all"


def _elsewhere(ranking: Ranking) -> str:
    """Return a warning where most errors have no tag at all."""
    found = next((row for row in ranking.rows if row.tag == UNTAGGED), None)
    if found is None or found.error_share is None or found.error_share <= _MOST_ERRORS:
        return ""
    part = percent_of(found.error_share, 0)
    return f"most errors ({part}) have none of these tags: look at {UNTAGGED}"


def _rival(ranked: Sequence[TagRow], ranking: Ranking) -> str:
    """Return what would put another tag first, the next one that is on other examples."""
    others = [row for row in ranked[1:] if not ranking.is_same(row.tag, ranked[0].tag)]
    if not others:
        return ""
    first, second = ranked[0].priority or 0.0, others[0].priority or 0.0
    name = plain(others[0].tag)
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
    return rough(max(value, 1))
