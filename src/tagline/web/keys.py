"""One table of keys: the handlers, the labels on the buttons and the help are made of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KEYS", "Key", "keys_of"]


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that a key does on a page.

    Attributes
    ----------
    page : str
    action : str
        What the script calls it; a button with ``data-do`` of this name does the same.
    keys : tuple of str
        As browsers name them (`KeyboardEvent.key`), without Ctrl, Alt or Meta.
    label : str
        What stands on the button.
    help : str
        What it does, for the list of keys.
    """

    page: str
    action: str
    keys: tuple[str, ...]
    label: str
    help: str


KEYS = (
    Key("tagging", "next", ("ArrowRight", "Enter"), "→", "done: save and show the next"),
    Key("tagging", "none", ("0",), "0", "none of these: no to all, and the next"),
    Key("tagging", "back", ("ArrowLeft",), "←", "back to the one before"),
    Key("tagging", "undo", ("z",), "z", "undo the last answer"),
    Key("tagging", "later", ("s",), "s", "come back to it later"),
    Key("tagging", "new", ("t",), "t", "find a tag or make one"),
    Key("tagging", "note", ("/",), "/", "write a note"),
    Key("tagging", "wrong", ("w",), "w", "the label is wrong"),
    Key("tagging", "play", (" ",), "space", "play or stop"),
    Key("tagging", "zoom", ("+",), "+", "zoom"),
    Key("tagging", "help", ("?",), "?", "these keys"),
    Key("backfill", "yes", ("1", "y"), "1", "yes, and the next"),
    Key("backfill", "none", ("0", "n"), "0", "no, and the next"),
    Key("backfill", "back", ("ArrowLeft",), "←", "back to the one before"),
    Key("backfill", "undo", ("z",), "z", "undo the last answer"),
    Key("backfill", "later", ("s",), "s", "come back to it later"),
    Key("backfill", "play", (" ",), "space", "play or stop"),
    Key("backfill", "zoom", ("+",), "+", "zoom"),
    Key("backfill", "help", ("?",), "?", "these keys"),
    Key("examples", "before", ("ArrowLeft",), "←", "the one before, or the page before"),
    Key("examples", "after", ("ArrowRight",), "→", "the next one, or the next page"),
    Key("examples", "play", (" ",), "space", "play or stop"),
    Key("examples", "zoom", ("+",), "+", "zoom"),
    Key("examples", "search", ("/",), "/", "search"),
)


def keys_of(page: str) -> dict[str, Key]:
    """Return the keys of a page, by what they do.

    Examples
    --------
    >>> keys_of("tagging")["undo"].label
    'z'
    """
    return {key.action: key for key in KEYS if key.page == page}
