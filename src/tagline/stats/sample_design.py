"""A sample of rows with unequal probabilities of selection, as its estimators need it.

References
----------
.. [1] C.-E. Sarndal, B. Swensson, J. Wretman (1992). Model Assisted Survey Sampling. Springer.
   doi:10.1007/978-1-4612-4378-6 (chapters 5 to 7)
.. [2] J. Hajek (1964). "Asymptotic theory of rejective sampling with varying probabilities from a
   finite population". Annals of Mathematical Statistics 35(4), 1491-1523.
   doi:10.1214/aoms/1177700375
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = ["SampleDesign", "merged_probability"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SampleDesign:
    """For how many rows of the data each decided row stands, and how it was drawn.

    Parameters
    ----------
    weight : float array of shape (n_decided,)
        Rows that each decided row stands for, at least 1. In a stratum of known size they add up
        to that size.
    stratum : int array of shape (n_decided,)
        0 to n_strata - 1.
    size : float array of shape (n_strata,)
        Rows of the data in each stratum; NaN where that is not known.

    Raises
    ------
    InputError
        If the shapes do not fit, or nothing was decided.
    """

    weight: Floats
    stratum: NDArray[np.intp]
    size: Floats

    def __post_init__(self) -> None:
        if self.weight.shape != self.stratum.shape or self.weight.ndim != 1:
            raise InputError(
                "A sample needs one weight and one stratum per decided row."
                f" Got shapes {self.weight.shape} and {self.stratum.shape} instead."
            )
        if not self.weight.size:
            raise InputError("Nothing is decided yet: decide some rows first.")

    @classmethod
    def of(
        cls,
        probability: ArrayLike,
        stratum: ArrayLike | None = None,
        size: ArrayLike | None = None,
    ) -> SampleDesign:
        """Make the design from probabilities of selection.

        Parameters
        ----------
        probability : array of shape (n_decided,)
            With what probability the sampler took each decided row, above 0 and at most 1; for
            rows of several samples `merged_probability`.
        stratum : int array of shape (n_decided,), optional
            In which stratum each row lies: rows of one stratum were drawn alike and apart from
            the others. One stratum by default. With several samples a stratum is a set of rows
            that were in the same stratum in each of them.
        size : array of shape (n_strata,), optional
            Rows of the data in each stratum. Then decided rows of a stratum stand for all of it,
            also where some sampled rows were left undecided by chance.

        Returns
        -------
        SampleDesign
            Ready for `sampled_ratio` and `predicted_ratio`.

        Raises
        ------
        InputError
            If a probability is not in (0, 1], or a stratum holds more decided rows than rows.

        Examples
        --------
        All 2 wrong rows and 2 of the 8 right ones:

        >>> SampleDesign.of([1, 1, 0.25, 0.25], [0, 0, 1, 1], [2, 8]).weight.tolist()
        [1.0, 1.0, 4.0, 4.0]
        """
        chance = np.asarray(probability, dtype=np.float64)
        if not ((chance > 0) & (chance <= 1)).all():
            raise InputError(
                "A probability of selection must be above 0 and at most 1: a row that could not be"
                " drawn, or was picked on purpose, stands for no others."
            )
        codes = np.zeros(chance.shape, np.intp) if stratum is None else np.asarray(stratum, np.intp)
        weight = 1 / chance
        if size is None:
            strata = int(codes.max(initial=0)) + 1
            return cls(weight, codes, np.full(strata, np.nan))
        rows = np.asarray(size, dtype=np.float64)
        decided = np.bincount(codes, minlength=rows.size)
        if decided.size > rows.size or (decided > rows).any():
            raise InputError("A stratum holds more decided rows than it has rows.")
        sums = np.bincount(codes, weight, minlength=rows.size)
        return cls(weight * rows[codes] / sums[codes], codes, rows)

    @property
    def decided(self) -> Floats:
        """Decided rows per stratum, shape (n_strata,)."""
        return np.bincount(self.stratum, minlength=self.size.size).astype(np.float64)

    @property
    def uncovered(self) -> float:
        """Fraction of the rows in strata where nothing is decided; 0 where sizes are unknown."""
        known = np.nan_to_num(self.size)
        return float(known[self.decided == 0].sum() / known.sum()) if known.any() else 0.0

    @property
    def freedom(self) -> float:
        """Degrees of freedom: decided rows less strata, at least 1."""
        decided = self.decided
        return float(np.maximum(decided - 1, 0).sum().clip(1))

    def total(self, values: ArrayLike) -> float:
        """Return the estimated sum over all rows of what was seen on the decided ones."""
        return float(self.weight @ np.asarray(values, dtype=np.float64))

    def residuals(self, values: Floats) -> Floats:
        """Return by how much each decided row moves an estimated total by being drawn.

        Parameters
        ----------
        values : float array of shape (n_decided,)
            What is added up.

        Returns
        -------
        float array of shape (n_decided,)
            Weighted deviations from the stratum's mean, with the factors n / (n - 1) and
            1 - probability; a stratum with one row deviates from the mean of all. The sum of
            their squares is the variance of `total` over samples.
        """
        weight, codes = self.weight, self.stratum
        decided = self.decided
        known = ~np.isnan(self.size)
        sums = np.bincount(codes, weight, minlength=decided.size)
        mean = np.bincount(codes, weight * values, minlength=decided.size)
        mean = np.divide(mean, sums, out=np.zeros_like(mean), where=sums > 0)
        plain = np.bincount(codes, weight * values, minlength=decided.size) / np.maximum(decided, 1)
        alone = decided < 2
        mean = np.where(alone, weight @ values / weight.sum(), mean)
        spread = np.where(
            known[codes] | alone[codes],
            weight * (values - mean[codes]),
            weight * values - plain[codes],
        )
        factor = np.where(alone, 1.0, decided / np.maximum(decided - 1, 1))
        left = np.clip(1 - 1 / weight, 0.0, 1.0)
        out: Floats = spread * np.sqrt(factor[codes] * left)
        return out

    def beyond(self, values: Floats) -> float:
        """Return the variance of a total that comes from the data being a sample themselves."""
        mean = self.weight @ values / self.weight.sum()
        return float(self.weight @ (values - mean) ** 2)


def merged_probability(probabilities: ArrayLike) -> Floats:
    """Return with what probability a row lies in at least one of several independent samples.

    Parameters
    ----------
    probabilities : array of shape (n_samples, n_rows)
        The probability of each row in each sample, also in those that did not take it.

    Returns
    -------
    float array of shape (n_rows,)
        1 - product of (1 - probability): the union counts each row once [1]_.

    Raises
    ------
    InputError
        If a probability is not in [0, 1].

    References
    ----------
    .. [1] M. D. Bankier (1986). "Estimators based on several stratified samples with applications
       to multiple frame surveys". JASA 81(396), 1074-1079. doi:10.1080/01621459.1986.10478376

    Examples
    --------
    >>> merged_probability([[1.0, 0.1], [0.2, 0.2]]).round(2).tolist()
    [1.0, 0.28]
    """
    chance = np.atleast_2d(np.asarray(probabilities, dtype=np.float64))
    if not ((chance >= 0) & (chance <= 1)).all():
        raise InputError("A probability of selection must lie between 0 and 1.")
    union: Floats = 1 - np.prod(1 - chance, axis=0)
    return union
