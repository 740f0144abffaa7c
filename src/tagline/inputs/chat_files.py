"""Files of conversations: JSON lines or one JSON document, of messages or of spans."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tagline.display.words import shorten_middle
from tagline.exceptions import InputError
from tagline.inputs import limits
from tagline.inputs.messages import as_conversation, parse_json
from tagline.inputs.spans import Call, calls_in, is_span, joined

__all__ = ["Example", "is_chat_file", "read_conversations"]

Example = tuple[str, Any]  # its name, and a Conversation or the InputError that came of it
_ENDINGS = (".jsonl", ".ndjson", ".json")
_NAMES = ("example_id", "conversation_id", "id")
_PEEK = 1 << 16


def is_chat_file(data: Any) -> bool:
    """Return whether this is the path of a JSON file that starts like conversations or spans."""
    if not isinstance(data, (str, os.PathLike)):
        return False
    text = os.fspath(data)
    if not text.lower().endswith(_ENDINGS) or not Path(text).is_file():
        return False
    with Path(text).open("rb") as file:
        start = file.read(_PEEK)
    line = start.split(b"\n")[0]
    try:
        first = parse_json(line)
    except InputError:
        spans = (b'"resourceSpans"', b"llm.input_messages", b'"gen_ai.', b'"observations"')
        return any(each in start for each in spans) or b'"messages"' in start
    if isinstance(first, list):
        first = first[0] if first and isinstance(first[0], Mapping) else {}
        return is_span(first) or {"role", "messages"} & first.keys() != set()
    return isinstance(first, Mapping) and ("messages" in first or is_span(first))


def read_conversations(path: str) -> Iterator[Example]:
    """Yield the conversations of a file.

    Parameters
    ----------
    path : str
        JSON lines, each a list of messages, an object with ``messages``, or a span; or one JSON
        document: a list of these, or an export that holds spans.

    Yields
    ------
    str
        ``example_id``, ``conversation_id`` or ``id`` of the object; the number of the line where
        there is none; the conversation, session or trace of a span.
    Conversation or InputError
        The error says why it cannot be read.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """
    calls: list[Call] = []
    for name, value in _values(path):
        try:
            if isinstance(value, InputError):
                raise value
            if is_span(value):
                calls += calls_in(value)
                continue
            yield _named(value) or name, as_conversation(value)
        except InputError as error:
            yield _named(value) or name, error
    yield from joined(calls).items()


def _named(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next((str(value[key]) for key in _NAMES if value.get(key) is not None), "")


def _values(path: str) -> Iterator[tuple[str, Any]]:
    """Yield the name and the content of each example or span; an error in place of a bad one."""
    size, shown = Path(path).stat().st_size, shorten_middle(path, 100)
    if not size:
        raise InputError(f"{shown!r} is empty.")
    with Path(path).open("rb") as file:
        if not path.lower().endswith(".json") or _has_lines(file):
            file.seek(0)
            yield from _lines(file)
            return
        file.seek(0)
        if size > limits.MAX_SPANS_BYTES:
            most = limits.MAX_SPANS_BYTES >> 30
            raise InputError(f"{shown!r} is larger than {most} GiB: make it JSON lines.")
        yield from _document(file.read(), shown)


def _has_lines(file: Any) -> bool:
    """Return whether the first line is JSON by itself and others follow."""
    try:
        parse_json(file.readline(limits.MAX_CONVERSATION_BYTES + 1))
    except InputError:
        return False
    return bool(file.read(_PEEK).strip())


def _lines(file: Any) -> Iterator[tuple[str, Any]]:
    number = 0
    while line := file.readline(limits.MAX_CONVERSATION_BYTES + 1):
        number += 1
        if not line.strip():
            continue
        try:
            yield str(number), parse_json(line)
        except InputError as error:
            yield str(number), error
            while line and not line.endswith(b"\n"):  # the rest of a line that is too long
                line = file.readline(limits.MAX_CONVERSATION_BYTES)


def _document(content: bytes, shown: str) -> Iterator[tuple[str, Any]]:
    import json

    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown!r} is no JSON: {error}.") from error
    if isinstance(whole, Mapping):
        inside = whole.get("data")
        whole = inside if isinstance(inside, list) and not is_span(whole) else [whole]
    if not isinstance(whole, list):
        raise InputError(f"{shown!r} holds no conversations.")
    if whole and isinstance(whole[0], Mapping) and "role" in whole[0]:
        whole = [whole]
    yield from ((str(number), value) for number, value in enumerate(whole, 1))
