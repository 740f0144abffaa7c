"""The error measure for output that somebody judged: pass or fail. It needs no label."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.classes import Cause, CheckedPair
from tagline.measures.registry import Pair, measure

__all__ = ["judged"]

# Written out, as Ibis 12 makes Spark's `strip` take away the letters f and v as well.
_WORD = "^[ \t\r\n]*({})[ \t\r\n]*$"
_PASS = _WORD.format("pass|passed|yes|true|1")
_FAIL = _WORD.format("fail|failed|no|false|0")
_RULE = (
    "The measure 'judged' reads pass, yes, true or 1 and fail, no, false or 0 as a verdict, and"
    " nothing else"
)


@measure("share of outputs judged as failed", kind="binary", needs=("prediction",))
def judged(table: ir.Table) -> Pair:
    """Count a row as an error where the verdict in `prediction` is a fail.

    The verdict is a boolean, 0 or 1, or a text: pass, passed, yes, true, 1 against fail, failed,
    no, false, 0, in any case and with blanks or line ends around. A null verdict is an error. Any
    other verdict is refused.

    Parameters
    ----------
    table : ibis Table
        With the column `prediction`. No label is needed.

    Returns
    -------
    Pair
        Error 1 if failed, else 0; weight 1.

    Raises
    ------
    InputError
        If the column holds neither booleans nor numbers nor text.

    Notes
    -----
    Source: the binary verdict of Zheng et al., *Judging LLM-as-a-judge with MT-Bench and Chatbot
    Arena*, 2023, arXiv:2306.05685, section 3.1 (single answer grading), cut to two grades.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"prediction": ["Pass", "fail", None]})
    >>> judged().pairs(rows).error.to_pyarrow().to_pylist()
    [0, 1, 1]
    """
    verdict = table.prediction
    kind = verdict.type()
    if kind.is_boolean():
        return Pair((~verdict).fill_null(True).cast("int64"))
    if kind.is_string():
        said = verdict.lower()
        failed = said.re_search(_FAIL)
        known = failed | said.re_search(_PASS)
    elif kind.is_numeric():
        failed, known = verdict == 0, verdict.isin([0, 1])
    else:
        raise InputError(
            "The measure 'judged' needs verdicts in `prediction`: booleans, 0 and 1, or pass and"
            f" fail. Got a column of type {kind} instead."
        )
    refused = ~known.fill_null(True)
    return CheckedPair(
        error=ibis.ifelse(refused, None, failed.fill_null(True).cast("int64")),
        refused=refused,
        causes=(Cause(refused, (verdict,), _RULE, "correct it, or leave it empty"),),
    )
