"""The vocabulary of a project: tags by rule, column or people, and accepted slices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tagline.schema.settings import Settings

__all__ = ["SOURCES", "Tag", "vocabulary"]

SOURCES = ("rule", "slice", "column", "people")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the vocabulary.

    Attributes
    ----------
    name, description : str
    source : str
        ``rule``: scalar SQL of `tagline.toml`; ``slice``: such a rule that `find_slices` proposed;
        ``column``: a column of the examples; ``people``: whoever looks at the example.
    rule : str or None
        Scalar SQL over the columns of the examples.
    importance, ease : float
        Numbers above 0; one step is a factor 1.5.
    ease_reason : str
        Why it is easy or hard to improve.
    colour : str
        ``"#rrggbb"``, or empty.
    """

    name: str
    source: str
    description: str = ""
    rule: str | None = None
    importance: float = 1.0
    ease: float = 1.0
    ease_reason: str = ""
    colour: str = ""


def vocabulary(
    settings: Settings, people: Sequence[Any], columns: Collection[str] = ()
) -> list[Tag]:
    """Return the tags of a project: those of `tagline.toml` in its order, then those of people.

    Parameters
    ----------
    settings : Settings
    people : sequence of TagRecord
        The tags that people give. A section of `tagline.toml` with the name of one of them, and
        without a rule, is that tag: what it states comes first.
    columns : collection of str
        Of the examples; what stands in `tagline.toml` without a rule is one of them.

    Returns
    -------
    list of Tag
    """
    given = {record.name: record for record in people}
    found = []
    for name, stated in settings.tags.items():
        record = given.pop(name, None) if stated.rule is None and name not in columns else None
        own = {} if record is None else _own(record)
        said = {key: getattr(stated, key) for key in stated.model_fields_set & _SHARED}
        source = stated.source or ("rule" if stated.rule else "people" if record else "column")
        found.append(Tag(name=name, source=source, rule=stated.rule, **{**own, **said}))
    found += [Tag(name=name, source="people", **_own(record)) for name, record in given.items()]
    return found


_SHARED = {"description", "importance", "ease", "ease_reason", "colour"}


def _own(record: Any) -> dict[str, Any]:
    return {key: getattr(record, key) for key in sorted(_SHARED)}
