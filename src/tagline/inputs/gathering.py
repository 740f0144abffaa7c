"""What came of each input, put together: columns, summaries, and the file of `out`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tagline.exceptions import InputError
from tagline.inputs.computing import Outcome
from tagline.inputs.feeds import Batch
from tagline.inputs.registry import Statistic
from tagline.inputs.results import Bars, Broken, StatisticRow

__all__ = ["ERROR", "Gathered", "Writer", "bars_of", "column_types", "row_of", "summary"]

ERROR = "input_error"
_NAMED = 100  # broken inputs that are named
_BINS = 20
_FIVE = ("min", "q25", "median", "q75", "max")


def column_types(statistics: Sequence[Statistic]) -> list[pa.Field]:
    """Return the columns of statistics, then that of the errors."""
    kinds = [(each.name, pa.int64() if each.whole else pa.float64()) for each in statistics]
    return [pa.field(name, kind) for name, kind in [*kinds, (ERROR, pa.string())]]


class Writer:
    """Writes the data set with the columns of its inputs, all of it or nothing.

    Parameters
    ----------
    path : str
    schema : pyarrow.Schema
        Of the data set and the columns.
    """

    def __init__(self, path: str, schema: pa.Schema) -> None:
        self._path = Path(path)
        self._part = self._path.with_name(f".{self._path.name}.part")
        try:
            self._writer = pq.ParquetWriter(self._part, schema)
        except OSError as error:
            raise InputError(f"{path!r} cannot be written: {error.strerror}.") from error

    def write(self, table: pa.Table) -> None:
        """Write more rows."""
        self._writer.write_table(table)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


class Gathered:
    """The outcomes so far.

    Parameters
    ----------
    statistics : sequence of Statistic
    writer : Writer or None
    """

    def __init__(self, statistics: Sequence[Statistic], writer: Writer | None) -> None:
        self.statistics = statistics
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self.broken: list[Broken] = []
        self._writer = writer
        self._fields = column_types(statistics)
        self._numbers: list[NDArray[np.float64]] = []
        self._parts: list[pa.Table] = []

    def add(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Add the outcomes of a batch, in its order."""
        names = batch.names
        for i, each in enumerate(outcomes):
            if each.error is not None:
                self.reasons[each.error] += 1
                if len(self.broken) < _NAMED:
                    name = str(names[i]) if names is not None else f"row {self.count + i + 1}"
                    self.broken.append(Broken(name, each.error))
        self.count += len(outcomes)
        values = np.array([each.numbers for each in outcomes], dtype=np.float64)
        self._numbers.append(values.reshape(len(outcomes), len(self.statistics)))
        made = self._columns(outcomes)
        if self._writer is not None:
            whole = pa.Table.from_batches([batch.carried])
            for kept, column in zip(self._fields, made, strict=True):
                whole = whole.append_column(kept, column)
            self._writer.write(whole)
        own = {} if names is None else {"example_id": batch.carried.column("example_id")}
        named = {each.name: column for each, column in zip(self._fields, made, strict=True)}
        self._parts.append(pa.table({**own, **named}))

    def _columns(self, outcomes: Sequence[Outcome]) -> list[pa.Array]:
        lines = [each.numbers for each in outcomes]
        made = [
            pa.array([line[i] for line in lines], kept.type)
            for i, kept in enumerate(self._fields[:-1])
        ]
        return [*made, pa.array([each.error for each in outcomes], pa.string())]

    @property
    def examples(self) -> pa.Table:
        """The columns of all inputs."""
        if self._parts:
            return pa.concat_tables(self._parts).combine_chunks()
        return pa.schema(self._fields).empty_table()

    @property
    def numbers(self) -> NDArray[np.float64]:
        """Shape (n_inputs, n_statistics); NaN for none."""
        if self._numbers:
            return np.concatenate(self._numbers)
        return np.empty((0, len(self.statistics)))

    def rows(self) -> tuple[StatisticRow, ...]:
        """Return the summary of each statistic."""
        read = self.count - sum(self.reasons.values())
        columns = self.numbers.T
        return tuple(summary(s, v, read) for s, v in zip(self.statistics, columns, strict=True))

    def bars(self) -> tuple[Bars, ...]:
        """Return how often each statistic takes which values."""
        columns = self.numbers.T
        made = [bars_of(s, v) for s, v in zip(self.statistics, columns, strict=True)]
        return tuple(each for each in made if each is not None)


def summary(statistic: Statistic, values: NDArray[np.float64], read: int) -> StatisticRow:
    """Return a statistic over the inputs.

    Parameters
    ----------
    statistic : Statistic
    values : array of shape (n_inputs,)
        NaN for none.
    read : int
        Inputs that were read.

    Returns
    -------
    StatisticRow
        Quartiles by linear interpolation.
    """
    known = values[~np.isnan(values)]
    ends = [0, 0.25, 0.5, 0.75, 1]
    found = dict(zip(_FIVE, np.quantile(known, ends).tolist(), strict=True)) if known.size else {}
    if known.size:
        found["mean"] = float(known.mean())
    return row_of(statistic, int(known.size), read - int(known.size), found)


def row_of(
    statistic: Statistic, count: int, missing: int, found: Mapping[str, float | None]
) -> StatisticRow:
    """Return the row of a statistic.

    Parameters
    ----------
    statistic : Statistic
    count, missing : int
    found : mapping of str to float or None
        ``min``, ``q25``, ``median``, ``q75``, ``max`` and ``mean``; empty for no values.

    Returns
    -------
    StatisticRow
    """
    return StatisticRow(
        statistic=statistic.name,
        unit=statistic.unit,
        count=count,
        missing=missing,
        min=found.get("min"),
        q25=found.get("q25"),
        median=found.get("median"),
        q75=found.get("q75"),
        max=found.get("max"),
        mean=found.get("mean"),
        description=statistic.description,
    )


def bars_of(statistic: Statistic, values: NDArray[np.float64]) -> Bars | None:
    """Return how often values fall into 20 ranges of one width; None without values.

    Parameters
    ----------
    statistic : Statistic
    values : array of shape (n_inputs,)
        NaN for none.

    Returns
    -------
    Bars or None
        Of whole numbers ranges with whole widths.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    low, high = float(known.min()), float(known.max())
    if statistic.whole:
        width = max(int(np.ceil((high - low + 1) / _BINS)), 1)
        edges = np.arange(low, high + width + 1, width) - 0.5
    elif low == high:
        edges = np.array([low - 0.5, low + 0.5])
    else:
        edges = np.linspace(low, high, _BINS + 1)
    counts, _ = np.histogram(known, edges)
    return Bars(
        statistic.name,
        statistic.unit,
        tuple(map(float, edges)),
        tuple(map(int, counts)),
    )
