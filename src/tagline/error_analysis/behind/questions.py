"""What a result asks of the data behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagline.error_analysis.company.explaining import adjusted_table
from tagline.error_analysis.forms import Shown
from tagline.error_analysis.rows import ALL, TagRow
from tagline.exceptions import InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

    from tagline.error_analysis.forms import Look

__all__ = ["Behind"]


class Behind(Shown):
    """What an `ErrorAnalysis` can be asked that its counts do not hold."""

    look: Look | None

    def examples(self, tag: str, wrong: bool | None = True, limit: int = 12) -> pa.Table:
        """Return examples of a tag, the worst first.

        Parameters
        ----------
        tag : str
        wrong : bool or None, default True
            True for rows with an error, False for rows without one, None for both.
        limit : int, default 12
            The most rows.

        Returns
        -------
        pyarrow.Table
            The columns of the data, `error` and `weight`.

        Raises
        ------
        InputError
            If there is no such tag, or no way back to the data.
        """
        if limit < 1:
            raise InputError(f"`limit` must be a whole number from 1. Got {limit!r} instead.")
        return self._look().examples(self._row(tag).tag, wrong, limit)

    def confusion(self, tag: str | None = None) -> pa.Table:
        """Return counts of (label, prediction) on a tag, or on all rows.

        Raises
        ------
        InputError
            If there is no such tag, a label or a prediction holds many values (a list, boxes), or
            there is no way back to the data.
        """
        return self._look().confusion(ALL if tag is None else self._row(tag).tag)

    def mistakes(self, top: int = 5) -> pa.Table:
        """Return the mistakes that each tag has the most of: what was taken for what.

        Parameters
        ----------
        top : int, default 5
            How many for each tag.

        Returns
        -------
        pyarrow.Table
            With the columns `tag`, `kind`, `label`, `prediction`, `n` and `total` (all mistakes of
            the tag), in the order of the rows. The kind is ``"confused"`` or, without a prediction,
            ``"missing"``; of the words of transcripts ``"substituted"``, ``"deleted"`` or
            ``"inserted"``. Sample weights play no part.

        Raises
        ------
        InputError
            If label and prediction are neither classes nor transcripts, or there is no way back to
            the data.
        """
        found = self._look().mistakes(top)
        if found is None:
            raise InputError(
                "Mistakes can be listed where label and prediction are single classes, or for"
                f" transcripts (measures 'wer' and 'cer'): not for {self.measure!r} on these"
                " columns."
            )
        return self._ordered(found)

    def edits(self) -> pa.Table:
        """Return how many words of each tag were substituted, deleted and inserted.

        Returns
        -------
        pyarrow.Table
            With the columns `tag`, `rows`, `substitutions`, `deletions`, `insertions`, `errors`
            (their sum) and `reference`, in words or, for `cer`, in characters; in the order of the
            rows. Sample weights play no part.

        Raises
        ------
        InputError
            If the measure is neither `wer` nor `cer`, or there is no way back to the data.
        """
        found = self._look().edits()
        if found is None:
            raise InputError(
                "Edits can be counted for transcripts (measures 'wer' and 'cer'). The measure is"
                f" {self.measure!r} instead."
            )
        return self._ordered(found)

    def calibration(self, bins: int = 10) -> pa.Table:
        """Return how far the probabilities of each tag are from what came true.

        Parameters
        ----------
        bins : int, default 10
            At most so many bins of confidence, with about as many rows each.

        Returns
        -------
        pyarrow.Table
            With the columns `tag`, `support`, `rms`, `low`, `high`, `gap`, `ece`, `by_chance` and
            `note`, which ``docs/definitions.md`` explains; in the order of the rows.

        Raises
        ------
        InputError
            If the measure reads no probabilities, `bins` is below 1, or there is no way back to the
            data.
        """
        found = self._look().calibration(bins, self.level)
        if found is None:
            raise InputError(
                "Calibration needs probabilities: analyse them with the measure 'brier' or"
                f" 'log_loss'. The measure is {self.measure!r} instead."
            )
        return self._ordered(found)

    def overlaps(self, top: int = 20) -> pa.Table:
        """Return rows, errors and weight that each two of the first `top` tags have in common.

        Raises
        ------
        InputError
            If there is no way back to the data.
        """
        return self._look().overlaps(self._order, top)

    def added(self, top: int = 10) -> pa.Table:
        """Return the rows and errors of each tag that none of the tags above it has.

        Raises
        ------
        InputError
            If there is no way back to the data.
        """
        return self._look().added(self._order, top)

    def adjusted(self, top: int = 10) -> pa.Table:
        """Return the gap of each of the first tags, raw and adjusted for the others of them.

        Parameters
        ----------
        top : int, default 10
            From 2 to 15.

        Returns
        -------
        pyarrow.Table
            The columns of `AdjustedRow`, which ``docs/definitions.md`` explains.

        Raises
        ------
        InputError
            If there is no way back to the data, or the measure is a mean over classes.
        """
        return adjusted_table(self, self._look(), top)

    @property
    def _order(self) -> list[str]:
        return [row.tag for row in self.rows if row.rank is not None]

    def _row(self, tag: str) -> TagRow:
        for row in self.rows:
            if row.tag == tag:
                return row
        names = [row.tag for row in self.rows]
        raise InputError(f"There is no tag {tag!r} in this analysis. {did_you_mean(tag, names)}")

    def _look(self) -> Look:
        if self.look is None:
            raise InputError(
                "This analysis cannot go back to its data: run `analyze_errors` on them again."
            )
        return self.look

    def _ordered(self, found: pa.Table) -> pa.Table:
        """Put a table that names tags into the order of the rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        tags = pa.array([row.tag for row in self.rows], pa.string())
        place = pc.index_in(found["tag"], tags)
        found, place = found.filter(pc.is_valid(place)), place.drop_null()
        return found.take(pc.sort_indices(place))
