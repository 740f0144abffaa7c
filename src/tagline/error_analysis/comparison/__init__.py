"""Two runs on the same examples, by tag: `compare_runs` and what it returns."""

from tagline.error_analysis.comparison.compare import compare_runs
from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["RunComparison", "compare_runs"]
