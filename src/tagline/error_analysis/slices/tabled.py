"""The data of a search in the engine: codes of values, of bins and of clusters, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pyarrow as pa

from tagline.engine import Connection
from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.asked.question import Question
from tagline.error_analysis.slices.answers import said_by_models
from tagline.error_analysis.slices.clusters import Cluster
from tagline.error_analysis.slices.coding import coded, has_level
from tagline.error_analysis.slices.columns import SliceColumn, chosen_columns, survey
from tagline.error_analysis.slices.describing import described
from tagline.error_analysis.slices.embeddings import split_columns
from tagline.error_analysis.slices.found import Key
from tagline.error_analysis.slices.membership import Clustered, clustered
from tagline.error_analysis.slices.overview import Overview, overview_of, sliceable
from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS

__all__ = ["Tabled", "tabled"]


@dataclass(frozen=True, eq=False)
class Tabled:
    """What is searched, while the engine is open.

    Attributes
    ----------
    connection : Connection
    prepared : Prepared
    rows : ibis Table
        Under fixed names, see `sliceable`, with the numbers of clusters as ``k0``, ``k1`` ...
    coded : ibis Table
        The columns as codes.
    columns : tuple of SliceColumn
        In the order of the codes; those of clusters come last.
    places : tuple of str
        The column of `rows` behind each.
    overview : Overview
    left_out : mapping from a column to the reason
    clusters : tuple of Clustered
    describing : tuple of str
        Names of the columns that clusters are described by.
    answers : tuple of str
        Columns that are label or prediction.
    min_support, seed : int
    """

    connection: Connection
    prepared: Prepared
    rows: ir.Table
    coded: ir.Table
    columns: tuple[SliceColumn, ...]
    places: tuple[str, ...]
    overview: Overview
    left_out: Mapping[str, str]
    clusters: tuple[Clustered, ...] = ()
    describing: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    min_support: int = 20
    seed: int = 0

    def explained(
        self, slices: Mapping[str, Key]
    ) -> tuple[dict[str, pa.Array], tuple[Cluster, ...]]:
        """Return the members of slices that name a cluster, and what these clusters are.

        Parameters
        ----------
        slices : mapping from the text of a slice to its pairs of column and level

        Returns
        -------
        dict from the text to the ids
        tuple of Cluster
            In the order in which the slices name them.
        """
        first = len(self.columns) - len(self.clusters)
        named = [pair for key in slices.values() for pair in key if pair[0] >= first]
        if not named:
            return {}, ()
        members = {
            text: self._ids(key)
            for text, key in slices.items()
            if any(column >= first for column, _ in key)
        }
        said: dict[tuple[int, int], Cluster] = {}
        for i, each in enumerate(self.clusters):
            pairs = [pair for pair in dict.fromkeys(named) if pair[0] == first + i]
            numbers = [level + 1 for _, level in pairs]
            if numbers:
                said |= zip(pairs, self._described(f"k{i}", each, numbers), strict=True)
        return members, tuple(said[pair] for pair in dict.fromkeys(named))

    def _ids(self, key: Key) -> pa.Array:
        rows = self.rows.filter(self.rows.reason <= COUNTS)
        for column, level in key:
            rows = rows.filter(has_level(rows[self.places[column]], self.columns[column], level))
        return self.connection.fetch(rows.select("id").order_by("id"))["id"].combine_chunks()

    def _described(self, place: str, found: Clustered, numbers: Sequence[int]) -> list[Cluster]:
        """Describe by all columns that the table has, whichever make slices."""
        names = list(self.describing)
        rows = sliceable(self.prepared, names, self.seed, [found.embedding.column])
        numbered = self.rows.select(cluster_id=self.rows.id, k=self.rows[place])
        overview = overview_of(self.connection, self.prepared, rows)
        kept = rows.filter(rows.reason <= COUNTS)
        surveyed = survey(
            self.connection,
            kept,
            names,
            n_rows=overview.n_rows,
            near=overview.values,
            min_support=self.min_support,
            answers=self.answers,
        )
        joined = kept.join(numbered, kept.id == numbered.cluster_id)
        places = {name: f"x{i}" for i, name in enumerate(names)}
        return described(self.connection, joined, found, numbers, surveyed, places=places)


def tabled(
    connection: Connection,
    prepared: Prepared,
    asked: str | Sequence[str] | None,
    *,
    question: Question,
    data: str,
    min_support: int,
    seed: int,
) -> Tabled:
    """Survey the columns, fit the clusters, and write all as codes.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    asked : str, sequence of str or None
        The argument `columns`.
    question : Question
        Which columns are something else. Clusters are described by the label.
    data : str
        What to call the data.
    min_support, seed : int

    Returns
    -------
    Tabled

    Raises
    ------
    InputError
        If the columns do not fit, or there are too few rows.
    """
    taken = question.taken
    plain, embeddings = split_columns(prepared.table, asked)
    if isinstance(plain, list):
        plain = [name for name in plain if name not in question.exclude]
    names, odd = (
        chosen_columns(prepared.table, plain, taken=taken, data=data)
        if plain is None or plain or not embeddings
        else ([], {})
    )
    answers = _answers(question, names)
    rows = sliceable(prepared, names, seed, [each.column for each in embeddings])
    overview = overview_of(connection, prepared, rows)
    if overview.n_rows < 4 * min_support:
        raise InputError(
            f"{overview.n_rows:,} rows of {data} are left to count, too few to"
            f" suggest slices and to confirm them with a `min_support` of {min_support}: it"
            f" takes at least {4 * min_support:,}."
        )
    surveyed = survey(
        connection,
        rows.filter(rows.reason <= COUNTS),
        names,
        n_rows=overview.n_rows,
        near=overview.values,
        min_support=min_support,
        answers=answers,
    )
    columns, said = surveyed.columns, {}
    if asked is None:
        said = said_by_models(connection, prepared.table, columns, label=question.label)
        columns = tuple(column for column in columns if column.name not in said)
        if not columns and said:
            others = "; ".join(f"{name}: {why}" for name, why in said.items())
            raise InputError(f"No column of {data} is left to make slices of ({others}).")
    places = tuple(f"x{names.index(column.name)}" for column in columns)
    clusters: list[Clustered] = []
    describing: list[str] = []
    if embeddings:
        numbers, clusters = clustered(
            connection,
            rows.filter(rows.reason <= COUNTS),
            embeddings,
            n_rows=overview.n_rows,
            min_support=min_support,
            seed=seed,
        )
        rows = rows.left_join(numbers, rows.id == numbers.cluster_id).drop("cluster_id")
        columns += tuple(each.column for each in clusters)
        places += tuple(f"k{i}" for i in range(len(clusters)))
        describing = _describing(prepared.table, taken - {question.label}, data)
    codes = coded(connection, rows, columns, places=places, n_rows=overview.n_rows)
    return Tabled(
        connection,
        prepared,
        rows,
        codes,
        columns,
        places,
        overview,
        {**odd, **surveyed.left_out, **said},
        tuple(clusters),
        tuple(describing),
        tuple(name for name in (question.label, question.prediction) if name is not None),
        min_support,
        seed,
    )


def _answers(question: Question, names: Sequence[str]) -> list[str]:
    """Return which of the columns are label or prediction; refuse both together."""
    found = [name for name in (question.label, question.prediction) if name in names]
    if len(found) > 1:
        raise InputError(
            f"`columns` names both the label {found[0]!r} and the prediction {found[1]!r}: together"
            " they say which rows are wrong, so that every mistake would be a slice. Name one."
        )
    return [name for name in found if name is not None]


def _describing(table: ir.Table, taken: set[str], data: str) -> list[str]:
    try:
        return chosen_columns(table, None, taken=taken, data=data)[0]
    except InputError:
        return []
