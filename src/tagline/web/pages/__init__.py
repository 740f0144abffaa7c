"""The pages: one module each, with a `router` and, where it stands on top, an `ENTRY`.

A page is added by its module and its name in `PAGES`, which is also the order on top.
"""

from __future__ import annotations

from tagline.web.pages import (
    account,
    comparing,
    entry,
    errors,
    examples,
    files,
    front,
    media,
    people,
    slices,
    tag_files,
    tag_samples,
    tagging,
    tags,
)

__all__ = ["PAGES"]

PAGES = (
    front,
    errors,
    comparing,
    slices,
    examples,
    tagging,
    tags,
    tag_files,
    tag_samples,
    entry,
    account,
    people,
    files,
    media,
)
