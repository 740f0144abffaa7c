"""Rates of a tag from a stratified sample of rows, where every stratum is all wrong or all right.

Whether a row is wrong is known for all rows, whether it has the tag only for those that people
looked at. So strata are always split by correctness: then all that is unknown is one fraction per
stratum, share, error rate and error share of the tag are functions of these, and counts suffice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile
from tagline.stats.profile_score import farthest_fractions

__all__ = ["StratifiedTags", "stratified_error_rate", "stratified_error_share", "stratified_share"]

Floats = NDArray[np.float64]
RateInterval = tuple[Floats, Floats, Floats]

ROUNDS = 4  # of a ratio; it converges quadratically


@dataclass(frozen=True, slots=True, eq=False)
class StratifiedTags:
    """Counts of a stratified sample, for K tags and H strata.

    Parameters
    ----------
    size : float array of shape (n_strata,)
        Rows of the data in each stratum.
    wrong : float array of shape (n_strata,)
        1 for strata of wrong rows, 0 for strata of right ones.
    decided : float array of shape (n_tags, n_strata)
        Rows on which people decided about the tag, drawn by chance within the stratum. With
        unequal weights within a stratum Kish's effective number, (sum w)^2 / (sum w^2).
    tagged : float array of shape (n_tags, n_strata)
        Those that have the tag; weighted fraction x effective number with unequal weights.

    Raises
    ------
    InputError
        If the shapes do not fit, or more is tagged than decided, or decided than there is.

    Examples
    --------
    >>> tags = StratifiedTags.of([1000, 9000], [1, 0], [100, 100], [20, 3])
    >>> rate, low, high = stratified_error_rate(tags)
    >>> rate.round(2).tolist(), low.round(2).tolist(), high.round(2).tolist()
    ([0.43], [0.19], [0.7])
    """

    size: Floats
    wrong: Floats
    decided: Floats
    tagged: Floats

    def __post_init__(self) -> None:
        shape = self.decided.shape
        if self.decided.ndim != 2 or self.tagged.shape != shape:
            raise InputError("`decided` and `tagged` must have one shape (tags, strata).")
        if self.size.shape != shape[1:] or self.wrong.shape != shape[1:]:
            raise InputError("`size` and `wrong` need one number per stratum.")
        if not np.isin(self.wrong, (0, 1)).all():
            raise InputError("A stratum must be all wrong (1) or all right (0): split it.")
        inside = (self.tagged >= 0) & (self.tagged <= self.decided) & (self.decided <= self.size)
        if not inside.all():
            raise InputError("A stratum cannot have more tagged than decided rows, or than rows.")

    @classmethod
    def of(
        cls, size: ArrayLike, wrong: ArrayLike, decided: ArrayLike, tagged: ArrayLike
    ) -> StratifiedTags:
        """Take the counts as any arrays.

        Parameters
        ----------
        size, wrong : arrays of shape (n_strata,)
            As in the class.
        decided, tagged : arrays of shape (n_tags, n_strata) or (n_strata,)
            As in the class.

        Returns
        -------
        StratifiedTags
            With float arrays.
        """
        rows, e = np.asarray(size, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
        looked = np.atleast_2d(np.asarray(decided, dtype=np.float64))
        has = np.atleast_2d(np.asarray(tagged, dtype=np.float64))
        return cls(rows, e, *(np.array(each) for each in np.broadcast_arrays(looked, has)))

    @property
    def fraction(self) -> Floats:
        """Fraction with the tag per tag and stratum; where nothing is decided that of the rest."""
        seen = self.decided > 0
        part = np.divide(self.tagged, self.decided, out=np.zeros_like(self.tagged), where=seen)
        rows = np.where(seen, self.size, 0.0)
        whole = rows.sum(axis=1, keepdims=True)
        rest = np.divide(
            (rows * part).sum(axis=1, keepdims=True), whole, out=np.full_like(whole, 0.5),
            where=whole > 0,
        )  # fmt: skip
        return np.where(seen, part, rest)


def stratified_share(
    tags: StratifiedTags, *, level: float = 0.95, these_rows: bool = False
) -> RateInterval:
    """Return what fraction of all rows has each tag.

    Parameters
    ----------
    tags : StratifiedTags
        The counts.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        True: the interval speaks of these rows only, and has width 0 where all are decided. False:
        they are a sample of what the model will meet, as in all intervals elsewhere.

    Returns
    -------
    value, low, high : float arrays of shape (n_tags,)
        Fractions; with one stratum Wilson's interval.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Notes
    -----
    A profile score interval: the values of the rate at fractions q with
    sum over strata of n (q - p)^2 / (q (1 - q)) <= z^2. A stratum without hits widens it as much as
    Wilson's interval of that stratum alone says; many such strata do not add up. For `these_rows`
    n is n (N - 1) / (N - n) [1]_; otherwise the variance between strata is added.

    Simulated coverage of nominal .95: see `stratified_error_rate`.

    References
    ----------
    .. [1] W. G. Cochran (1977). Sampling Techniques, 3rd ed. Wiley, chapters 2 and 5.
    .. [2] X. Yan, X. G. Su (2010). "Stratified Wilson and Newcombe confidence intervals for
       multiple binomial proportions". Statistics in Biopharmaceutical Research 2(3), 329-335.
       doi:10.1198/sbr.2009.0049

    Examples
    --------
    >>> value, low, high = stratified_share(StratifiedTags.of([10_000], [0], [100], [7]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.034], [0.137])
    """
    return _interval(tags, tags.size, None, level, these_rows)


def stratified_error_rate(
    tags: StratifiedTags, *, level: float = 0.95, these_rows: bool = False
) -> RateInterval:
    """Return the error rate on each tag, E_t / W_t.

    Parameters
    ----------
    tags : StratifiedTags
        The counts.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        As in `stratified_share`.

    Returns
    -------
    value, low, high : float arrays of shape (n_tags,)
        Fractions. Where no decided row has the tag the value is NaN and the interval (0, 1).

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    All 100 wrong rows were looked at and 86 have the tag, as do none of 100 of the 900 right ones.
    That is no proof that the tag is always wrong:

    >>> tags = StratifiedTags.of([100, 900], [1, 0], [100, 100], [86, 0])
    >>> value, low, high = stratified_error_rate(tags, these_rows=True)
    >>> value.tolist(), low.round(2).tolist(), high.tolist()
    ([1.0], [0.74], [1.0])
    """
    return _interval(tags, tags.size * tags.wrong, tags.size, level, these_rows)


def stratified_error_share(
    tags: StratifiedTags, *, level: float = 0.95, these_rows: bool = False
) -> RateInterval:
    """Return what fraction of the errors has each tag, E_t / E.

    Parameters
    ----------
    tags : StratifiedTags
        The counts.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        As in `stratified_share`.

    Returns
    -------
    value, low, high : float arrays of shape (n_tags,)
        Fractions; only the wrong rows matter. NaN and (0, 1) without a wrong row.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    >>> tags = StratifiedTags.of([1000, 9000], [1, 0], [100, 100], [20, 3])
    >>> stratified_error_share(tags)[0].tolist()
    [0.2]
    """
    errors = tags.wrong == 1
    if not tags.size[errors].any():
        unknown = np.full(len(tags.decided), np.nan)
        return unknown, np.zeros_like(unknown), np.ones_like(unknown)
    only = StratifiedTags(
        tags.size[errors], tags.wrong[errors], tags.decided[:, errors], tags.tagged[:, errors]
    )
    return stratified_share(only, level=level, these_rows=these_rows)


def _interval(
    tags: StratifiedTags, above: Floats, below: Floats | None, level: float, these_rows: bool
) -> RateInterval:
    """Return sum(above x fraction) / sum(below x fraction); without `below` / sum(above)."""
    z = normal_quantile(level)
    part, whole = tags.fraction, above.sum()

    def rate(q: Floats) -> Floats:
        total: Floats = q @ above
        base = np.full_like(total, whole) if below is None else q @ below
        out: Floats = np.divide(total, base, out=np.full_like(total, np.nan), where=base > 0)
        return out

    value = rate(part)
    rows = _informed(tags, these_rows)
    ends = []
    for sign in (-1.0, 1.0):
        end = np.where(np.isnan(value), 0.5, value)
        for _ in range(1 if below is None else ROUNDS):
            pull = np.broadcast_to(above, part.shape)
            pull = pull if below is None else pull - end[:, None] * below
            moved = rate(farthest_fractions(part, rows, sign * pull, z**2))
            end = np.where(np.isnan(moved), end, moved)
        ends.append(end)
    between = 0.0 if these_rows else z**2 * _between(tags, part, above, below, value)
    start = np.where(np.isnan(value), 0.0, value)
    low = start - np.sqrt((start - ends[0]) ** 2 + between)
    high = start + np.sqrt((start - ends[1]) ** 2 + between)
    unknown = np.isnan(value)
    low = np.where(unknown, 0.0, np.clip(low, 0.0, 1.0))
    return value, low, np.where(unknown, 1.0, np.clip(high, 0.0, 1.0))


def _informed(tags: StratifiedTags, these_rows: bool) -> Floats:
    """Return for how many independent rows those of a stratum count."""
    if not these_rows:
        return tags.decided
    size, decided = np.broadcast_arrays(tags.size, tags.decided)
    left = size - decided
    few: Floats = np.divide(
        decided * (size - 1), left, out=np.full_like(tags.decided, np.inf), where=left > 0
    )
    return few


def _between(
    tags: StratifiedTags, part: Floats, above: Floats, below: Floats | None, value: Floats
) -> Floats:
    """Return the variance that comes from how many rows of each stratum there are."""
    base = above.sum() if below is None else part @ below
    kind, rate = np.broadcast_to(above, part.shape), value[:, None]
    pull = kind * (part - rate) if below is None else (kind - rate * below) * part
    size = np.where(tags.size > 0, tags.size, 1.0)
    each = pull / size
    mean = pull.sum(axis=1, keepdims=True) / tags.size.sum()
    spread = (tags.size * (each - mean) ** 2).sum(axis=1)
    squared = np.broadcast_to(np.square(base), spread.shape)
    variance: Floats = np.divide(spread, squared, out=np.zeros_like(spread), where=squared > 0)
    return variance
