"""What the metadata say about runs, imports and comparisons, without a database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["ComparisonRecord", "GainRecord", "ImportRecord", "RunRecord"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: whose predictions they are, and which versions of the lake they stand in.

    Attributes
    ----------
    name : str
        Unique in the project.
    label, prediction : str or None
        The columns as the user's data called them.
    examples_version, predictions_version : int
        Versions of the Delta tables that the run uses.
    examples_fingerprint, predictions_fingerprint : str
        What `Lake.fingerprint` said of those versions.
    predictions : int
        How many examples the run predicted.
    description : str
    parameters : mapping
        Whatever the user wants to remember of the run; JSON.
    created_at : datetime or None
        UTC; given by the store.
    """

    name: str
    label: str | None
    prediction: str
    examples_version: int
    predictions_version: int
    examples_fingerprint: str
    predictions_fingerprint: str
    predictions: int
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import into a run, as it was logged when it was complete.

    Attributes
    ----------
    run : str
    source : str
        The file, or the type of the frame.
    fingerprint : str
        Of the content that was imported; equal where the content is.
    rows, examples_new, examples_known, examples_filled, predictions_new, predictions_known : int
    left_out : mapping of str to int
        Reason -> rows.
    created_at : datetime or None
        UTC; given by the store.
    """

    run: str
    source: str
    fingerprint: str
    rows: int
    examples_new: int
    examples_known: int
    examples_filled: int
    predictions_new: int
    predictions_known: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def changed(self) -> bool:
        """Whether the import brought anything that was not known."""
        return bool(self.examples_new or self.examples_filled or self.predictions_new)


@dataclass(frozen=True, slots=True)
class GainRecord:
    """One tag of a comparison: what was promised for it, and what came. Fractions, None unknown.

    Attributes
    ----------
    tag : str
    rank : int or None
        In the analysis of the run before.
    predicted, predicted_low, predicted_high : float or None
        The gain that human level would bring to the error rate of all data.
    realised, realised_low, realised_high : float or None
        What the tag brought to it; below 0 where the tag became worse.
    verdict : str or None
        Of the comparison.
    """

    tag: str
    rank: int | None
    predicted: float | None
    predicted_low: float | None
    predicted_high: float | None
    realised: float | None
    realised_low: float | None
    realised_high: float | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class ComparisonRecord:
    """Two runs that were compared, with a record for each tag.

    Attributes
    ----------
    before, after : str
        Names of runs. With `measure` and `where` they say which comparison it is: the project
        keeps the last one of each.
    measure : str
    where : str or None
        The condition on the rows.
    percent : bool
        Whether people read rates of the measure in percent.
    level, margin : float
    examples : int
        Rows that were counted.
    examples_version : int
    examples_fingerprint : str
        Of the examples that both runs stand beside.
    gains : tuple of GainRecord
    created_at : datetime or None
        UTC; given by the store.
    """

    before: str
    after: str
    measure: str
    where: str | None
    percent: bool
    level: float
    margin: float
    examples: int
    examples_version: int
    examples_fingerprint: str
    gains: tuple[GainRecord, ...] = ()
    created_at: datetime | None = None
