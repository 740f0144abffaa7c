"""Statistics of raw inputs: text, image, audio, table row, conversation.

Each is one small registered function, defined once and computed the same way for a data set and
for a call in production, so that drift speaks the words of error analysis. What describes ONE
input needs NumPy and nothing more; `describe_inputs` describes a data set.

Examples
--------
>>> from tagline.inputs import input_statistics
>>> input_statistics("CALL 0800 NOW", statistics=["n_words", "upper_share"])
{'n_words': 3, 'upper_share': 1.0}
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tagline.inputs.audio import Clip
from tagline.inputs.chat import Conversation, Message
from tagline.inputs.image import Picture
from tagline.inputs.one import input_statistics
from tagline.inputs.registry import KINDS, STATISTICS, Statistic, statistic
from tagline.inputs.row import RowProfile

if TYPE_CHECKING:
    from tagline.inputs.clips import read_clip
    from tagline.inputs.describing import describe_inputs
    from tagline.inputs.pictures import read_picture
    from tagline.inputs.results import InputDescription
    from tagline.inputs.table_rows import learn_profile

__all__ = [
    "KINDS",
    "STATISTICS",
    "Clip",
    "Conversation",
    "InputDescription",
    "Message",
    "Picture",
    "RowProfile",
    "Statistic",
    "describe_inputs",
    "input_statistics",
    "learn_profile",
    "read_clip",
    "read_picture",
    "statistic",
]

# What needs more than NumPy, or is needed for a data set only.
_LATER = {
    "InputDescription": "tagline.inputs.results",
    "describe_inputs": "tagline.inputs.describing",
    "learn_profile": "tagline.inputs.table_rows",
    "read_clip": "tagline.inputs.clips",
    "read_picture": "tagline.inputs.pictures",
}


def __getattr__(name: str) -> Any:
    """Load a name that a service does not need."""
    if name not in _LATER:
        raise AttributeError(f"module 'tagline.inputs' has no attribute {name!r}")
    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value
