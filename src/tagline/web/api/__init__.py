"""The HTTP API under /api/v1: one module for each area, with a `router`.

An area is added by its module and its name in `AREAS`.
"""

from __future__ import annotations

from tagline.web.api import (
    analyses,
    document,
    examples,
    examples_counts,
    imports,
    runs,
    tag_samples,
    tagging,
    tags,
)

__all__ = ["AREAS"]

AREAS = (runs, analyses, examples, examples_counts, imports, tagging, tags, tag_samples, document)
