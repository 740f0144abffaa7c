r"""Regular expressions that RE2 (DuckDB) and Java (Spark) read alike.

The two differ in what ``.``, ``$``, ``\s`` and ``\b`` mean, so these are written out; look-around,
back references and Unicode classes, which one of them lacks, are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["PatternError", "portable"]

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": " \\t\\n\\r\\f"}
_WORD = f"[{_CLASSES['w']}]"
_JAVA_BOUNDARY = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_JAVA_NO_BOUNDARY = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"
_CONTROLS = "tnrf"
_SIGNS = frozenset(r"\.+*?()|[]{}^$-/,:;!@#%&=<>'\"`~_ ")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d{1,3})(?:,(\d{0,3}))?\})(\??)")


class PatternError(ValueError):
    """A pattern that the engines would not read alike; the message says which part."""


def portable(pattern: str, engine: str) -> str:
    r"""Return the pattern as the engine must get it, so that all engines find the same.

    Parameters
    ----------
    pattern : str
    engine : {"duckdb", "pyspark"}

    Returns
    -------
    str

    Raises
    ------
    PatternError
        If a part is not read alike, or the pattern is malformed.

    Examples
    --------
    >>> portable(r"\d.$", "duckdb")
    '[0-9][^\\n]\\z'
    """
    ignore_case = pattern.startswith("(?i)")
    body = pattern[4:] if ignore_case else pattern
    flag = {"duckdb": "(?i)", "pyspark": "(?iu)"}.get(engine, "(?i)") if ignore_case else ""
    written = flag + "".join(_parts(body, engine))
    try:
        re.compile(written.replace("\\z", "$").replace("(?iu)", "(?i)"))
    except re.error as error:
        raise PatternError(str(error)) from error
    return written


def _parts(body: str, engine: str) -> Iterator[str]:
    at = 0
    quantified = True  # nothing to repeat yet
    while at < len(body):
        sign = body[at]
        if found := _QUANTIFIER.match(body, at):
            if quantified or body[found.end() : found.end() + 1] == "+":
                raise PatternError(f"nothing to repeat, or a possessive repeat, at {found[0]!r}")
            yield found[0]
            at, quantified = found.end(), True
            continue
        _check_anchor(body, at)
        quantified = sign in "(|^$"
        if sign == "\\":
            yield _escape(body[at : at + 2], engine)
            at += 2
        elif sign == "[":
            end, text = _class(body, at)
            yield text
            at = end
        elif sign == "(":
            at += 1
            if body.startswith("?", at) and not body.startswith("?:", at):
                raise PatternError(f"a group that starts by {body[at - 1 : at + 2]!r}")
            yield "(?:" if body.startswith("?:", at) else "("
            at += 2 if body.startswith("?:", at) else 0
        else:
            yield {".": "[^\\n]", "$": "\\z", "]": "\\]", "}": "\\}", "{": "\\{"}.get(sign, sign)
            at += 1


def _check_anchor(body: str, at: int) -> None:
    """Refuse an anchor in the middle: it never matches, and DuckDB (1.5) passes over it."""
    before, after = body[:at], body[at + 1 :]
    if body[at] == "^" and not (not before or before.endswith(("(", "|", "(?:"))):
        raise PatternError("a '^' that is not at the start (write \\^ for the sign)")
    if body[at] == "$" and not (not after or after.startswith((")", "|"))):
        raise PatternError("a '$' that is not at the end (write \\$ for the sign)")


def _escape(pair: str, engine: str) -> str:
    sign = pair[1:]
    if sign in _CLASSES:
        return f"[{_CLASSES[sign]}]"
    if sign.lower() in _CLASSES and sign:
        return f"[^{_CLASSES[sign.lower()]}]"
    if sign in {"b", "B"} and engine == "pyspark":
        return _JAVA_BOUNDARY if sign == "b" else _JAVA_NO_BOUNDARY
    if sign in {"A", "z"}:
        return "^" if sign == "A" else "\\z"
    if sign and (sign in _CONTROLS or sign in {"b", "B"} or sign in _SIGNS):
        return pair if sign not in "_ <>'\"`~!@#%&=,:;/" else sign
    raise PatternError(f"the escape {pair!r}")


def _class(body: str, start: int) -> tuple[int, str]:
    at = start + 1
    text = "["
    if body.startswith("^", at):
        text, at = "[^", at + 1
    first = at
    while at < len(body):
        sign = body[at]
        if sign == "]" and at > first:
            return at + 1, text + "]"
        if sign == "\\":
            text += _in_class(body[at : at + 2])
            at += 2
            continue
        if sign == "[" or body.startswith(("&&", "]"), at):
            raise PatternError(f"{sign!r} in a class without a backslash before it")
        text += "\\" + sign if sign in "^&~" else sign
        at += 1
    raise PatternError("a class that is not closed by ']'")


def _in_class(pair: str) -> str:
    sign = pair[1:]
    if sign in _CLASSES:
        return _CLASSES[sign]
    if sign and (sign in _CONTROLS or sign in _SIGNS):
        return pair if sign not in "_ <>'\"`!@#%=,:;/" else sign
    raise PatternError(f"the escape {pair!r} in a class")
