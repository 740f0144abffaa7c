"""Conversations out of messages, out of spans in the known conventions, and out of broken files."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.inputs import describe_inputs, input_statistics
from tagline.inputs.chat import Conversation, Message
from tagline.inputs.messages import as_conversation
from tagline.inputs.spans import calls_in, joined

ASKED = {"role": "user", "content": "Weather in Paris?"}
CALLS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "1", "function": {"name": "get_weather", "arguments": "{}"}}],
}
TOLD = {"role": "tool", "tool_call_id": "1", "content": "rainy, 14"}
SAID = {"role": "assistant", "content": "It rains."}
WHOLE = Conversation(
    (
        Message("user", "Weather in Paris?"),
        Message("assistant", "", ("get_weather",)),
        Message("tool", "rainy, 14"),
        Message("assistant", "It rains."),
    )
)


def text_part(text):
    return {"type": "text", "content": text}


GENAI = [
    {"role": "user", "parts": [text_part("Weather in Paris?")]},
    {"role": "assistant", "parts": [{"type": "tool_call", "name": "get_weather", "id": "1"}]},
    {"role": "tool", "parts": [{"type": "tool_call_response", "response": "rainy, 14"}]},
    {"role": "assistant", "parts": [text_part("It rains.")], "finish_reason": "stop"},
]


def flat_openinference(prefix, messages):
    found = {}
    for i, each in enumerate(messages):
        found[f"{prefix}.{i}.message.role"] = each["role"]
        if each.get("content"):
            found[f"{prefix}.{i}.message.content"] = each["content"]
        for j, call in enumerate(each.get("tool_calls", [])):
            name = f"{prefix}.{i}.message.tool_calls.{j}.tool_call.function.name"
            found[name] = call["function"]["name"]
    return found


def otlp(value):
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [otlp(each) for each in value]}}
    pairs = [{"key": key, "value": otlp(each)} for key, each in value.items()]
    return {"kvlistValue": {"values": pairs}}


def two_calls(first, second):
    """Two spans of one trace; the second repeats what the first said, and comes first here."""
    return [{**second, "start_time": "2026-01-01T00:00:02"},
            {**first, "start_time": "2026-01-01T00:00:01"}]  # fmt: skip


def openinference_spans():
    first = {**flat_openinference("llm.input_messages", [ASKED]),
             **flat_openinference("llm.output_messages", [CALLS])}  # fmt: skip
    second = {**flat_openinference("llm.input_messages", [ASKED, CALLS, TOLD]),
              **flat_openinference("llm.output_messages", [SAID])}  # fmt: skip
    context = {"trace_id": "t1", "span_id": "s"}
    tool = {"context": context, "attributes": {"openinference.span.kind": "TOOL"}}
    spans = [{"context": context, "attributes": each} for each in (first, second)]
    return [tool, *two_calls(*spans)]


def phoenix_rows():
    """Rows of Phoenix's span frame as JSON: lists of messages under `attributes.` names."""

    def named(messages):
        return [{f"message.{key}": value for key, value in each.items() if key != "tool_calls"}
                | {"message.tool_calls": [{"tool_call.function.name": call["function"]["name"]}
                                          for call in each.get("tool_calls", [])]}
                for each in messages]  # fmt: skip

    def row(prompt, answer):
        return {
            "context.trace_id": "t1",
            "attributes.llm.input_messages": named(prompt),
            "attributes.llm.output_messages": named(answer),
            "attributes.session.id": None,
        }

    return two_calls(row([ASKED], [CALLS]), row([ASKED, CALLS, TOLD], [SAID]))


def genai_spans():
    def span(prompt, answer, **more):
        attributes = {
            "gen_ai.conversation.id": "t1",
            "gen_ai.input.messages": json.dumps(prompt),
            "gen_ai.output.messages": answer,
        }
        return {"traceId": "other", "attributes": attributes, **more}

    return two_calls(span(GENAI[:1], GENAI[1:2]), span(GENAI[:3], GENAI[3:]))


def otlp_export():
    spans = [
        {
            "traceId": "t1",
            "startTimeUnixNano": each.pop("start_time").replace("-", "").replace("T", "")
            .replace(":", ""),
            "attributes": [
                {"key": key, "value": otlp(value)}
                for key, value in each["attributes"].items()
            ],
        }
        for each in genai_spans()
    ]  # fmt: skip
    return [{"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}]


def langfuse_observations():
    def observation(prompt, answer):
        return {"type": "GENERATION", "traceId": "t1", "input": prompt, "output": answer}

    first = observation({"messages": [ASKED]}, CALLS)
    second = observation(json.dumps([ASKED, CALLS, TOLD]), "It rains.")
    for each, time in ((first, 1), (second, 2)):
        each["startTime"] = f"2026-01-01T00:00:0{time}Z"
    return [second, {"type": "SPAN", "traceId": "t1", "input": "x"}, first]


def langfuse_trace():
    return [{"id": "t1", "sessionId": None, "observations": langfuse_observations()}]


EXPORTS = [openinference_spans, phoenix_rows, genai_spans, otlp_export, langfuse_observations,
           langfuse_trace]  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS)
def test_spans_become_one_conversation(export):
    calls = [call for span in export() for call in calls_in(span)]
    assert joined(calls) == {"t1": WHOLE}


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.parametrize("lines", [True, False])
def test_files_of_spans(export, lines, tmp_path):
    path = tmp_path / ("spans.jsonl" if lines else "spans.json")
    values = export()
    path.write_text("\n".join(map(json.dumps, values)) if lines else json.dumps(values, indent=1))
    found = describe_inputs(path)
    assert (found.kind, found.n_broken) == ("chat", 0)
    assert found.examples.drop_columns("input_error").to_pylist() == [
        {"example_id": "t1", "n_turns": 1, "n_messages": 4, "n_characters": 35, "n_tool_calls": 1}
    ]


def test_messages_of_several_makers():
    assert as_conversation([ASKED, CALLS, TOLD, SAID]) == WHOLE
    assert as_conversation(json.dumps({"messages": [ASKED, CALLS, TOLD, SAID]})) == WHOLE
    assert as_conversation(GENAI) == WHOLE
    parts = [{"type": "text", "text": "one"}, {"type": "image_url", "image_url": {"url": "x"}},
             {"type": "tool_use", "name": "f"}]  # fmt: skip
    (message,) = as_conversation([{"role": "assistant", "content": parts}]).messages
    assert message == Message("assistant", "one", ("f",))
    old = {"role": "assistant", "content": "", "function_call": {"name": "g"}}
    assert as_conversation([old]).messages[0].tool_calls == ("g",)


def test_system_instructions_of_genai():
    span = {"traceId": "t", "attributes": {
        "gen_ai.system_instructions": [text_part("Be brief.")],
        "gen_ai.input.messages": GENAI[:1],
    }}  # fmt: skip
    (call,) = calls_in(span)
    assert [each.role for each in call.prompt] == ["system", "user"]


def test_turns():
    def turns(*roles):
        return input_statistics([{"role": role, "content": ""} for role in roles])["n_turns"]

    assert turns("system", "user", "assistant", "user", "user", "assistant") == 2
    assert turns("user", "system", "user") == 1
    assert turns("assistant") == 0


def test_a_broken_line_is_counted(tmp_path):
    path = tmp_path / "chats.jsonl"
    lines = [
        json.dumps({"id": "first", "messages": [ASKED, SAID]}),
        "{broken",
        "",
        json.dumps({"id": "none", "messages": []}),
        json.dumps({"id": "odd", "messages": [{"x": 1}]}),
        json.dumps({"messages": [ASKED]}),
        "[" * 100_000,
    ]
    path.write_text("\n".join(lines))
    found = describe_inputs(path)
    assert (found.n_examples, found.n_broken) == (6, 4)
    assert found.examples["example_id"].to_pylist() == ["first", "2", "none", "odd", "6", "7"]
    errors = found.examples["input_error"].to_pylist()
    assert errors[0] is None
    assert errors[1].startswith("is no JSON")
    assert errors[2] == "holds no messages"
    assert errors[3] == "holds a message without role and content"


def test_a_column_of_messages(tmp_path):
    found = describe_inputs({"chat": [[ASKED, SAID], None]}, input="chat")
    assert (found.kind, found.reasons) == ("chat", {"is missing": 1})
    texts = describe_inputs({"chat": [json.dumps([ASKED, SAID]), "[]"]}, input="chat")
    assert texts.examples["n_messages"].to_pylist() == [2, None]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["role", "content", "tool_calls", "parts", "message", "messages", "type",
                         "text", "attributes", "llm.input_messages.0.message.role", "function",
                         "gen_ai.input.messages", "key", "value", "observations", "input",
                         "arrayValue", "kvlistValue", "values", "resourceSpans", "spans"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_any_json_is_a_conversation_or_one_sentence(value):
    for read in (as_conversation, lambda it: joined(calls_in(it)) if isinstance(it, dict) else it):
        try:
            read(value)
        except InputError as error:
            assert "\n" not in str(error)
