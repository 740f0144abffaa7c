"""Two runs on the same examples, by tag: `compare_runs`, its result, the ledger of many."""

from tagline.error_analysis.comparison.compare import compare_runs
from tagline.error_analysis.comparison.ledger import Ledger
from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["Ledger", "RunComparison", "compare_runs"]
