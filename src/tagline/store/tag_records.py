"""What the metadata say about tags, decisions, notes and samples, without a database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = [
    "ActionRecord",
    "ItemRecord",
    "NoteRecord",
    "SampleRecord",
    "TagRecord",
    "VerdictRecord",
]


@dataclass(frozen=True, slots=True)
class TagRecord:
    """A tag that people give.

    Attributes
    ----------
    name, description : str
    importance, ease : float
        Numbers above 0.
    ease_reason : str
        Why it is easy or hard to improve.
    colour : str
        ``"#rrggbb"``, or empty.
    created_at : datetime or None
        UTC; examples decided before it are unknown for this tag, not without it.
    """

    name: str
    description: str = ""
    importance: float = 1.0
    ease: float = 1.0
    ease_reason: str = ""
    colour: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One thing that somebody did.

    Attributes
    ----------
    id : int
        Grows with time.
    kind : str
        ``decide``, ``new``, ``change``, ``rename``, ``merge``, ``split``, ``retire``, ``note``,
        ``group``, ``verdict``, ``review``, ``import``, ``undo``.
    person : str
    at : datetime
        UTC.
    example_id : str or None
    detail : mapping
        What was done, by names; JSON.
    undone : bool
    """

    id: int
    kind: str
    person: str
    at: datetime
    example_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    undone: bool = False

    @property
    def sentence(self) -> str:
        """One line for people."""
        about = [f"example {self.example_id}"] if self.example_id is not None else []
        about += [f"{key} {_written(value)}" for key, value in self.detail.items() if value]
        end = " (undone)" if self.undone else ""
        said = f": {'; '.join(about)}" if about else ""
        return f"{self.id} · {self.at:%Y-%m-%d %H:%M} · {self.person} · {self.kind}{said}{end}"


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A free note on an example.

    Attributes
    ----------
    id : int
    example_id, person, text : str
    at : datetime
        UTC.
    tag : str or None
        The tag that it was grouped under.
    """

    id: int
    example_id: str
    person: str
    text: str
    at: datetime
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """Somebody says that the label of an example is wrong.

    Attributes
    ----------
    example_id, person : str
    at : datetime
        UTC.
    right_label : str or None
        What it should be.
    state : str
        ``open``, ``confirmed`` or ``dismissed``.
    reviewer : str or None
    """

    example_id: str
    person: str
    at: datetime
    right_label: str | None = None
    state: str = "open"
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """Examples that were chosen to be looked at.

    Attributes
    ----------
    name : str
    run : str or None
    person : str
        Who drew it.
    purposive : bool
        Chosen on purpose, without known probabilities: its rates say nothing of all data.
    blind : bool
        Whether label and prediction are hidden until the tags are set.
    design : mapping
        How it was drawn: strata with their sizes, seed; JSON.
    created_at : datetime or None
        UTC.
    items, done : int
        Turns to tag an example; an example that two people tag has two.
    """

    name: str
    run: str | None
    person: str
    purposive: bool = False
    blind: bool = False
    design: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    items: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One turn of a sample: an example for one person.

    Attributes
    ----------
    example_id : str
    stratum : str
    probability : float or None
        Of selection; None in a purposive sample.
    position, turn : int
        Order; 2 where it is the second, independent look.
    state : str
        ``open``, ``taken``, ``later`` or ``done``.
    person : str or None
        Who took it.
    """

    example_id: str
    stratum: str = ""
    probability: float | None = None
    position: int = 0
    turn: int = 1
    state: str = "open"
    person: str | None = None


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {each}" for key, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
