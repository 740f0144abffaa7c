"""Statistics of a conversation with a language model."""

from __future__ import annotations

from dataclasses import dataclass

from tagline.inputs.registry import statistic

__all__ = [
    "Conversation",
    "Message",
    "n_characters",
    "n_messages",
    "n_tool_calls",
    "n_turns",
]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Attributes
    ----------
    role : str
        Such as ``"system"``, ``"user"``, ``"assistant"`` or ``"tool"``.
    content : str
        Its text; parts of a message stand on lines of their own, pictures and the like are absent.
    tool_calls : tuple of str
        The names of the tools that it calls.
    """

    role: str
    content: str = ""
    tool_calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages in their order."""

    messages: tuple[Message, ...] = ()


@statistic("chat", unit="turns", low=0, whole=True)
def n_turns(conversation: Conversation) -> int:
    """Count the turns of the user; messages without an answer between them are one."""
    count, open_turn = 0, False
    for message in conversation.messages:
        if message.role in {"user", "human"}:
            count += not open_turn
            open_turn = True
        elif message.role not in {"system", "developer"}:
            open_turn = False
    return count


@statistic("chat", unit="messages", low=0, whole=True)
def n_messages(conversation: Conversation) -> int:
    """Count the messages of all roles."""
    return len(conversation.messages)


@statistic("chat", unit="characters", low=0, whole=True)
def n_characters(conversation: Conversation) -> int:
    """Count the characters of all messages together."""
    return sum(len(message.content) for message in conversation.messages)


@statistic("chat", unit="calls", low=0, whole=True)
def n_tool_calls(conversation: Conversation) -> int:
    """Count the calls of tools."""
    return sum(len(message.tool_calls) for message in conversation.messages)
