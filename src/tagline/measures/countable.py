"""A table that is ready to be counted, and what comes back when an engine has counted it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.measures.registry import Family
from tagline.stats import Moments

__all__ = ["ALL", "COUNTS", "SILENT", "UNTAGGED", "Connection", "Countable", "Counts", "LongTags"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL = "(all)"
UNTAGGED = "(untagged)"

COUNTS, SILENT = 0, -1  # values of `reason` in rows that count


class Connection(Protocol):
    """What counting needs of an engine; `tagline.engine.Connection` has it."""

    def compile(self, expr: ir.Table) -> str:
        """Return the SQL text of an expression in the engine's dialect."""

    def fetch_sql(self, sql: str) -> pa.Table:
        """Run SQL and return what comes out."""


@dataclass(frozen=True, eq=False)
class LongTags:
    """Tags in a table of their own: `rows` has the columns `id` and `tag`, one row for each tag."""

    rows: ir.Table


@dataclass(frozen=True, eq=False)
class Countable:
    """The rows to count, under fixed column names; nothing is executed yet.

    `table` has, one row per example, the columns

    * ``reason``: `COUNTS` where the row counts, `SILENT` where it does although nothing was
      predicted, else the place in `reasons`, from 1; a number in `refused` is not left out but a
      fault of the data, which the function there describes, given the engine and the number of
      rows;
    * ``e`` and ``w``: error and weight, not null where the row counts (for a family of measures
      ``x``, ``y`` and ``z`` instead: label, prediction and, with `people`, the person's answer);
    * ``he`` and ``hw``, with `people`: the person's error and weight, null where not asked; if
      `later`, those of another run, never null where the row counts;
    * ``r0``, ``r1`` ..., `runs` of them: the errors of single runs, whose means are ``e`` and
      ``he`` where several runs a side are compared;
    * ``s``, if `weighted`: the sample weight; ``g``, if `grouped`: the group;
    * ``id``, if there are `long` tags;
    * ``f0``, ``f1`` ...: the tags `flags`; ``c0`` ...: the columns `categories`; ``l0`` ...:
      the columns `lists`, whose items are tags;
    * ``kl0`` ... and ``klong``: true where the list or the table of tags is known, never null;
    * ``untagged``: true where the example has none of the flags and items and none is unknown.
    """

    table: ir.Table
    binary: bool
    reasons: tuple[str, ...] = ()
    refused: Mapping[int, Callable[[Connection, int], str]] = field(default_factory=dict)
    family: Family | None = None
    flags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    long: LongTags | None = None
    people: bool = False
    later: bool = False
    runs: int = 0
    weighted: bool = False
    grouped: bool = False

    @property
    def vector(self) -> tuple[str, ...]:
        """The columns that are summed, and whose products are."""
        return ("e", "w", "ea", "wa", "he", "hw") if self.people else ("e", "w")

    @property
    def flag_columns(self) -> dict[str, str]:
        """Every boolean column, by its name here: the user's, those that say known, (untagged)."""
        known = [f"kl{place}" for place in range(len(self.lists))]
        known += ["klong"] if self.long is not None else []
        own = {f"f{place}": name for place, name in enumerate(self.flags)}
        return {**own, **dict.fromkeys(known, ""), "untagged": UNTAGGED}


@dataclass(frozen=True, eq=False)
class Counts:
    """What the engine counted, one entry for each tag; (untagged) and (all) are the last two.

    Attributes
    ----------
    tags, columns : tuples of str, length K
        Names, and the column whose level or item a tag is ("" where it is a column of its own).
    support, unknown, answered : int arrays of shape (K,)
        Rows with the tag; rows where it is unknown; rows with the tag that people answered.
    errors : float array of shape (K,)
        Sum of the errors as they are counted; for a mean over classes those of all classes.
    moments : Moments
        Error and weight in the tag and in its complement (V = 4), with people V = 8.
    cells : float array of shape (K, 2, 2), or None
        Answered rows by (model wrong, person wrong), where errors are 0 or 1. With a later run, of
        any measure, also [:, 0, 1] the rows whose own rate (error / weight) is higher there and
        [:, 1, 0] where lower.
    weighted : float array of shape (K, 2, 2), or None
        The same with a later run, as sums of the sample weights.
    left_out : mapping from reason to rows
    silent : int
        Rows that count although nothing was predicted.
    runs : float array of shape (K, R, 2), or None
        Of each of several runs the sum of its errors, and the sum of their squares over independent
        units.
    only_levels : bool
        No tag can be missing from an example: (untagged) is not counted.
    binary : bool
        Errors are 0 or 1, weights 1 and rows independent.
    family : bool
        The rate is a mean over classes: error and weight in `moments` are pseudo-values.
    """

    tags: tuple[str, ...]
    columns: tuple[str, ...]
    support: Ints
    unknown: Ints
    answered: Ints
    errors: Floats
    moments: Moments
    left_out: Mapping[str, int]
    silent: int = 0
    only_levels: bool = False
    cells: Floats | None = None
    weighted: Floats | None = None
    runs: Floats | None = None
    binary: bool = False
    family: bool = False
