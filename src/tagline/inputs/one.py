"""All statistics of one input, such as a service computes them for each call."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from tagline.exceptions import InputError
from tagline.inputs import text as _text  # noqa: F401 (its statistics register themselves)
from tagline.inputs.audio import Clip
from tagline.inputs.chat import Conversation
from tagline.inputs.image import Picture
from tagline.inputs.messages import as_conversation
from tagline.inputs.registry import Statistic, find_kind, find_statistics
from tagline.inputs.row import RowProfile

__all__ = ["computed", "input_statistics"]


def input_statistics(
    value: Any,
    *,
    kind: str | None = None,
    statistics: Iterable[str] | None = None,
    vocabulary: Set[str] | None = None,
    profile: RowProfile | None = None,
) -> dict[str, float | int | None]:
    """Return the statistics of one input.

    Parameters
    ----------
    value : str, Picture, array, Clip, (samples, rate), mapping, list of messages or Conversation
        A text; the pixels of an image of shape (height, width) or (height, width, 3), uint8; an
        audio clip, samples of shape (n_frames,) or (n_frames, n_channels) and samples a second; a
        row of a table; a conversation.
    kind : {"text", "image", "audio", "row", "chat"}, optional
        Default: told by the type of `value`.
    statistics : iterable of str, optional
        Default: all of the kind.
    vocabulary : set of str, optional
        Known words, case-folded; `oov_share` needs it.
    profile : RowProfile, optional
        `n_out_of_range` and `n_unseen` need it.

    Returns
    -------
    dict of str to float, int or None
        None where a statistic has no value, such as the share of the digits in an empty text.

    Raises
    ------
    InputError
        If the value is none of these, or a statistic is not known.

    Examples
    --------
    >>> from tagline.inputs import input_statistics
    >>> input_statistics("Is it 5 o'clock?", statistics=["n_words", "digit_share"])
    {'n_words': 4, 'digit_share': 0.0625}
    """
    kind = _kind_of(value) if kind is None else find_kind(kind)
    given = {"vocabulary": vocabulary, "profile": profile}
    parameters = {name: each for name, each in given.items() if each is not None}
    found = find_statistics(kind, statistics, parameters)
    values = computed(_prepared(value, kind), found, parameters)
    return {each.name: one for each, one in zip(found, values, strict=True)}


def computed(
    value: Any, statistics: Sequence[Statistic], parameters: Mapping[str, Any]
) -> list[float | int | None]:
    """Return statistics of one prepared input; what is no finite number is None.

    Parameters
    ----------
    value : object
        As `registry` says what an input is.
    statistics : sequence of Statistic
    parameters : mapping of str to object

    Returns
    -------
    list of float, int or None
    """
    found: list[float | int | None] = []
    for each in statistics:
        number = each(value, parameters)
        if number is not None and not math.isfinite(number):
            number = None
        found.append(number)
    return found


def _kind_of(value: Any) -> str:
    kinds: tuple[tuple[Any, str], ...] = (
        (str, "text"),
        ((Picture, np.ndarray), "image"),
        ((Clip, tuple), "audio"),
        (Mapping, "row"),
        ((Conversation, list), "chat"),
    )
    for types, kind in kinds:
        if isinstance(value, types):
            return kind
    raise InputError(f"The kind of the input is not known by its type: {type(value).__name__}.")


def _prepared(value: Any, kind: str) -> Any:
    if kind == "text":
        if not isinstance(value, str):
            raise InputError(f"A text must be a str. Got {type(value).__name__} instead.")
        return value
    if kind == "image":
        return value if isinstance(value, Picture) else Picture.of(value)
    if kind == "audio":
        if isinstance(value, Clip):
            return value
        if not isinstance(value, tuple) or len(value) != 2:
            raise InputError("Audio must be a Clip or a pair (samples, rate).")
        return Clip.of(*value)
    if kind == "chat":
        try:
            return as_conversation(value)
        except InputError as error:
            raise InputError(f"The conversation {error}.") from error
    if not isinstance(value, Mapping):
        raise InputError(f"A row must be a mapping. Got {type(value).__name__} instead.")
    return value
