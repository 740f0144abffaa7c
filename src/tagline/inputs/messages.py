"""Conversations out of JSON: messages as the makers of language models write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tagline.exceptions import InputError
from tagline.inputs import limits
from tagline.inputs.chat import Conversation, Message

__all__ = ["as_conversation", "as_messages", "parse_json"]

_CALLS = {"tool_call", "tool_use", "function_call", "server_tool_call"}


def parse_json(text: str | bytes) -> Any:
    """Return what a JSON text holds.

    Raises
    ------
    InputError
        If it is no JSON, too large or nested too deeply.
    """
    if len(text) > limits.MAX_CONVERSATION_BYTES:
        raise InputError(f"is larger than {limits.MAX_CONVERSATION_BYTES >> 20} MiB")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InputError("is JSON that is nested too deeply") from error
    except ValueError as error:
        raise InputError(f"is no JSON: {str(error).split(':', maxsplit=1)[0]}") from error


def as_conversation(value: Any) -> Conversation:
    """Return the conversation that a value means.

    Parameters
    ----------
    value : Conversation, JSON text, list of messages, or mapping with ``messages``
        A message has ``role``, ``content`` (text, or a list of parts) and ``tool_calls``; the
        ``parts`` of OpenTelemetry and the ``message.*`` keys of OpenInference are read, too.

    Returns
    -------
    Conversation

    Raises
    ------
    InputError
        If it is none of these. The sentence has no subject: who calls knows the example.
    """
    if isinstance(value, Conversation):
        return value
    if isinstance(value, (str, bytes)):
        value = parse_json(value)
    if isinstance(value, Mapping) and isinstance(value.get("messages"), (list, str)):
        return as_conversation(value["messages"])
    if not isinstance(value, list) or not value:
        raise InputError("holds no messages")
    return Conversation(tuple(as_messages(value)))


def as_messages(value: Any, role: str = "user") -> list[Message]:
    """Return the messages that a value holds.

    Parameters
    ----------
    value : list, mapping or str
        Messages, one message, or plain text.
    role : str, default "user"
        Whose a plain text is.

    Returns
    -------
    list of Message

    Raises
    ------
    InputError
        If something in it is no message.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [Message(role, value)]
    if isinstance(value, Mapping):
        inside = value.get("messages")
        return as_messages(inside, role) if isinstance(inside, list) else [_message(value, role)]
    if isinstance(value, Iterable):
        return [each for part in value for each in as_messages(part, role)]
    raise InputError(f"holds a message that is {value!r:.40}")


def _message(given: Mapping[str, Any], role: str) -> Message:
    given = given["message"] if isinstance(given.get("message"), Mapping) else given
    fields = {key.removeprefix("message."): value for key, value in given.items()}
    if not fields.keys() & {"role", "content", "contents", "parts", "tool_calls"}:
        raise InputError("holds a message without role and content")
    texts: list[str] = []
    calls: list[str] = []
    for key in ("content", "contents", "parts"):
        _collect(fields.get(key), texts, calls)
    for call in _listed(fields.get("tool_calls")):
        calls.append(_tool(call))
    if isinstance(fields.get("function_call"), Mapping):
        calls.append(_tool(fields["function_call"]))
    said = fields.get("role")
    return Message(str(said) if said else role, "\n".join(texts), tuple(calls))


def _collect(content: Any, texts: list[str], calls: list[str]) -> None:
    """Add the texts and the calls that the content of a message holds, part by part."""
    if isinstance(content, str):
        texts.append(content)
    elif isinstance(content, Mapping):
        part = content.get("message_content", content)
        part = {key.removeprefix("message_content."): value for key, value in dict(part).items()}
        if part.get("type") in _CALLS:
            calls.append(_tool(part))
            return
        for key in ("text", "content", "response", "result"):
            _collect(part.get(key), texts, calls)
    else:
        for each in _listed(content):
            _collect(each, texts, calls)


def _listed(value: Any) -> list[Any]:
    return [] if value is None or isinstance(value, (str, int, float)) else list(value)


def _tool(call: Any) -> str:
    """Return the name of the tool that a call is for, in whichever convention."""
    if not isinstance(call, Mapping):
        return ""
    inner = call["tool_call"] if isinstance(call.get("tool_call"), Mapping) else call
    function = inner.get("function")
    names = (
        function.get("name") if isinstance(function, Mapping) else None,
        inner.get("tool_call.function.name"),
        inner.get("name"),
    )
    return str(next((each for each in names if each), ""))
