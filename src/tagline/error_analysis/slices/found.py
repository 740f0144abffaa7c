"""What the search finds: slices by the numbers of their columns and levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tagline.error_analysis.slices.coded import Floats

__all__ = ["Key", "Lattice", "Slice"]

Key: TypeAlias = tuple[tuple[int, int], ...]  # pairs of column and level


@dataclass(frozen=True, eq=False)
class Slice:
    """A combination of levels with what the discovery half says of it.

    Attributes
    ----------
    columns, levels : tuples of int
        Numbers of the columns, ascending, and the level in each.
    totals : float array of shape (2 or 6,)
    gain : float
        In the discovery half.
    """

    columns: tuple[int, ...]
    levels: tuple[int, ...]
    totals: Floats
    gain: float

    @property
    def key(self) -> Key:
        """The pairs of column and level; those of a parent lack one."""
        return tuple(zip(self.columns, self.levels, strict=True))


@dataclass(frozen=True, eq=False)
class Lattice:
    """What a search found: the slices that stand out, the largest gain first.

    Attributes
    ----------
    slices : tuple of Slice
    examined : int
        Combinations of levels with enough support that were counted.
    whole : float array of shape (2 or 6,)
        The totals of all rows.
    complete : bool
        Whether these are all that stand out; otherwise only the first.
    """

    slices: tuple[Slice, ...]
    examined: int
    whole: Floats
    complete: bool
