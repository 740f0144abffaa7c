"""What stands on top of every page."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page on top of all pages.

    Attributes
    ----------
    title : str
    path : str
        Such as ``"/errors"``; it is marked on all pages below it.
    role : {"viewer", "annotator", "editor", "admin"}
        Who sees it.
    """

    title: str
    path: str
    role: str = "viewer"
