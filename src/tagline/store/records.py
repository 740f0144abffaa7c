"""What the metadata say about a run and about an import, without a database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["ImportRecord", "RunRecord"]


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
