"""Several runs a side: the change over seeds, and what would decide it. Pure: no data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.measures.countable import Counts

__all__ = ["POWER", "SeedPlan", "seeds_of"]

Floats = NDArray[np.float64]

POWER = 0.8  # of a plan: the probability that it decides


@dataclass(frozen=True, eq=False)
class SeedPlan:
    """What would probably decide each tag, if its change is as large as it was seen.

    Attributes
    ----------
    runs, examples : float arrays of shape (n_tags,)
        So many more runs a side, or examples with the tag; NaN where no number is enough.
    mde : float array of shape (n_tags,)
        The smallest change that as many runs as there are would probably show.
    """

    runs: Floats
    examples: Floats
    mde: Floats

    @classmethod
    def of(
        cls,
        seeds: stats.SeedChange,
        support: NDArray[np.int64],
        *,
        margin: float,
        level: float,
        strict: float,
    ) -> SeedPlan:
        """Plan for every tag.

        Parameters
        ----------
        seeds : SeedChange
        support : int array of shape (n_tags,)
            Rows with the tag.
        margin, level, strict : float
            As `stats.seed_decide_runs` takes them.

        Returns
        -------
        SeedPlan
        """
        runs = stats.seed_decide_runs(seeds, margin=margin, level=level, strict=strict, power=POWER)
        examples = stats.seed_decide_examples(
            seeds, support, margin=margin, level=level, strict=strict, power=POWER
        )
        mde = stats.seed_mde(seeds, level=level, power=POWER)
        return cls(np.where(support > 0, runs, np.nan), examples, mde)

    def way_out(self, place: int) -> str:
        """Return in words what would decide a tag."""
        runs, examples = self.runs[place], self.examples[place]
        ways = []
        if np.isfinite(runs):
            ways.append(f"{int(runs):,} more runs a side" if runs > 1 else "1 more run a side")
        if np.isfinite(examples):
            ways.append(f"{int(examples):,} more examples with the tag")
        if not ways:
            return "neither more runs nor more examples alone would decide"
        return f"about {' or '.join(ways)} would decide"


def seeds_of(counts: Counts, example_variance: Floats, runs: int) -> stats.SeedChange:
    """Compare the means of several runs a side.

    Parameters
    ----------
    counts : Counts
        With the errors of each run.
    example_variance : float array of shape (n_tags,)
        Of the change by drawing other examples.
    runs : int
        How many a side.

    Returns
    -------
    SeedChange
    """
    if counts.runs is None:
        raise TypeError("several runs a side need counts of each run")
    weight = counts.moments.total[:, 5]
    rates = (counts.runs[:, :, 0] / weight[:, None]).T
    both = counts.moments.product
    overlap = sum(
        stats.seed_overlap(
            counts.runs[:, side, 1].sum(axis=1), runs**2 * both[:, at, at], weight, seeds=runs
        )
        for side, at in ((slice(0, runs), 4), (slice(runs, None), 6))
    )
    return stats.seed_change(
        rates[:runs], rates[runs:], example_variance=example_variance, overlap=np.asarray(overlap)
    )
