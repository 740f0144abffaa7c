"""Share, error rate, error share and gain of a tag on all rows, from decisions and scores.

What `prediction_powered` does for any ratio, for the four fractions of a tag.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile
from tagline.stats.prediction_powered import predicted_ratio
from tagline.stats.sample_design import SampleDesign
from tagline.stats.sampling import SampledRatio

__all__ = [
    "ScoreSums",
    "TagSample",
    "predicted_error_rate",
    "predicted_error_share",
    "predicted_gain",
    "predicted_share",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoreSums:
    """Sums over all rows, which an engine counts in one pass.

    Parameters
    ----------
    weight, error : float
        W and E, the sums of w and e of the measure.
    score_weight, score_error : float
        Sums of score x w and of score x e.
    """

    weight: float
    error: float
    score_weight: float
    score_error: float


@dataclass(frozen=True, slots=True, eq=False)
class TagSample:
    """The decided rows of one tag.

    Parameters
    ----------
    design : SampleDesign
        How they were drawn.
    tag : float array of shape (n_decided,)
        The decisions: 1 has the tag, 0 does not.
    score : float array of shape (n_decided,)
        The classifier's, out of fold (see `prediction_powered`); at best a probability.
    error, weight : float arrays of shape (n_decided,)
        e and w of the measure.
    bounded : bool, default True
        Whether e is at most w.

    Raises
    ------
    InputError
        If the shapes differ, a decision is neither 0 nor 1, or a score is missing.
    """

    design: SampleDesign
    tag: Floats
    score: Floats
    error: Floats
    weight: Floats
    bounded: bool = True

    def __post_init__(self) -> None:
        shape = self.design.weight.shape
        if any(each.shape != shape for each in (self.tag, self.score, self.error, self.weight)):
            raise InputError("Tag, score, error and weight need one number per decided row.")
        if not np.isin(self.tag, (0, 1)).all():
            raise InputError("A decision is 1 (has the tag) or 0: leave the undecided rows out.")
        if not np.isfinite(self.score).all():
            raise InputError(
                "Every decided row needs a score from a classifier that did not see it."
            )

    @classmethod
    def of(
        cls,
        design: SampleDesign,
        tag: ArrayLike,
        score: ArrayLike,
        error: ArrayLike,
        weight: ArrayLike = 1.0,
        *,
        bounded: bool = True,
    ) -> TagSample:
        """Take the columns as any arrays.

        Parameters
        ----------
        design : SampleDesign
            As in the class.
        tag, score, error : arrays of shape (n_decided,)
            As in the class.
        weight : array of shape (n_decided,) or scalar, default 1
            As in the class.
        bounded : bool, default True
            As in the class.

        Returns
        -------
        TagSample
            With float arrays.
        """
        t, f, e, w = np.broadcast_arrays(
            *(np.asarray(each, dtype=np.float64) for each in (tag, score, error, weight))
        )
        return cls(design, t, f, e, w, bounded)


def predicted_share(
    sample: TagSample, sums: ScoreSums, *, level: float = 0.95, these_rows: bool = False
) -> SampledRatio:
    """Return what fraction of all data has the tag, W_t / W.

    Parameters
    ----------
    sample : TagSample
        Decisions with scores.
    sums : ScoreSums
        Of all rows.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        As in `sampled_ratio`.

    Returns
    -------
    SampledRatio
        In [0, 1].

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.
    """
    w = sample.weight
    return predicted_ratio(
        sample.design,
        w * sample.tag,
        w,
        guess_above=w * sample.score,
        guess_below=w,
        total_above=sums.score_weight,
        total_below=sums.weight,
        level=level,
        these_rows=these_rows,
    )


def predicted_error_rate(
    sample: TagSample, sums: ScoreSums, *, level: float = 0.95, these_rows: bool = False
) -> SampledRatio:
    """Return the error rate on the tag over all data, E_t / W_t.

    Parameters
    ----------
    sample : TagSample
        Decisions with scores.
    sums : ScoreSums
        Of all rows.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        As in `sampled_ratio`.

    Returns
    -------
    SampledRatio
        In [0, 1] if the sample is bounded, else at least 0.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.
    """
    return predicted_ratio(
        sample.design,
        sample.error * sample.tag,
        sample.weight * sample.tag,
        guess_above=sample.error * sample.score,
        guess_below=sample.weight * sample.score,
        total_above=sums.score_error,
        total_below=sums.score_weight,
        level=level,
        kind="fraction" if sample.bounded else "positive",
        these_rows=these_rows,
    )


def predicted_error_share(
    sample: TagSample, sums: ScoreSums, *, level: float = 0.95, these_rows: bool = False
) -> SampledRatio:
    """Return what fraction of all errors has the tag, E_t / E.

    Parameters
    ----------
    sample : TagSample
        Decisions with scores.
    sums : ScoreSums
        Of all rows.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        As in `sampled_ratio`.

    Returns
    -------
    SampledRatio
        In [0, 1].

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.
    """
    e = sample.error
    return predicted_ratio(
        sample.design,
        e * sample.tag,
        e,
        guess_above=e * sample.score,
        guess_below=e,
        total_above=sums.score_error,
        total_below=sums.error,
        level=level,
        these_rows=these_rows,
    )


def predicted_gain(
    sample: TagSample,
    sums: ScoreSums,
    human_error: float,
    *,
    human_variance: float = 0.0,
    level: float = 0.95,
    these_rows: bool = False,
) -> SampledRatio:
    """Return what the whole gains if the tag reaches human level, (E_t - h W_t) / W, at least 0.

    Parameters
    ----------
    sample : TagSample
        Decisions with scores.
    sums : ScoreSums
        Of all rows.
    human_error : float
        h, people's error rate on the tag.
    human_variance : float, default 0
        Of h, from other rows than the decided ones; 0 for a number that was just stated.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    these_rows : bool, default False
        As in `sampled_ratio`.

    Returns
    -------
    SampledRatio
        The value and both ends are floored at 0. The intervals of E_t / W and of the share are
        combined as if independent (MOVER; they rise together, so that this is on the safe side).

    Raises
    ------
    InputError
        If `human_error` or `human_variance` is below 0, or `level` no fraction.
    """
    if not (human_error >= 0 and human_variance >= 0):
        raise InputError("`human_error` and `human_variance` must be at least 0.")
    errors = predicted_ratio(
        sample.design,
        sample.error * sample.tag,
        sample.weight,
        guess_above=sample.error * sample.score,
        guess_below=sample.weight,
        total_above=sums.score_error,
        total_below=sums.weight,
        level=level,
        kind="fraction" if sample.bounded else "positive",
        these_rows=these_rows,
    )
    share = predicted_share(sample, sums, level=level, these_rows=these_rows)
    gain = errors.value - human_error * share.value
    human = (normal_quantile(level) * share.value) ** 2 * human_variance
    down = human_error * (share.high - share.value), human_error * (share.value - share.low)
    low = gain - np.sqrt((errors.value - errors.low) ** 2 + down[0] ** 2 + human)
    high = gain + np.sqrt((errors.high - errors.value) ** 2 + down[1] ** 2 + human)
    return replace(
        errors,
        value=max(gain, 0.0),
        low=max(float(low), 0.0),
        high=max(float(high), 0.0),
        variance=errors.variance
        + human_error**2 * share.variance
        + share.value**2 * human_variance,
        rows=int(np.count_nonzero(sample.tag)),
    )
