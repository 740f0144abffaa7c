"""From a number in a table to the examples behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Request

from tagline.error_analysis.rows import ALL, UNTAGGED
from tagline.web.asked import Ask
from tagline.web.templating import link

if TYPE_CHECKING:
    from tagline.store import RunRecord

__all__ = ["examples_address", "tag_query"]

_MOST = 50  # tags in an address


def tag_query(tag: str, run: RunRecord, flags: Sequence[str] = ()) -> dict[str, Any] | None:
    """Return what `/examples` is asked for the examples of a row.

    Parameters
    ----------
    tag : str
        Or ``(all)``, or ``(untagged)``.
    run : RunRecord
    flags : sequence of str
        The tags that every example has or has not: rules, boolean columns, people's tags.

    Returns
    -------
    dict or None
        None where no address can say it.
    """
    if tag == ALL:
        return {}
    if tag == UNTAGGED:
        return {"without": list(flags)} if 0 < len(flags) <= _MOST else None
    name, equals, level = tag.partition("=")
    if equals and name == "label" and run.label not in {None, "label"}:
        return {"label": level}
    return {"tag": tag}


def examples_address(
    request: Request,
    ask: Ask,
    run: RunRecord,
    tag: str,
    flags: Sequence[str] = (),
    **more: Any,
) -> str:
    """Return the address of the examples of a row, of this run and under this condition.

    Parameters
    ----------
    request : Request
    ask : Ask
    run : RunRecord
    tag : str
    flags : sequence of str
    **more
        Further filters, such as ``answer="wrong"``.

    Returns
    -------
    str
        Empty where no address can say it, as for a part of the examples that a sample chose.
    """
    query = tag_query(tag, run, flags)
    if query is None or ask.sample is not None:
        return ""
    return link(request, "/examples", run=ask.run, **query, where=ask.where, **more)
