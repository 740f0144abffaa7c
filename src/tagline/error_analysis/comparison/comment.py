"""A comparison as the comment of a pull request: short, and nothing in it is read as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from tagline.display.tables import Column, escape_markdown, to_markdown
from tagline.display.words import number, plain, plural, shorten
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.comparison.shown import (
    PROMISES,
    columns,
    promise_columns,
    promise_records,
)
from tagline.error_analysis.comparison.wording import headline, notes
from tagline.error_analysis.gates.deciding import GateResult
from tagline.error_analysis.rows import ALL, UNTAGGED

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["pull_request"]

_TAGS = 3
_EXAMPLES = 3
_COLUMNS = 5  # of an example, beside what the runs said
_LETTERS = 60
_HEADLINE = 400
_SHOWN = ("tag", "support", "before", "after", "change", "interval", "broken", "fixed", "verdict")
_MARKS = {"failed": "❌", "passed": "✅", "undecided": "❔"}
_OWN = ("before", "after")
_GAP = "\u200b"  # a space without width
_HIDDEN = ("error_before", "error_after")


def pull_request(result: RunComparison, gates: Sequence[GateResult] = ()) -> str:
    """Return the comment: verdict, gates, the tags that matter, examples broken and fixed.

    Parameters
    ----------
    result : RunComparison
    gates : sequence of GateResult, default ()

    Returns
    -------
    str
        GitHub's Markdown, which GitLab reads, too. Values of the data are shortened and escaped.
    """
    first = shorten(plain(headline(result)), _HEADLINE)
    parts = [f"### {_verdict(gates)}{escape_markdown(first)}"]
    if gates:
        parts.append("\n".join(_gate(each) for each in gates))
    parts += [escape_markdown(shorten(result.sides.line, _HEADLINE))] if result.sides.line else []
    parts.append(_table(result))
    parts += _promises(result)
    parts += [part for how in ("broken", "fixed") if (part := _examples(result, how))]
    said = "\n".join(f"- {escape_markdown(line)}" for line in notes(result, tags=False))
    parts.append(_folded("How to read this", said))
    return _unlinked("\n\n".join(parts) + "\n")


def _verdict(gates: Sequence[GateResult]) -> str:
    if not gates:
        return ""
    broken = sum(each.broken for each in gates)
    if broken:
        return f"❌ {plural(broken, 'gate')} failed. "
    left = sum(each.verdict == "undecided" for each in gates)
    return "✅ " if not left else f"❔ {plural(left, 'gate')} undecided. "


def _gate(each: GateResult) -> str:
    verdict, _, rest = each.message.partition(": ")
    if each.verdict == "undecided" and each.broken:
        verdict = "undecided, which fails here"
    mark = "❌" if each.broken else _MARKS[each.verdict]
    return f"- {mark} **{verdict}** {escape_markdown(rest)}"


def tags_that_matter(result: RunComparison) -> list[ChangeRow]:
    """Return the tags that became worse, the largest loss first, then those that moved most."""
    order = {"worse": 0, "better": 1, "undecided": 2, "no relevant difference": 3}
    rows = [row for row in result.rows[:-2] if row.change is not None]

    def weight(row: ChangeRow) -> tuple[int, float, str]:
        return order.get(row.verdict or "", 4), -abs(row.realised_gain or 0.0), row.tag

    return sorted(rows, key=weight)[:_TAGS]


def _table(result: RunComparison) -> str:
    rows = tags_that_matter(result)
    base = [row for row in result.rows[-2:] if row.support and row.tag != UNTAGGED]
    shown = [each for each in columns(result) if each.name in _SHOWN]
    records = [{**row.to_dict(), "tag": _short(row.tag)} for row in (*rows, *base)]
    table = to_markdown(shown, records)
    hidden = len(result.rows) - 2 - len(rows)
    if not hidden:
        return table
    return f"{table}\n\n… and {plural(hidden, 'more tag')}."


def _promises(result: RunComparison) -> list[str]:
    """Return what was promised for the tags that matter, and what came; nothing without people."""
    matter = {row.tag for row in tags_that_matter(result)}
    records = [{**each, "tag": _short(each["tag"])} for each in promise_records(result, matter)]
    return [f"**{PROMISES}**", to_markdown(promise_columns(result), records)] if records else []


def _examples(result: RunComparison, how: str) -> str:
    """Return a few examples in a block that opens; nothing where there are none."""
    total = getattr(result.whole, how) or 0
    if result.look is None or not total:
        return ""
    worst = next((row for row in tags_that_matter(result) if row.verdict == "worse"), None)
    tag = worst.tag if how == "broken" and worst is not None and worst.broken else None
    found = result.examples(tag, how, limit=_EXAMPLES)
    label = result.look.request.question.label or "label"
    last = [name for name in (label, *_OWN) if name in found.column_names]
    names = [name for name in found.column_names if name not in {*last, *_HIDDEN}]
    chosen = [name for name in names if _readable(found, name)][:_COLUMNS] + last
    shown = [Column(name, plain(name), "left", format=_short) for name in chosen]
    count = total if tag is None else getattr(result.row(tag), how)
    where = "" if tag is None or tag == ALL else f" with {tag}"
    title = f"{number(count)} newly {how}{where}"
    some = f", {number(found.num_rows)} of them" if count > found.num_rows else ""
    return _folded(f"{title}{some}", to_markdown(shown, found.select(chosen).to_pylist()))


def _readable(table: Any, name: str) -> bool:
    import pyarrow as pa

    kind = table.schema.field(name).type
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_boolean, pa.types.is_nested)
    return not any(test(kind) for test in tests)


def _short(value: Any) -> str:
    return shorten(plain(str(value)), _LETTERS)


def _folded(title: str, text: str) -> str:
    """Return a block that opens: its first line is HTML, where a backslash is a backslash."""
    shown = escape(plain(title).replace("@", f"@{_GAP}").replace("#", f"#{_GAP}"))
    return f"<details><summary>{shown}</summary>\n\n{text}\n\n</details>"


def _unlinked(text: str) -> str:
    """Keep what `escape_markdown` escaped from becoming a mention, a reference or a link.

    The forges look for these in the text that is left when Markdown has been read, so that a
    backslash does not hold them back; a character without width does.
    """
    for sign in ("\\@", "\\#", "www"):
        text = text.replace(sign, f"{sign}{_GAP}")
    return text.replace("://", f":{_GAP}//")
