"""Error analysis by tag: which tag to fix next, and what the whole gains by it.

Two runs side by side are in `comparison`, slices that nobody thought of in `slices`.
"""

from tagline.error_analysis.analysis import analyze_errors
from tagline.error_analysis.comparison import RunComparison, compare_runs
from tagline.error_analysis.results import ErrorAnalysis
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.slices import Slices, find_slices

__all__ = [
    "ErrorAnalysis",
    "RunComparison",
    "Slices",
    "TagRow",
    "analyze_errors",
    "compare_runs",
    "find_slices",
]
