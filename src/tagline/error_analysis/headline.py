"""The answer in words: which tag to fix, what that gains, and what would change the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tagline.display.units import Unit
from tagline.display.words import number, plain, plural
from tagline.error_analysis.ranking import Ranking
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.wording import few, gain_bound, is_base, overall, unit_of

__all__ = ["STEP", "headline", "sensitivity", "sensitivity_text", "why"]

STEP = 1.5  # one step of importance or ease
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
    tags = _tags(ranking)
    unit = unit_of(ranking.rows, percent=percent)
    counted = [row for row in tags if row.priority is not None]
    if not counted:
        return "Nothing to rank: no tag has an example that counts."
    known = [row for row in tags if row.shrunk_gain is not None]
    if not known:
        return _without_people(counted, unit)
    if not (known[0].priority or 0) > 0:
        return _without_room(known, counted, unit)
    first = known[0]
    parts = [f"Fix {plain(first.tag)} next: +{_gain(first, unit)}", _rival(known)]
    parts += [_doubt(first) or _more_answers(first, ranking), _others(known, counted)]
    return "; ".join(part for part in parts if part)


def sensitivity(ranking: Ranking) -> list[dict[str, str]]:
    """Return the moves by one step of importance or ease that put another tag first.

    Parameters
    ----------
    ranking : Ranking

    Returns
    -------
    list of dict
        ``tag``: whose factor moves; ``move``: ``"up"`` or ``"down"`` by one step (a factor of
        1.5; importance and ease act alike); ``first``: the tag that then comes first.
    """
    comparable = _comparable(ranking)
    if len(comparable) < 2 or not (comparable[0].priority or 0) > 0:
        return []
    first, second = comparable[:2]
    moves = []
    if _before(second, _moved(first, 1 / STEP)):
        moves.append({"tag": first.tag, "move": "down", "first": second.tag})
    moves += [
        {"tag": row.tag, "move": "up", "first": row.tag}
        for row in comparable[1:]
        if _before(_moved(row, STEP), first)
    ]
    return moves


def sensitivity_text(ranking: Ranking) -> str:
    """Return in one sentence whether a step of importance or ease changes the first place."""
    if len(_comparable(ranking)) < 2:
        return ""
    ups = [plain(move["tag"]) for move in sensitivity(ranking) if move["move"] == "up"]
    if not ups:
        return f"One step (a factor of {STEP:g}) of importance or ease leaves the first place."
    named = ", ".join(ups[:3]) + (f" and {len(ups) - 3} more" if len(ups) > 3 else "")
    return f"One step (a factor of {STEP:g}) more of importance or ease would put first: {named}."


def why(ranking: Ranking, tag: str, *, percent: bool = True) -> str:
    """Return why a tag ranks where it does, and what would change that.

    Parameters
    ----------
    ranking : Ranking
    tag : str
        One of the rows.
    percent : bool, default True
        Whether people read the rates in percent.

    Returns
    -------
    str
        A few sentences.

    Raises
    ------
    KeyError
        If there is no such row.
    """
    row = {each.tag: each for each in ranking.rows}[tag]
    unit = unit_of(ranking.rows, percent=percent)
    said = [_place(row, ranking, unit)]
    if row.rank is not None and row.priority is not None:
        said += [_neighbours(row, ranking), _chance(row, ranking), _support(row, ranking)]
        said.append("Tags may overlap: gains do not add up.")
    if row.note:
        said.append(f"Note: {plain(row.note)}.")
    return " ".join(part for part in said if part)


def _tags(ranking: Ranking) -> list[TagRow]:
    return [row for row in ranking.rows if not is_base(row)]


def _comparable(ranking: Ranking) -> list[TagRow]:
    """Return the tags that compete for the first place: those of the first row's kind."""
    counted = [row for row in _tags(ranking) if row.priority is not None]
    people = bool(counted) and counted[0].shrunk_gain is not None
    return [row for row in counted if (row.shrunk_gain is not None) == people]


def _moved(row: TagRow, factor: float) -> TagRow:
    return replace(row, priority=(row.priority or 0.0) * factor)


def _before(one: TagRow, other: TagRow) -> bool:
    """Return whether `one` has clearly the higher priority."""
    first, second = one.priority or 0.0, other.priority or 0.0
    return first > second and not math.isclose(first, second, rel_tol=1e-9)


def _gain(row: TagRow, unit: Unit) -> str:
    return unit.gain_with(row.gain, row.gain_low, row.gain_high)


def _without_people(counted: Sequence[TagRow], unit: Unit) -> str:
    first = counted[0]
    most = unit.gain_named(gain_bound(first))
    rival = _rival(counted)
    if not (first.priority or 0) > 0:
        return "Nothing to fix: no tag holds an error."
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
        return "no other tag would gain anything"
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
    if row.room is None or row.error_rate is None or row.room <= row.error_rate:
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


def _place(row: TagRow, ranking: Ranking, unit: Unit) -> str:
    name, tags = plain(row.tag), _tags(ranking)
    if row.rank is None:
        return f"{name} is no tag and has no rank."
    if row.priority is None:
        return f"{name} is last ({row.rank} of {len(tags)}): nothing is counted on it."
    start = f"{name} is number {row.rank} of {len(tags)}:"
    factor = _factor(row)
    if row.gain is None:
        most = unit.gain_named(gain_bound(row))
        return f"{start} without an error on it the whole would gain {most}{factor}."
    share = f"{100 * (row.share or 0):.3g} % of the data"
    gain = f"a room of {unit.rate(row.room)}{unit.gain_name} on {share} gains {_gain(row, unit)}"
    shrunk = ""
    if row.shrunk_gain is not None and not math.isclose(row.shrunk_gain, row.gain, abs_tol=1e-12):
        shrunk = f", {unit.gain_named(row.shrunk_gain)} when shrunk towards the other tags"
    return f"{start} {gain}{shrunk}{factor}."


def _factor(row: TagRow) -> str:
    product = row.importance * row.ease
    if product == 1:
        return ""
    return f", times {row.importance:g} for importance and {row.ease:g} for ease"


def _neighbours(row: TagRow, ranking: Ranking) -> str:
    """Return whether one step of importance or ease would change the tag's place."""
    people = row.shrunk_gain is not None
    rivals = [
        each
        for each in _tags(ranking)
        if each.priority is not None
        and (each.shrunk_gain is not None) == people
        and each.tag != row.tag
    ]
    place = row.rank or 0
    above = [each for each in rivals if (each.rank or 0) < place]
    below = [each for each in rivals if (each.rank or 0) > place]
    up = [each for each in above if _before(_moved(row, STEP), each)]
    down = [each for each in below if _before(each, _moved(row, 1 / STEP))]
    said = []
    if up:
        said.append(f"one step more would put it before {plain(up[0].tag)}")
    if down:
        said.append(f"one step less behind {plain(down[-1].tag)}")
    if not said:
        return "One step of importance or ease (a factor of 1.5) leaves its place."
    return f"Of importance or ease (a step is a factor of 1.5), {', '.join(said)}."


def _chance(row: TagRow, ranking: Ranking) -> str:
    if row.p_top is None:
        return ""
    chance = f"{100 * row.p_top:.0f} %"
    return f"It is among the first {ranking.top} with a probability of {chance}."


def _support(row: TagRow, ranking: Ranking) -> str:
    said = f"{plural(row.support, 'example')} {'has' if row.support == 1 else 'have'} the tag"
    mark = few(row, overall(ranking.rows))
    return f"{said}, {'too few' + mark[3:] if mark else 'enough'} to see a doubling of errors."
