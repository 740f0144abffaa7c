"""What an input from outside may be at most; more is refused before it is decoded."""

from __future__ import annotations

__all__ = [
    "MAX_CHANNELS",
    "MAX_CONVERSATION_BYTES",
    "MAX_FILE_BYTES",
    "MAX_PIXELS",
    "MAX_REMOTE_BYTES",
    "MAX_SAMPLES",
    "MAX_SECONDS",
    "MAX_SPANS_BYTES",
    "MAX_TEXT_BYTES",
]

MAX_PIXELS = 89_478_485  # where Pillow warns of a decompression bomb: 256 MB of three channels
MAX_SECONDS = 10 * 3600.0
MAX_SAMPLES = 1 << 28  # over all channels: 1 GiB as float32
MAX_CHANNELS = 64
MAX_FILE_BYTES = 4 << 30
MAX_REMOTE_BYTES = 256 << 20  # it is held in memory
MAX_TEXT_BYTES = 64 << 20
MAX_CONVERSATION_BYTES = 64 << 20  # one line of a file of conversations
MAX_SPANS_BYTES = 1 << 30  # a file of spans, which is read as a whole
