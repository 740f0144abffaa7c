"""The rows of a sample that people looked at, beside all rows that it was drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tagline.error_analysis.asked.erring import ERROR, WEIGHT
from tagline.exceptions import InputError
from tagline.project.tagging.joining import by_chance
from tagline.schema.relations import EXAMPLE_ID
from tagline.stats import SampleDesign

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.engine import Connection
    from tagline.project.tagging.joining import Answers
    from tagline.store import ItemRecord, SampleRecord

__all__ = ["SampledRows", "sampled_rows"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SampledRows:
    """A sample and what it stands for.

    Attributes
    ----------
    name : str
    table : ibis table
        All rows of the run that count, with the columns `error` and `weight`.
    rows : pyarrow.Table
        Those that were looked at, with all columns that can be learned from, and people's tags.
    stratum : int array of shape (n_rows,)
    sizes : float array of shape (n_strata,)
        Rows of the data in each stratum.
    wrong : float array of shape (n_strata,)
        1 for strata of wrong rows.
    n_rows : int
        Of the data.
    total_weight, total_error : float
        Of the data.
    binary, bounded : bool
        Of the measure, where all rows count: errors of 0 and 1 with weight 1; errors at most the
        weight.
    counting : float array of shape (n_rows,)
        0 for rows that were drawn and do not count, else 1.
    """

    name: str
    table: ir.Table
    rows: pa.Table
    stratum: NDArray[np.intp]
    sizes: Floats
    wrong: Floats
    n_rows: int
    total_weight: float
    total_error: float
    binary: bool
    bounded: bool
    counting: Floats

    error = ERROR
    weight = WEIGHT

    @property
    def errors(self) -> Floats:
        """Error of each looked-at row."""
        return np.asarray(self.rows[ERROR].to_numpy(), dtype=np.float64) * self.counting

    @property
    def weights(self) -> Floats:
        """Weight of each looked-at row."""
        return np.asarray(self.rows[WEIGHT].to_numpy(), dtype=np.float64) * self.counting

    def decisions(self, tag: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which rows are decided, and which have the tag."""
        column = self.rows[tag].combine_chunks()
        known = column.is_valid().to_numpy(zero_copy_only=False)
        return known, column.fill_null(False).to_numpy(zero_copy_only=False)

    def design(self, known: NDArray[np.bool_]) -> SampleDesign:
        """Return how the decided rows were drawn: those of a stratum stand for all of it."""
        stratum = self.stratum[known]
        decided = np.bincount(stratum, minlength=len(self.sizes))
        chance = decided[stratum] / self.sizes[stratum]
        return SampleDesign.of(chance, stratum, self.sizes)


def sampled_rows(
    connection: Connection,
    drawn_from: ir.Table,
    table: ir.Table,
    answers: Answers,
    sample: SampleRecord,
    *,
    items: Sequence[ItemRecord],
    columns: Sequence[str],
    kind: str,
) -> SampledRows:
    """Fetch the rows that were looked at, and the sums over all rows.

    Parameters
    ----------
    connection : Connection
    drawn_from : ibis table
        What the sample was drawn from, with errors; see `with_errors`.
    table : ibis table
        The part of it that counts: without doubted labels, and where a condition holds. What was
        drawn and does not count stays in the design, and adds nothing.
    answers : Answers
    sample : SampleRecord
        Drawn by chance.
    items : sequence of ItemRecord
        Its items.
    columns : sequence of str
        To fetch beside the errors.
    kind : str
        Of the measure: binary, bounded or open.

    Returns
    -------
    SampledRows

    Raises
    ------
    InputError
        If it was picked on purpose, or nobody has looked at it yet.
    """
    if sample.purposive:
        raise InputError(
            f"The sample {sample.name!r} was picked on purpose: its rates say nothing about all"
            " examples. Draw one by chance with `tagline tags sample`."
        )
    done = {each.example_id: each.stratum for each in items if each.state == "done"}
    if not done:
        raise InputError(
            f"Nobody has looked at an example of the sample {sample.name!r} yet: tag some."
        )
    wide = by_chance(answers, items)
    asked = connection.table(pa.table({EXAMPLE_ID: list(done)}), "looked_at")
    kept = list(dict.fromkeys((EXAMPLE_ID, ERROR, WEIGHT, *columns)))
    looked_at = drawn_from.semi_join(asked, EXAMPLE_ID).select(*kept)
    rows = connection.fetch(looked_at.order_by(EXAMPLE_ID))
    counts = connection.fetch(table.semi_join(asked, EXAMPLE_ID).select(EXAMPLE_ID))[EXAMPLE_ID]
    counting = pc.is_in(rows[EXAMPLE_ID], counts.combine_chunks())
    place = {each: i for i, each in enumerate(wide[EXAMPLE_ID].to_pylist())}
    at = pa.array([place.get(each) for each in rows[EXAMPLE_ID].to_pylist()], pa.int64())
    for tag in answers.tags:
        rows = rows.append_column(tag, wide[tag].combine_chunks().take(at))
    sums = connection.fetch(
        table.aggregate(n=table.count(), w=table[WEIGHT].sum(), e=table[ERROR].sum())
    ).to_pylist()[0]
    sizes: Mapping[str, int] = sample.design["strata"]
    names = list(sizes)
    of = {name: i for i, name in enumerate(names)}
    stratum = np.array([of[done[each]] for each in rows[EXAMPLE_ID].to_pylist()], np.intp)
    return SampledRows(
        sample.name,
        table,
        rows,
        stratum,
        np.array([sizes[name] for name in names], dtype=np.float64),
        np.array([name.startswith("wrong") for name in names], dtype=np.float64),
        int(sums["n"]),
        float(sums["w"]),
        float(sums["e"]),
        kind == "binary" and bool(pc.all(counting).as_py()),
        kind != "open",
        np.asarray(counting.to_numpy(zero_copy_only=False), dtype=np.float64),
    )
