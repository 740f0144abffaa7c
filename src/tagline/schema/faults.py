"""What is wrong with a settings file, in one sentence for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tagline.exceptions import did_you_mean

__all__ = ["first_fault"]


def first_fault(error: ValidationError, model: type[BaseModel], path: Path) -> str:
    """Say the first fault of a file in one sentence; unknown keys come before all others.

    Parameters
    ----------
    error : pydantic.ValidationError
    model : type of pydantic.BaseModel
        What the whole file was checked against.
    path : Path
        The file.

    Returns
    -------
    str
        The file, the key, what is wrong, what to do.
    """
    faults = error.errors(include_url=False, include_input=True)
    unknown = [each for each in faults if each["type"] == "extra_forbidden"]
    fault = unknown[0] if unknown else faults[0]
    names = [str(part) for part in fault["loc"]]
    holder, known = _follow(names, model)
    if unknown:
        fields = list(holder.model_fields) if holder else []
        return f"{path} has an unknown key `{'.'.join(known)}`. {did_you_mean(names[-1], fields)}"
    key = ".".join(known)
    if fault["type"] == "missing":
        return f"{path} lacks the key `{key}`: add it."
    rule = "must be a table" if fault["type"] == "model_type" else _rule(fault["msg"])
    return f"{path}: `{key}` {rule}. Got {_short(fault['input'])} instead."


def _follow(names: list[str], model: type[BaseModel]) -> tuple[type[BaseModel] | None, list[str]]:
    """Walk a location of pydantic along the models; leave out what it adds behind a key.

    Returns the model that holds the last key, and the keys as they stand in the file.
    """
    holder: type[BaseModel] | None = model
    keys: list[str] = []
    place = iter(names)
    for name in place:
        keys.append(name)
        field = holder.model_fields.get(name) if holder else None
        if field is None:
            break
        inner = _section((get_args(field.annotation) or (None,))[-1])
        if get_origin(field.annotation) is dict:  # a table of named sections
            keys.extend(each for each in [next(place, None)] if each is not None)
            holder = inner
        elif get_origin(field.annotation) is list and inner is not None:  # numbered sections
            keys.extend(str(int(each) + 1) for each in [next(place, None)] if each is not None)
            holder = inner
        else:
            holder = _section(field.annotation)
        if holder is None:
            break
    return holder, keys


def _section(annotation: Any) -> type[BaseModel] | None:
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_model else None


def _rule(message: str) -> str:
    """Turn pydantic's "Input should be ..." into the predicate of our sentence."""
    text = message.removeprefix("Value error, ").replace("Input should be", "must be")
    text = _WORDS.get(text, text)
    return text[:1].lower() + text[1:]


_WORDS = {  # pydantic speaks Python, the file is TOML
    "must be a valid string": "must be text",
    "must be a valid number": "must be a number",
    "must be a valid integer": "must be a whole number",
    "must be a valid list": "must be a list",
    "must be a valid dictionary": "must be a table",
}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
