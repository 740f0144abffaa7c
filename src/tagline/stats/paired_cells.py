"""Four cells per tag: how many rows two runs got right or wrong, both, either or none.

In this order: right in both, broken (right before, wrong after), fixed (wrong before, right after),
wrong in both. ``change`` is the rate of errors after minus before: negative is better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = ["PairedCells", "effective_cells"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PairedCells:
    """How many rows of each tag are right or wrong in each of two runs.

    Parameters
    ----------
    both_right, broken, fixed, both_wrong : float arrays of shape (n_tags,)
        Rows, or effective rows (`effective_cells`). Broken is right before and wrong after.

    Raises
    ------
    InputError
        If the shapes differ, or a cell is below 0.

    Examples
    --------
    >>> cells = PairedCells.of([90, 0], [4, 0], [2, 0], [4, 0])
    >>> cells.before.tolist(), cells.after.tolist(), cells.change.tolist()
    ([0.06, nan], [0.08, nan], [0.02, nan])
    """

    both_right: Floats
    broken: Floats
    fixed: Floats
    both_wrong: Floats

    def __post_init__(self) -> None:
        cells = (self.both_right, self.broken, self.fixed, self.both_wrong)
        if len({cell.shape for cell in cells}) > 1:
            shapes = ", ".join(str(cell.shape) for cell in cells)
            raise InputError(f"The four cells must have one shape. Got {shapes} instead.")
        if any((cell < 0).any() for cell in cells):
            raise InputError("A cell of two runs counts rows, so it must be at least 0.")

    @classmethod
    def of(
        cls, both_right: ArrayLike, broken: ArrayLike, fixed: ArrayLike, both_wrong: ArrayLike
    ) -> PairedCells:
        """Take the cells as any arrays, or numbers.

        Parameters
        ----------
        both_right, broken, fixed, both_wrong : arrays of shape (n_tags,)
            As in the class.

        Returns
        -------
        PairedCells
            With float arrays.
        """
        cells = (both_right, broken, fixed, both_wrong)
        return cls(*(np.asarray(cell, dtype=np.float64) for cell in cells))

    @property
    def support(self) -> Floats:
        """Rows of the tag."""
        return self.both_right + self.broken + self.fixed + self.both_wrong

    @property
    def before(self) -> Floats:
        """Rate of errors before; NaN without rows."""
        return _part(self.fixed + self.both_wrong, self.support)

    @property
    def after(self) -> Floats:
        """Rate of errors after; NaN without rows."""
        return _part(self.broken + self.both_wrong, self.support)

    @property
    def change(self) -> Floats:
        """Rate after minus rate before, negative where it became better; NaN without rows."""
        return _part(self.broken - self.fixed, self.support)

    def scaled(self, factor: ArrayLike) -> PairedCells:
        """Return the cells as they are expected with `factor` times the rows."""
        times = np.asarray(factor, dtype=np.float64)
        return PairedCells(
            self.both_right * times,
            self.broken * times,
            self.fixed * times,
            self.both_wrong * times,
        )

    def where(self, chosen: NDArray[np.bool_]) -> PairedCells:
        """Return the cells of some tags."""
        return PairedCells(
            self.both_right[chosen],
            self.broken[chosen],
            self.fixed[chosen],
            self.both_wrong[chosen],
        )


def effective_cells(
    cells: PairedCells, variance: ArrayLike, effective: ArrayLike, *, most: ArrayLike = np.inf
) -> PairedCells:
    """Return the cells of as many independent rows as weighted or grouped ones count for.

    Parameters
    ----------
    cells : PairedCells
        Weighted sums of rows.
    variance : array of shape (n_tags,)
        Of the change, by linearisation (`paired_change`).
    effective : array of shape (n_tags,)
        Effective number of independent units (`Estimate.effective`).
    most : array of shape (n_tags,), default inf
        The largest believable number: rows, with sample weights Kish's effective rows.

    Returns
    -------
    PairedCells
        The same fractions; as many rows as give the change this variance, at most `most`, and as
        many as there are units where no row changed.

    Notes
    -----
    Simulated coverage of nominal .95 by `paired_interval` of these cells: 5, 10, 30 and 100 groups
    of 20 rows or of lognormal size, .5 % to 20 % of the rows changed: .935 to 1.000. Lognormal
    weights, 30 to 400 rows: .979 to 1.000. With few changes it is too wide rather than too narrow.

    Examples
    --------
    >>> cells = PairedCells.of(80, 6, 4, 10)
    >>> effective_cells(cells, 2 * 0.0996 / 100, 20, most=100).support.round(1).tolist()
    50.0
    """
    support = cells.support
    var, size, cap = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (variance, effective, most))
    )
    changed, change = _part(cells.broken + cells.fixed, support), cells.change
    spread = changed - change**2
    inner = (var > 0) & (spread > 1e-12) & (size > 1 + 1e-9)
    seen = np.minimum(np.where(inner, spread, 1.0) / np.where(inner, var, 1.0), cap)
    rows = np.where(inner, seen, np.minimum(size, cap))
    return cells.scaled(np.divide(rows, support, out=np.zeros_like(support), where=support > 0))


def _part(above: Floats, below: Floats) -> Floats:
    known = below > 0
    part: Floats = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=known)
    return part
