"""Error analysis by tag: which tag to fix next, and what the whole gains by it."""

from tagline.error_analysis.analysis import analyze_errors
from tagline.error_analysis.results import ErrorAnalysis
from tagline.error_analysis.rows import TagRow

__all__ = ["ErrorAnalysis", "TagRow", "analyze_errors"]
