"""Which column holds the input of an example, and of which kind it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagline.exceptions import InputError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.media import AUDIO_SUFFIXES, IMAGE_SUFFIXES, kind_of_bytes
from tagline.web.views import WRONG, RunView

if TYPE_CHECKING:
    from tagline.schema.settings import InputSettings
    from tagline.web.served import Served

__all__ = ["InputColumn", "input_column", "messages_of"]

_LOOKED_AT = 30  # rows
_NAMES = {"input", "text", "message", "messages", "sentence", "prompt", "question", "review"}
_LONG = 25  # characters of a column that is text and not a class
_STRONG = {"audio": 3, "image": 3, "chat": 2, "text": 1}


@dataclass(frozen=True, slots=True)
class InputColumn:
    """Where the input of an example stands.

    Attributes
    ----------
    name : str or None
        None: the whole row is the input.
    kind : {"text", "image", "audio", "row", "chat"}
    in_bytes : bool
        Whether the column holds the bytes themselves.
    """

    name: str | None
    kind: str
    in_bytes: bool = False


def input_column(served: Served, view: RunView, asked: str | None = None) -> InputColumn:
    """Return which column holds the input: as asked, as `tagline.toml` says, or found by looking.

    Parameters
    ----------
    served : Served
    view : RunView
    asked : str, optional
        A column.

    Returns
    -------
    InputColumn

    Raises
    ------
    InputError
        If there is no such column.
    """
    stated = served.project.settings.inputs
    name = asked or stated.column
    known = (*view.columns, *view.binary)
    if name is not None and name not in known:
        raise InputError(f"There is no column {name!r} of inputs. {did_you_mean(name, known)}")
    run = (view.run.name, view.run.examples_version, view.run.predictions_version)
    return served.once(("input column", run, name), lambda: _found(view, name, stated))


def messages_of(value: Any) -> list[dict[str, Any]] | None:
    """Return the messages of a chat as dictionaries with role and content; None if it is none.

    Examples
    --------
    >>> messages_of('[{"role": "user", "content": "Hello"}]')
    [{'role': 'user', 'content': 'Hello'}]
    >>> messages_of("Hello") is None
    True
    """
    if isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if isinstance(value, Mapping):
        value = value.get("messages")
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not value:
        return None
    if not all(isinstance(each, Mapping) and "role" in each for each in value):
        return None
    return [dict(each) for each in value]


def _found(view: RunView, name: str | None, stated: InputSettings) -> InputColumn:
    roles = {EXAMPLE_ID, WRONG, view.label, view.prediction}
    names = [name] if name is not None else [c for c in view.columns if c not in roles]
    names += [] if name is not None else list(view.binary)
    looked = _looked_at(view, names)
    found = {each: _kind(each, looked[each], sure=name is not None) for each in looked}
    if name is not None:
        kind = stated.kind or found[name] or "text"
        return InputColumn(name, kind, in_bytes=name in view.binary)
    likely = [each for each, kind in found.items() if kind is not None]
    if stated.kind == "row" or not likely:
        return InputColumn(None, "row")
    best = max(likely, key=lambda each: (_STRONG[found[each] or ""], each.lower() in _NAMES))
    return InputColumn(best, stated.kind or found[best] or "text", in_bytes=best in view.binary)


def _looked_at(view: RunView, names: Sequence[str]) -> dict[str, list[Any]]:
    """Return some values of each column that may hold inputs."""
    plain = [each for each in names if each not in view.binary and _may_be(view.held[each])]
    looked: dict[str, list[Any]] = {}
    with view.asking() as (connection, table):
        if plain:
            rows = connection.fetch(table.select(*plain).limit(_LOOKED_AT))
            looked |= {each: rows[each].to_pylist() for each in plain}
        for each in set(names) & set(view.binary):
            column = view.project.predictions(view.run.name).select(each).limit(3)
            looked[each] = connection.fetch(column)[each].to_pylist()
    return {
        each: [v for v in looked[each] if v not in (None, "")] for each in names if each in looked
    }


def _may_be(column: Any) -> bool:
    kind = column.type()
    return bool(kind.is_string() or kind.is_array() or kind.is_struct() or kind.is_json())


def _kind(name: str, values: Sequence[Any], *, sure: bool) -> str | None:
    """Return the kind of the inputs in a column; None where it seems to hold none."""
    if not values:
        return "text" if sure else None
    if all(isinstance(each, bytes) for each in values):
        return kind_of_bytes(values[0])
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) == len(values):
        for kind, suffixes in (("image", IMAGE_SUFFIXES), ("audio", AUDIO_SUFFIXES)):
            if all(each.lower().endswith(suffixes) for each in texts):
                return kind
    if all(messages_of(each) is not None for each in values):
        return "chat"
    if not texts:
        return "row" if sure else None
    long = sum(map(len, texts)) / len(texts) >= _LONG and len(set(texts)) > len(texts) / 2
    return "text" if sure or long or name.lower() in _NAMES else None
