"""From a tagged sample to all data: share, error rate and gain of people's tags, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagline.project.tagging.estimate_table import TagEstimate, TagEstimates
from tagline.project.tagging.features import features_of, matrix
from tagline.project.tagging.learning import LEAST, Scorer, fitted
from tagline.project.tagging.sampled import SampledRows
from tagline.stats import (
    SampledRatio,
    ScoreSums,
    StratifiedTags,
    TagSample,
    predicted_error_rate,
    predicted_error_share,
    predicted_gain,
    predicted_share,
    sampled_ratio,
    stratified_error_rate,
    stratified_error_share,
    stratified_share,
)

if TYPE_CHECKING:
    from tagline.engine import Connection

__all__ = ["estimated"]

Floats = NDArray[np.float64]
Ends = tuple[float | None, float | None, float | None]
"""Value, low and high."""


def estimated(
    connection: Connection,
    sampled: SampledRows,
    tags: Sequence[str],
    *,
    human: Mapping[str, float],
    columns: Sequence[str],
    level: float,
    seed: int,
    learn: bool,
) -> TagEstimates:
    """Estimate each tag on all rows.

    Parameters
    ----------
    connection : Connection
    sampled : SampledRows
    tags : sequence of str
    human : mapping from tag to people's error rate
    columns : sequence of str
        What a classifier may learn from.
    level : float
    seed : int
    learn : bool
        Whether to fit classifiers at all.

    Returns
    -------
    TagEstimates
    """
    features = features_of(sampled.rows, columns) if learn else []
    numbers = matrix(sampled.rows, features)
    scorers: dict[str, Scorer] = {}
    for tag in tags:
        known, tagged = sampled.decisions(tag)
        if learn and known.any():
            weight = sampled.design(known).weight
            found = fitted(features, numbers[known], tagged[known], weight, seed=seed)
            if found is not None:
                scorers[tag] = found
    sums = _sums(connection, sampled, scorers)
    decided = [tag for tag in tags if sampled.decisions(tag)[0].any()]
    counted = _by_counts(sampled, decided, level)
    rows = []
    for tag in tags:
        learned = (scorers[tag], sums[tag]) if tag in scorers else None
        rows.append(_row(sampled, tag, learned, counted.get(tag), human.get(tag), level=level))
    rows.sort(key=lambda row: (-(row.gain or 0), -(row.error_share or 0), row.tag))
    return TagEstimates(tuple(rows), sampled.name, sampled.n_rows, sampled.rows.num_rows, level)


def _sums(
    connection: Connection, sampled: SampledRows, scorers: Mapping[str, Scorer]
) -> dict[str, ScoreSums]:
    """Sum each classifier's scores over all rows: one query."""
    if not scorers:
        return {}
    table = sampled.table
    error, weight = table[sampled.error].cast("float64"), table[sampled.weight].cast("float64")
    scores = {f"s{i}": each.in_engine(table) for i, each in enumerate(scorers.values())}
    scored = table.select(e=error, w=weight, **scores)
    asked = {"w": scored.w.sum(), "e": scored.e.sum()}
    for i in range(len(scorers)):
        asked[f"w{i}"] = (scored[f"s{i}"] * scored.w).sum()
        asked[f"e{i}"] = (scored[f"s{i}"] * scored.e).sum()
    found = connection.fetch(scored.aggregate(**asked)).to_pylist()[0]
    return {
        tag: ScoreSums(found["w"], found["e"], found[f"w{i}"], found[f"e{i}"])
        for i, tag in enumerate(scorers)
    }


def _row(
    sampled: SampledRows,
    tag: str,
    learned: tuple[Scorer, ScoreSums] | None,
    counted: dict[str, Ends] | None,
    human: float | None,
    *,
    level: float,
) -> TagEstimate:
    known, tagged = sampled.decisions(tag)
    yes = int(tagged[known].sum())
    if not known.any():
        return TagEstimate(tag, 0, 0, note="nobody has decided it in this sample")
    scorer = learned[0] if learned else None
    design = sampled.design(known)
    error, weight = sampled.errors[known], sampled.weights[known]
    score = np.zeros(len(error)) if scorer is None else scorer.out_of_fold
    decided = TagSample.of(design, tagged[known], score, error, weight, bounded=sampled.bounded)
    nothing = ScoreSums(sampled.total_weight, sampled.total_error, 0.0, 0.0)
    whole = learned[1] if learned else nothing
    found = {
        "share": predicted_share(decided, whole, level=level),
        "error_rate": predicted_error_rate(decided, whole, level=level),
        "error_share": predicted_error_share(decided, whole, level=level),
    }
    numbers = {name: _ends(each) for name, each in found.items()}
    notes = dict.fromkeys(each.note for each in found.values() if each.note)
    power = found["share"].power
    # linearised intervals miss where the tag was never met in a stratum
    if counted and (scorer is None or (_counts(sampled, tag)[1] == 0).any()):
        numbers, power = counted, 0.0
    gain: Ends = (None, None, None)
    if human is not None:
        gain = _ends(predicted_gain(decided, whole, human, level=level))
    told = _told(design, tagged[known], scorer, level)
    left = int(sampled.rows.num_rows - known.sum())
    if left:
        notes[f"{left} looked-at examples left out: some up to there are undecided"] = None
    if scorer is None and min(yes, int(known.sum()) - yes) < LEAST:
        notes[f"fewer than {LEAST} with the tag, or without it: no classifier"] = None
    shown = {
        f"{name}{end}": value
        for name, values in {**numbers, "gain": gain, **told}.items()
        for end, value in zip(("", "_low", "_high"), values, strict=True)
    }
    return TagEstimate(tag, int(known.sum()), yes, power=power, note="; ".join(notes), **shown)


def _by_counts(
    sampled: SampledRows, tags: Sequence[str], level: float
) -> dict[str, dict[str, Ends]]:
    """Return the rates by tag from counts by stratum, which hold without a hit in one of them."""
    if not sampled.binary or not tags:
        return {}
    counts = [_counts(sampled, tag) for tag in tags]
    decided, hits = (np.stack(each) for each in zip(*counts, strict=True))
    found = StratifiedTags.of(sampled.sizes, sampled.wrong, decided, hits)
    ways = {
        "share": stratified_share,
        "error_rate": stratified_error_rate,
        "error_share": stratified_error_share,
    }
    rates = {name: np.stack(way(found, level=level)) for name, way in ways.items()}
    return {
        tag: {name: _known(*ends[:, place].tolist()) for name, ends in rates.items()}
        for place, tag in enumerate(tags)
    }


def _counts(sampled: SampledRows, tag: str) -> tuple[Floats, Floats]:
    """Return how many rows of each stratum are decided, and have the tag."""
    known, tagged = sampled.decisions(tag)
    size, stratum = len(sampled.sizes), sampled.stratum[known]
    decided = np.bincount(stratum, minlength=size).astype(np.float64)
    hits = np.bincount(stratum, tagged[known], minlength=size).astype(np.float64)
    return decided, hits


def _known(value: float, low: float, high: float) -> Ends:
    return (None, None, None) if np.isnan(value) else (value, low, high)


def _told(
    design: Any, tagged: NDArray[np.bool_], scorer: Scorer | None, level: float
) -> dict[str, Ends]:
    """Return precision and recall of the classifier on rows that it did not see."""
    if scorer is None:
        return {}
    said = (scorer.out_of_fold >= 0.5).astype(float)
    has = tagged.astype(float)
    return {
        "precision": _ends(sampled_ratio(design, has * said, said, level=level)),
        "recall": _ends(sampled_ratio(design, has * said, has, level=level)),
    }


def _ends(found: SampledRatio) -> Ends:
    return _known(float(found.value), float(found.low), float(found.high))
