"""Tagline: what to fix next in a model, whether the fix worked, and when it stops working.

The names below load what they need when they are first used, so that `import tagline` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tagline.exceptions import ConflictError, InputError, MissingExtraError, TaglineError

if TYPE_CHECKING:
    from tagline.error_analysis import (
        ErrorAnalysis,
        RunComparison,
        Slices,
        analyze_errors,
        compare_runs,
        find_slices,
    )
    from tagline.inputs import InputDescription, describe_inputs
    from tagline.project import Project

__all__ = [
    "ConflictError",
    "ErrorAnalysis",
    "InputDescription",
    "InputError",
    "MissingExtraError",
    "Project",
    "RunComparison",
    "Slices",
    "TaglineError",
    "analyze_errors",
    "compare_runs",
    "describe_inputs",
    "find_slices",
]

__version__ = "0.1.0"

_ROOMS = {
    "ErrorAnalysis": "tagline.error_analysis",
    "InputDescription": "tagline.inputs",
    "Project": "tagline.project",
    "RunComparison": "tagline.error_analysis",
    "Slices": "tagline.error_analysis",
    "analyze_errors": "tagline.error_analysis",
    "compare_runs": "tagline.error_analysis",
    "describe_inputs": "tagline.inputs",
    "find_slices": "tagline.error_analysis",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'tagline' has no attribute {name!r}")
    value = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
