"""Ratios of sums and their variance, for any measure, weighted and grouped alike.

Everything that error analysis reports is a smooth function of a few sums: errors and weights in
a tag, outside it, and where people answered. Its variance follows from the sums of the products
of those columns over independent units (Taylor linearisation, the delta method). So an engine
counts once, in one pass, and this module needs no row of data.

References
----------
.. [1] J. Hajek (1971). Comment on "An essay on the logical foundations of survey sampling",
   in V. P. Godambe, D. A. Sprott (eds.), Foundations of Statistical Inference, p. 236 (the ratio
   of weighted sums).
.. [2] D. A. Binder (1983). "On the variances of asymptotically normal estimators from complex
   surveys". International Statistical Review 51(3), 279-292. doi:10.2307/1402588
.. [3] L. Kish (1965). Survey Sampling. Wiley (the effective number of units).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = [
    "Estimate",
    "Moments",
    "answered_rate",
    "complement_rate",
    "effective_units",
    "error_share",
    "human_gain",
    "human_rate",
    "human_room",
    "linearised_covariance",
    "linearised_variance",
    "rate_difference",
    "tag_rate",
    "tag_share",
]

Floats = NDArray[np.float64]

ERROR_IN, WEIGHT_IN, ERROR_OUT, WEIGHT_OUT = 0, 1, 2, 3
ANSWERED_ERROR, ANSWERED_WEIGHT, HUMAN_ERROR, HUMAN_WEIGHT = 4, 5, 6, 7
NOTHING = 1e-12  # a part of the weight below this is what rounding left of 0


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums of V columns, and of their products over independent units, for each of K tags.

    A unit is a row, or a group (speaker, patient, session): then the columns are summed within
    the group before they are multiplied. Sample weights are multiplied into the columns first.
    Only rows where the tag is known take part.

    Parameters
    ----------
    total : float array of shape (n_tags, V)
        V is 4, or 8 where people answered. The columns are, in this order: error and weight in the
        tag; error and weight in the complement; on the rows with the tag that people
        answered, error and weight of the model, then error and weight of the people.
    product : float array of shape (n_tags, V, V)
        Sums over units of the products of each two columns.
    units : float array of shape (n_tags,)
        How many independent units there are, with the tag or without it.

    Raises
    ------
    InputError
        If the shapes do not fit together.
    """

    total: Floats
    product: Floats
    units: Floats

    def __post_init__(self) -> None:
        tags, columns = self.total.shape if self.total.ndim == 2 else (-1, -1)
        shapes = (self.product.shape, self.units.shape)
        if columns not in (4, 8) or shapes != ((tags, columns, columns), (tags,)):
            raise InputError(
                "`Moments` takes `total` (K, 4) or (K, 8), `product` (K, V, V) and `units` (K,)."
                f" Got {self.total.shape}, {shapes[0]} and {shapes[1]} instead."
            )

    @classmethod
    def of_units(cls, columns: ArrayLike) -> Moments:
        """Sum the columns of one tag over its units.

        Parameters
        ----------
        columns : array of shape (n_units, V) or (n_tags, n_units, V)
            One row per independent unit, the columns as in the class.

        Returns
        -------
        Moments
            Of one tag, or of n_tags.

        Examples
        --------
        >>> Moments.of_units([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]]).total.tolist()
        [[1.0, 2.0, 1.0, 1.0]]
        """
        values = np.asarray(columns, dtype=np.float64)
        values = values[None] if values.ndim == 2 else values
        units = np.full(len(values), float(values.shape[1]))
        return cls(values.sum(axis=1), np.swapaxes(values, 1, 2) @ values, units)

    @property
    def has_people(self) -> bool:
        """Whether the columns of people's answers are there."""
        return bool(self.total.shape[1] == 8)


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A function of sums, per tag: its value, its gradient and how many units speak for it.

    Parameters
    ----------
    value : float array of shape (n_tags,)
        NaN where a denominator is 0.
    gradient : float array of shape (n_tags, V)
        Derivatives by the sums, see `linearised_variance`.
    effective : float array of shape (n_tags,)
        Kish's effective number of independent units (see `effective_units`) in the scarcest
        part of the estimate; 1 where a single group holds everything.
    """

    value: Floats
    gradient: Floats
    effective: Floats

    def variance(self, moments: Moments) -> Floats:
        """Return the linearised variance; see `linearised_variance`."""
        return linearised_variance(self.gradient, moments)


def linearised_variance(gradient: Floats, moments: Moments) -> Floats:
    """Return the variance of a function of sums by linearisation.

    Parameters
    ----------
    gradient : float array of shape (n_tags, V)
        Derivatives of the function by each sum, at the sums seen. The function must not change
        when all sums double (ratios of sums, and sums and products of such ratios).
    moments : Moments
        The sums.

    Returns
    -------
    float array of shape (n_tags,)
        ``units / (units - 1) * g' P g``, at least 0; NaN with fewer than 2 units.

    References
    ----------
    .. [1] D. A. Binder (1983). International Statistical Review 51(3), 279-292.
       doi:10.2307/1402588

    Examples
    --------
    >>> moments = Moments.of_units([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    >>> linearised_variance(tag_rate(moments).gradient, moments).round(4).tolist()
    [0.1667]
    """
    return np.maximum(linearised_covariance(gradient, gradient, moments), 0.0)


def linearised_covariance(first: Floats, second: Floats, moments: Moments) -> Floats:
    """Return the covariance of two functions of the same sums by linearisation.

    Parameters
    ----------
    first, second : float arrays of shape (n_tags, V)
        Gradients, as in `linearised_variance`.
    moments : Moments
        The sums.

    Returns
    -------
    float array of shape (n_tags,)
        NaN with fewer than 2 units.
    """
    raw = np.einsum("ki,kij,kj->k", first, moments.product, second)
    with np.errstate(divide="ignore", invalid="ignore"):  # a single unit varies by nobody knows
        scaled = moments.units / (moments.units - 1) * raw
    return np.where(moments.units > 1, scaled, np.nan)


def effective_units(moments: Moments, columns: Sequence[int]) -> Floats:
    """Return Kish's effective number of units behind the sum of some columns.

    Parameters
    ----------
    moments : Moments
        The sums.
    columns : sequence of int
        Which columns to add up, such as ``[1]`` for the weight in the tag.

    Returns
    -------
    float array of shape (n_tags,)
        (sum of x)^2 / (sum of x^2) over units: the number of units that hold something if
        they hold the same, fewer otherwise; 0 where the sum is 0.

    References
    ----------
    .. [1] L. Kish (1965). Survey Sampling. Wiley.

    Examples
    --------
    Two speakers with 1 and 3 utterances count like 1.6 speakers.

    >>> moments = Moments.of_units([[0, 1, 0, 0], [0, 3, 0, 0]])
    >>> effective_units(moments, [1]).tolist()
    [1.6]
    """
    chosen = list(columns)
    total = moments.total[:, chosen].sum(axis=1)
    squares = moments.product[:, chosen][:, :, chosen].sum(axis=(1, 2))
    units: Floats = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
    return units


def tag_rate(moments: Moments) -> Estimate:
    """Return the rate of errors with the tag, E_t / W_t."""
    return _ratio(moments, [ERROR_IN], [WEIGHT_IN])


def complement_rate(moments: Moments) -> Estimate:
    """Return the rate of errors on the rows known not to have the tag."""
    return _ratio(moments, [ERROR_OUT], [WEIGHT_OUT])


def tag_share(moments: Moments) -> Estimate:
    """Return the fraction of the weight that has the tag, among rows where that is known."""
    return _ratio(moments, [WEIGHT_IN], [WEIGHT_IN, WEIGHT_OUT])


def error_share(moments: Moments) -> Estimate:
    """Return the fraction of the errors that have the tag, among rows where that is known."""
    return _ratio(moments, [ERROR_IN], [ERROR_IN, ERROR_OUT])


def answered_rate(moments: Moments) -> Estimate:
    """Return the model's rate on the rows with the tag that people answered."""
    return _ratio(moments, [ANSWERED_ERROR], [ANSWERED_WEIGHT])


def human_rate(moments: Moments) -> Estimate:
    """Return people's rate of errors on the rows with the tag that they answered."""
    return _ratio(moments, [HUMAN_ERROR], [HUMAN_WEIGHT])


def rate_difference(moments: Moments) -> Estimate:
    """Return the rate with the tag minus the rate of the complement."""
    return _minus(tag_rate(moments), complement_rate(moments))


def human_room(moments: Moments) -> Estimate:
    """Return the model's rate minus people's on the rows they answered; negative where better."""
    return _minus(answered_rate(moments), human_rate(moments))


def human_gain(moments: Moments) -> Estimate:
    """Return `human_room` x `tag_share`; negative where the model is better than people."""
    room, share = human_room(moments), tag_share(moments)
    gradient = room.gradient * share.value[:, None] + share.gradient * room.value[:, None]
    return Estimate(room.value * share.value, gradient, room.effective)


def _ratio(moments: Moments, above: list[int], below: list[int]) -> Estimate:
    if max(*above, *below) >= moments.total.shape[1]:
        raise InputError("These moments hold no answers of people: `total` has 4 columns, not 8.")
    numerator = moments.total[:, above].sum(axis=1)
    denominator = moments.total[:, below].sum(axis=1)
    known = denominator > NOTHING * moments.total[:, [WEIGHT_IN, WEIGHT_OUT]].sum(axis=1)
    value = np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=known)
    gradient = np.zeros_like(moments.total)
    gradient[:, above] += 1.0
    gradient[:, below] -= value[:, None]
    gradient /= np.where(known, denominator, np.nan)[:, None]
    return Estimate(value, gradient, effective_units(moments, below))


def _minus(first: Estimate, second: Estimate) -> Estimate:
    return Estimate(
        first.value - second.value,
        first.gradient - second.gradient,
        np.minimum(first.effective, second.effective),
    )
