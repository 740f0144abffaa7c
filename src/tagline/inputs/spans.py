"""Conversations out of traces: OpenInference, OpenTelemetry GenAI, and Langfuse's observations.

A span of a model's call holds the messages that went in and those that came out; the next span of
the same conversation usually repeats them. They are put together in the order of time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tagline.exceptions import InputError
from tagline.inputs.chat import Conversation, Message
from tagline.inputs.messages import as_messages, parse_json

__all__ = ["Call", "calls_in", "is_span", "joined"]

_SESSIONS = ("gen_ai.conversation.id", "session.id")
_PROMPTS = ("gen_ai.system_instructions", "gen_ai.input.messages", "llm.input_messages")
_ANSWERS = ("gen_ai.output.messages", "llm.output_messages")
_OLD_PROMPT, _OLD_ANSWER = "gen_ai.prompt", "gen_ai.completion"  # before version 1.37
_EVENTS = ("gen_ai.client.inference.operation.details",)
_TIMES = ("start_time", "startTimeUnixNano", "start_time_unix_nano", "startTime", "timestamp")
_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue")
_DEPTH = 24


@dataclass(frozen=True)
class Call:
    """One call of a model: whose conversation it belongs to, when, and its messages."""

    conversation: str
    time: str
    prompt: tuple[Message, ...]
    answer: tuple[Message, ...]


def is_span(value: Any) -> bool:
    """Return whether a JSON object is a span, an observation, a trace, or holds such."""
    if not isinstance(value, Mapping):
        return False
    keys = value.keys()
    known = {"attributes", "resourceSpans", "resource_spans", "observations", "spans"}
    if known & keys or {"traceId", "type"} <= keys:
        return True
    return any(str(key).startswith("attributes.") for key in keys)


def calls_in(value: Mapping[str, Any]) -> list[Call]:
    """Return the calls of a model in a span, or in whatever holds spans.

    Parameters
    ----------
    value : mapping
        A span of OpenTelemetry (also OTLP's JSON), a row of Phoenix's span frame, an observation
        or a trace of Langfuse.

    Returns
    -------
    list of Call
        Empty for a span that is no call of a model, such as that of a tool.

    Raises
    ------
    InputError
        If what stands for messages is none.
    """
    for outer in ("resourceSpans", "resource_spans"):
        if outer in value:
            return [call for span in _otlp(value[outer]) for call in _span(span)]
    if "spans" in value:
        return [call for span in _objects(value["spans"]) for call in _span(span)]
    if "observations" in value:
        session = value.get("sessionId") or value.get("id")
        found = _objects(value["observations"])
        calls = [call for each in found for call in _observation({"sessionId": session, **each})]
        return calls or _observation({"type": "GENERATION", "traceId": value.get("id"), **value})
    if {"traceId", "type"} <= value.keys() and "attributes" not in value:
        return _observation(value)
    return _span(value)


def joined(calls: Iterable[Call]) -> dict[str, Conversation]:
    """Put calls together, one conversation for each name, in the order of time.

    Parameters
    ----------
    calls : iterable of Call

    Returns
    -------
    dict of str to Conversation
        Where a prompt repeats the end of what was said so far, only the rest of it is new.
    """
    said: dict[str, list[Message]] = {}
    for call in sorted(calls, key=lambda each: each.time):
        before = said.setdefault(call.conversation, [])
        before += [*call.prompt[_overlap(before, call.prompt) :], *call.answer]
    return {name: Conversation(tuple(messages)) for name, messages in said.items()}


def _overlap(before: list[Message], prompt: tuple[Message, ...]) -> int:
    """Return how many of the first messages of a prompt were the last ones said."""
    for size in range(min(len(before), len(prompt)), 0, -1):
        if tuple(before[-size:]) == prompt[:size]:
            return size
    return 0


def _otlp(resources: Any) -> Iterable[Mapping[str, Any]]:
    for resource in _objects(resources):
        for scope in _objects(resource.get("scopeSpans", resource.get("scope_spans", []))):
            yield from _objects(scope.get("spans", []))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _span(span: Mapping[str, Any]) -> list[Call]:
    attributes = _attributes(span)
    prompt = [m for key in _PROMPTS for m in _said(attributes, key)]
    answer = [m for key in _ANSWERS for m in _said(attributes, key, "assistant")]
    prompt = prompt or _said(attributes, _OLD_PROMPT)
    answer = answer or _said(attributes, _OLD_ANSWER, "assistant")
    if not prompt and not answer:
        return []
    context = span.get("context")
    ids = {**span, **(context if isinstance(context, Mapping) else {})}
    traces = ("trace_id", "traceId", "context.trace_id")
    names = [attributes.get(key) for key in _SESSIONS] + [ids.get(key) for key in traces]
    return [Call(_name(names), _time(span), tuple(prompt), tuple(answer))]


def _observation(each: Mapping[str, Any]) -> list[Call]:
    if str(each.get("type", "GENERATION")).upper() != "GENERATION":
        return []
    prompt = _free(each.get("input"), "user")
    answer = _free(each.get("output"), "assistant")
    if not prompt and not answer:
        return []
    name = _name([each.get("sessionId"), each.get("traceId"), each.get("id")])
    return [Call(name, _time(each), tuple(prompt), tuple(answer))]


def _free(value: Any, role: str) -> list[Message]:
    """Return messages, or one with the text of what somebody logged instead of messages."""
    value = _parsed(value)
    try:
        return as_messages(value, role)
    except InputError:
        return [Message(role, json.dumps(value, ensure_ascii=False))]


def _name(names: Iterable[Any]) -> str:
    return next((str(name) for name in names if name), "")


def _time(span: Mapping[str, Any]) -> str:
    """Return a time that sorts: texts are ISO 8601, numbers count from one start."""
    value = next((span[key] for key in _TIMES if span.get(key) is not None), "")
    return f"{int(value):020d}" if str(value).isdigit() else str(value)


def _attributes(span: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a span and of its events under dotted names."""
    flat: dict[str, Any] = {}
    for event in _objects(span.get("events")):
        if event.get("name") in _EVENTS:
            _flatten("", _plain(event.get("attributes")), flat)
    _flatten("", _plain(span.get("attributes")), flat)
    for key, value in span.items():
        if key.startswith("attributes.") and value is not None:
            _flatten(key.removeprefix("attributes."), _plain(value), flat)
    return flat


def _plain(value: Any, depth: int = 0) -> Any:
    """Undo OTLP's way of writing: lists of key and value, and values with their type."""
    if depth > _DEPTH:
        raise InputError("holds attributes that are nested too deeply")
    if isinstance(value, list):
        if value and all(isinstance(e, Mapping) and e.keys() == {"key", "value"} for e in value):
            return {str(e["key"]): _plain(e["value"], depth + 1) for e in value}
        return [_plain(each, depth + 1) for each in value]
    if isinstance(value, Mapping):
        kind, inside = next(iter(value.items())) if len(value) == 1 else ("", None)
        if kind in _VALUES:
            return inside
        if kind in {"arrayValue", "kvlistValue"}:
            return _plain((inside or {}).get("values", []), depth + 1)
        return {str(key): _plain(each, depth + 1) for key, each in value.items()}
    return value


def _flatten(prefix: str, value: Any, flat: dict[str, Any]) -> None:
    """Write nested mappings under dotted names; lists stay as they are."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            _flatten(f"{prefix}.{key}" if prefix else str(key), each, flat)
    else:
        flat[prefix] = value


def _said(attributes: Mapping[str, Any], key: str, role: str = "user") -> list[Message]:
    """Return the messages under a name: a list, its JSON, or attributes with numbers behind it."""
    whole = attributes.get(key)
    if key == "gen_ai.system_instructions":
        parts = _parsed(whole)
        return as_messages([{"role": "system", "parts": parts}]) if parts else []
    if whole is not None:
        return as_messages(_parsed(whole), role)
    head = f"{key}."
    nested: dict[str, Any] = {}
    for name, value in attributes.items():
        if name.startswith(head):
            _nest(nested, name.removeprefix(head).split("."), value)
    return as_messages(_lists(nested), role) if nested else []


def _nest(tree: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        below = tree.setdefault(step, {})
        tree = below if isinstance(below, dict) else {}
    tree[path[-1]] = value


def _lists(tree: Any) -> Any:
    """Turn mappings with the keys 0, 1 ... into lists."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdigit() for key in tree):
        return [_lists(tree[key]) for key in sorted(tree, key=int)]
    return {key: _lists(value) for key, value in tree.items()}


def _parsed(value: Any) -> Any:
    """Return what a text holds if it is JSON, else the text."""
    if isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            return parse_json(value)
        except InputError:
            return value
    return value
