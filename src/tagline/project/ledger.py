"""The ledger between the store, which keeps records, and the station, which sums them up."""

from __future__ import annotations

from collections.abc import Sequence

from tagline.error_analysis import ErrorAnalysis, RunComparison
from tagline.error_analysis.comparison.ledger import Ledger, LedgerRow
from tagline.error_analysis.rows import ALL
from tagline.schema.settings import Settings
from tagline.store import ComparisonRecord, GainRecord, RunRecord

__all__ = ["comparison_record", "project_ledger"]

_TOP = 3


def comparison_record(
    found: RunComparison,
    analysis: ErrorAnalysis,
    *,
    runs: tuple[RunRecord, RunRecord],
    latest: RunRecord,
    where: str | None,
) -> ComparisonRecord:
    """Return what the project keeps of a comparison.

    Parameters
    ----------
    found : RunComparison
        With the promises of `analysis`.
    analysis : ErrorAnalysis
    runs : pair of RunRecord
        Before and after.
    latest : RunRecord
        The one of the two with the newer version of the examples.
    where : str or None
        The condition on the rows.

    Returns
    -------
    ComparisonRecord
        Its tags by rank, then (all).
    """
    verdicts = {row.tag: row.verdict for row in found.rows}
    gains = [GainRecord(**each.to_dict(), verdict=verdicts[each.tag]) for each in found.promises]
    return ComparisonRecord(
        before=runs[0].name,
        after=runs[1].name,
        measure=found.measure,
        where=where,
        percent=found.percent,
        level=found.level,
        margin=found.margin,
        examples=found.n_examples,
        examples_version=latest.examples_version,
        examples_fingerprint=latest.examples_fingerprint,
        gains=(*gains, _whole(found, analysis)),
    )


def _whole(found: RunComparison, analysis: ErrorAnalysis) -> GainRecord:
    """Return what all data were promised, and what they gained: the change itself."""
    row, stated = found.whole, analysis.rows[-1]

    def gained(change: float | None) -> float | None:
        return None if change is None else -change + 0.0  # -0.0 is 0

    return GainRecord(
        tag=ALL,
        rank=None,
        predicted=stated.gain,
        predicted_low=stated.gain_low,
        predicted_high=stated.gain_high,
        realised=gained(row.change),
        realised_low=gained(row.change_high),
        realised_high=gained(row.change_low),
        verdict=row.verdict,
    )


def project_ledger(records: Sequence[ComparisonRecord], settings: Settings) -> Ledger:
    """Return the ledger of a project.

    Parameters
    ----------
    records : sequence of ComparisonRecord
        The oldest first.
    settings : Settings
        Say how many tags of a ranking count as the first, and the level of the intervals.

    Returns
    -------
    Ledger
    """
    rows = [_row(record, gain) for record in reversed(records) for gain in record.gains]
    stated = settings.errors.given()
    return Ledger.of(
        rows,
        top=stated.get("top", _TOP),
        level=stated.get("level", 0.95),
        percent={record.measure: record.percent for record in records},
    )


def _row(record: ComparisonRecord, gain: GainRecord) -> LedgerRow:
    return LedgerRow(
        before=record.before,
        after=record.after,
        measure=record.measure,
        where=record.where,
        tag=gain.tag,
        rank=gain.rank,
        predicted_gain=gain.predicted,
        predicted_low=gain.predicted_low,
        predicted_high=gain.predicted_high,
        realised_gain=gain.realised,
        realised_low=gain.realised_low,
        realised_high=gain.realised_high,
        outcome=_outcome(gain),
        verdict=gain.verdict,
        examples=record.examples,
        examples_version=record.examples_version,
        examples_fingerprint=record.examples_fingerprint,
        created_at="" if record.created_at is None else record.created_at.isoformat("T", "seconds"),
    )


def _outcome(gain: GainRecord) -> str | None:
    """Return where the realised gain lies: within, below or above the predicted interval."""
    low, high, came = gain.predicted_low, gain.predicted_high, gain.realised
    if low is None or high is None or came is None:
        return None
    return "below" if came < low else "above" if came > high else "within"
