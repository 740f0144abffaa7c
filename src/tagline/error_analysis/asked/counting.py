"""An analysis that was asked for, counted in the engine; what cannot be counted is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis.expr.operations as ops

from tagline.display.words import plural
from tagline.engine import Connection, called
from tagline.error_analysis.asked.leaving_out import REASONS
from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.asked.request import Request
from tagline.error_analysis.asked.twins import same_examples
from tagline.error_analysis.asked.vocabulary import SUSPECT, check_vocabulary
from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS, Counts
from tagline.measures.counts import count_tags

__all__ = ["Counted", "count", "counted"]


@dataclass(frozen=True, eq=False)
class Counted:
    """What was counted, and from a tag to an earlier one on the very same examples."""

    counts: Counts
    same: Mapping[str, str]


def count(asked: Request) -> Counts:
    """Count in the engine; what `counted` says of tags on the same examples is left out."""
    return counted(asked).counts


def counted(asked: Request) -> Counted:
    """Count in the engine.

    Parameters
    ----------
    asked : Request

    Returns
    -------
    Counted

    Raises
    ------
    InputError
        If nothing is left to count, the second answers say nothing, or predictions are not written
        as the labels are.
    """
    second = asked.question.person is not None and not asked.question.later
    with asked.open(check=True) as (connection, prepared):
        rows = prepared.countable
        if rows.family is None and rows.table.op().find(ops.ScalarUDF):
            held = connection.hold(rows.table, "errors")  # edits are counted once, then grouped
            rows = replace(rows, table=held)
        counts = count_tags(connection, rows)
        if not counts.support[-1]:
            raise InputError(_nothing(asked, counts))
        if asked.question.sample_weight and not counts.moments.total[-1, 1]:
            weight = called(asked.question.sample_weight)
            raise InputError(
                f"The weights of all rows are 0 (`sample_weight`, {weight}): nothing is left to"
                " count."
            )
        _check_answers(connection, asked, prepared, counts)
        if second:
            _check_person(connection, asked, prepared)
        same = {} if asked.question.later else same_examples(connection, prepared, counts)
    if second and not counts.answered[-1]:
        raise InputError(
            f"`human` ({called(str(asked.question.person))}) holds no answer: leave"
            " `human` out, or ask people."
        )
    return Counted(counts, same)


def _check_answers(
    connection: Connection, asked: Request, prepared: Prepared, counts: Counts
) -> None:
    """Refuse predictions that are not written as the labels are; remark what may be so."""
    total = counts.moments.total[-1]
    runs = [total[:2], *([total[6:8]] if asked.question.later else [])]
    error, weight = max(runs, key=lambda run: run[0] - SUSPECT * run[1])
    remark = check_vocabulary(
        connection, prepared, asked.question, errors=float(error), weight=float(weight)
    )
    if remark and remark not in asked.remarks:
        asked.remarks.append(remark)


def _nothing(asked: Request, counts: Counts) -> str:
    data = asked.data.describe
    data = data[0].upper() + data[1:] if data.startswith("the ") else data
    if not counts.left_out:
        return f"{data} holds no rows: there is nothing to count."
    label = REASONS[1]
    if set(counts.left_out) == {label}:
        name = called(str(asked.question.label))
        return f"The label ({name}) is null in every row of {asked.data.describe}."
    why = "; ".join(f"{reason} on {plural(n, 'row')}" for reason, n in counts.left_out.items())
    return f"No row of {asked.data.describe} is left to count: {why}."


def _check_person(connection: Connection, asked: Request, prepared: Prepared) -> None:
    """Refuse a person whose answers are the label: nobody was measured against it."""
    rows = prepared.full.filter(prepared.full.tl_reason <= COUNTS)
    if "label" not in asked.question.measure.needs:
        return
    differs = (rows.tl_person != rows.tl_label) | rows.tl_person.isnull()
    if not connection.fetch(rows.aggregate(n=differs.sum()))["n"][0].as_py():
        raise InputError(
            f"`human` ({called(str(asked.question.person))}) equals the label on every row: then"
            " the label is that person's answer, and says nothing of people's errors. Compare with"
            " the answers of somebody else."
        )
