"""Gates asked of a result: the verdicts, and the error that a test fails with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tagline.error_analysis.gates.deciding import GateResult, check_gates
from tagline.error_analysis.gates.reading import Gate, parse_gates
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison
    from tagline.error_analysis.results import ErrorAnalysis

__all__ = ["GateError", "Gated", "judge"]


class GateError(AssertionError):
    """A gate failed: its sentences are the message, so that pytest shows them.

    Attributes
    ----------
    results : tuple of GateResult
        Of all gates of the call.
    """

    def __init__(self, results: tuple[GateResult, ...]) -> None:
        super().__init__("\n".join(each.message for each in results if each.broken))
        self.results = results


class Gated:
    """A result that gates can be asked of."""

    def check(self, *gates: str, undecided: str = "pass") -> tuple[GateResult, ...]:
        """Ask gates, in a test: pytest shows the sentences of those that fail.

        Parameters
        ----------
        *gates : str
            Such as "error_rate[dim] > 0.1" or "any tag > 0.2", of two runs also
            "any tag worse by > 0.02"; they are corrected for each other.
        undecided : {"pass", "fail"}, default "pass"
            What comes of a gate that the data leave open.

        Returns
        -------
        tuple of GateResult
            One for each gate, in their order.

        Raises
        ------
        GateError
            If a gate failed; an `AssertionError`.
        InputError
            If a gate is no text, cannot be read, or names an unknown tag or a limit that nothing
            can pass.
        """
        for each in gates:
            if not isinstance(each, str):
                raise InputError(
                    "`check` takes gates as texts, one after the other, as in"
                    f' check("worse", "any tag > 0.2"). Got {each!r:.80} instead.'
                )
        result: Any = self
        results = judge(result, parse_gates(gates, undecided))
        if any(each.broken for each in results):
            raise GateError(results)
        return results


def judge(result: ErrorAnalysis | RunComparison, gates: Sequence[Gate]) -> tuple[GateResult, ...]:
    """Say of each gate what a result says about it.

    Parameters
    ----------
    result : ErrorAnalysis or RunComparison
    gates : sequence of Gate

    Returns
    -------
    tuple of GateResult
        One for each gate, in their order.

    Raises
    ------
    InputError
        If a gate names an unknown tag, or a limit that nothing can pass.
    """
    from tagline.error_analysis.comparison.gating import check_changes, evidence_of
    from tagline.error_analysis.results import ErrorAnalysis
    from tagline.measures import find_measure

    if not gates:
        return ()
    if isinstance(result, ErrorAnalysis):
        bounded = find_measure(result.measure).bounded
        return check_gates(gates, result.rows, bounded=bounded, level=result.level)
    evidence = evidence_of(result)
    return check_changes(gates, evidence, margin=result.margin, level=result.level)
