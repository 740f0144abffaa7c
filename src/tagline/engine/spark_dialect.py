"""Ibis' Spark SQL, corrected where it answers otherwise than DuckDB's (seen with Ibis 12.0)."""

from __future__ import annotations

import string
from typing import Any

import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

__all__ = ["SparkCompiler"]

# Spark reads these escapes, which sqlglot writes, as the bare letter.
_NO_ESCAPE = "\a\v\f"


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]
    """Ibis' compiler, with these differences.

    * NaN is not null, as in DuckDB and in SQL.
    * ``LIKE``, ``RLIKE``, ``IN`` and ``BETWEEN`` stand in parentheses within a comparison.
    * Bells, vertical tabs and form feeds in text are not turned into letters; so `strip` does not
      take away the letters v and f.
    """

    __slots__ = ()

    SQLGLOT_NEEDS_PARENS = PySparkCompiler.SQLGLOT_NEEDS_PARENS | {
        sge.Like,
        sge.ILike,
        sge.RegexpLike,
        sge.In,
        sge.Between,
        sge.Not,
    }

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:
        """Write IS NULL, whatever the type."""
        return arg.is_(NULL)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:
        """Write IS NOT NULL, whatever the type."""
        return sge.Not(this=sge.paren(arg.is_(NULL), copy=False))

    def visit_Strip(self, op: Any, *, arg: Any) -> Any:
        """Take white space away at both ends."""
        return self.f.anon.btrim(arg, self._text(string.whitespace))

    def visit_LStrip(self, op: Any, *, arg: Any) -> Any:
        """Take white space away at the start."""
        return self.f.anon.ltrim(self._text(string.whitespace), arg)

    def visit_RStrip(self, op: Any, *, arg: Any) -> Any:
        """Take white space away at the end."""
        return self.f.anon.rtrim(self._text(string.whitespace), arg)

    def visit_DefaultLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        """Write a text with control characters in parts."""
        if dtype.is_string() and any(each in value for each in _NO_ESCAPE):
            return self._text(value)
        return super().visit_DefaultLiteral(op, value=value, dtype=dtype)

    def _text(self, text: str) -> Any:
        parts: list[Any] = []
        for sign in text:
            if sign in _NO_ESCAPE:
                parts.append(self.f.anon.char(ord(sign)))
            elif parts and isinstance(parts[-1], str):
                parts[-1] += sign
            else:
                parts.append(sign)
        return self.f.anon.concat(*parts)
