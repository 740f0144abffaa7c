"""Error analysis by tag: which tag to fix next, and what the whole gains by it.

* `asked`, `ranked`, `shown`  the way of one analysis: the question, the rows, every form of them
* `behind`, `company`  what a result asks of its data; a tag among the other tags
* `gates`  limits that a rate or a change must keep
* `comparison`  two runs side by side
* `slices`  slices that nobody thought of
"""

from tagline.error_analysis.analysis import analyze_errors
from tagline.error_analysis.comparison import Ledger, RunComparison, compare_runs
from tagline.error_analysis.results import ErrorAnalysis
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.slices import Slices, find_slices

__all__ = [
    "ErrorAnalysis",
    "Ledger",
    "RunComparison",
    "Slices",
    "TagRow",
    "analyze_errors",
    "compare_runs",
    "find_slices",
]
