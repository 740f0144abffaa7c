"""Whether one step of importance or ease changes the order of the tags."""

from __future__ import annotations

import math
from dataclasses import replace

from tagline.display.words import plain
from tagline.error_analysis.ranked.ranking import Ranking
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.wording import is_base

__all__ = ["STEP", "before", "moved", "rivals", "sensitivity", "sensitivity_text", "tags"]

STEP = 1.5  # one step of importance or ease


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
    if before(second, moved(first, 1 / STEP)):
        moves.append({"tag": first.tag, "move": "down", "first": second.tag})
    moves += [
        {"tag": row.tag, "move": "up", "first": row.tag}
        for row in comparable[1:]
        if before(moved(row, STEP), first)
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


def tags(ranking: Ranking) -> list[TagRow]:
    """Return the rows that are tags, by rank."""
    return [row for row in ranking.rows if not is_base(row)]


def rivals(ranking: Ranking, row: TagRow) -> list[TagRow]:
    """Return the tags that a tag competes with, itself among them: all with or without people.

    Parameters
    ----------
    ranking : Ranking
    row : TagRow
        One of the tags.

    Returns
    -------
    list of TagRow
        By rank; those with something counted on them.
    """
    people = row.shrunk_gain is not None
    counted = [each for each in tags(ranking) if each.priority is not None]
    return [each for each in counted if (each.shrunk_gain is not None) == people]


def moved(row: TagRow, factor: float) -> TagRow:
    """Return the row with so many times its priority."""
    return replace(row, priority=(row.priority or 0.0) * factor)


def before(one: TagRow, other: TagRow) -> bool:
    """Return whether `one` has clearly the higher priority."""
    first, second = one.priority or 0.0, other.priority or 0.0
    return first > second and not math.isclose(first, second, rel_tol=1e-9)


def _comparable(ranking: Ranking) -> list[TagRow]:
    """Return the tags that compete for the first place."""
    return rivals(ranking, tags(ranking)[0]) if tags(ranking) else []
