"""What the template of the report shows of each tag: texts, pictures and keys to sort by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from tagline.display.figures import Mark, Scale, axis, gain_bar, key, rate_marks
from tagline.display.html import chart_figure, environment
from tagline.display.tables import Column, to_html
from tagline.display.units import Unit
from tagline.display.words import number, percent, plain, plural, shorten, word_difference
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.chart_records import rate_scale
from tagline.error_analysis.shown.gap_texts import gap_text
from tagline.error_analysis.shown.page_parts import ErrorPage, ExampleCard
from tagline.error_analysis.shown.page_texts import adjusted_texts, answers, facts, fraction
from tagline.error_analysis.shown.wording import (
    MEANINGS,
    answered_in_part,
    gain_bound,
    grouped_notes,
    human_level_known,
    is_base,
    is_weighed,
    marks,
    most_gain,
    overall,
    unit_of,
)
from tagline.measures.text_edits import normalize_text

__all__ = ["RowView", "View", "card_html", "make_view"]

_NOTES = 12  # those about most tags; each stands with its tag, too
_LONGEST = 1000  # characters of a label or a prediction on a card


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the table, ready to be printed."""

    row: TagRow
    name: str  # without control characters
    anchor: str  # of what is behind the row
    base: bool  # (untagged) or (all)
    marks: Sequence[str]  # warnings beside the name
    description: str
    why: str
    share: str
    share_span: str
    picture: Markup  # of the rates
    model: str
    people: str  # empty where there is no human level
    room: str
    in_part: bool
    error_share: str
    error_share_span: str
    gain_picture: Markup
    gain: str
    gain_span: str
    gain_value: float | None  # to sort by
    priority: str
    p_top: str
    answers: Sequence[tuple[str, str]]  # the four questions, answered
    more: Sequence[tuple[str, str]]  # what else is known of the tag
    cards: Sequence[Markup]
    cards_note: str
    wide: bool  # cards hold texts


@dataclass(frozen=True, slots=True)
class View:
    """What is made of an `ErrorPage` for its template."""

    tags: Sequence[RowView]
    bases: Sequence[RowView]
    axis: Markup
    keys: Sequence[tuple[Markup, str]]
    human: bool  # whether any tag has a human level
    weighed: bool  # whether any tag has an importance or an ease
    facts: Sequence[tuple[str, str]]
    examples: str  # how many were counted
    whole: str  # error rate of all, with its interval
    whole_people: str
    level: str
    questions: Mapping[str, str]
    meanings: Mapping[str, str]
    notes: Sequence[tuple[str, str]]
    more_notes: int  # that stand with their tags only
    adds: Markup
    overlaps: Markup
    charts: Sequence[Markup]
    adjusted: Sequence[Mapping[str, str]]
    company: Sequence[Markup]


@dataclass(frozen=True, slots=True)
class _Scales:
    unit: Unit
    rate: Scale
    gain: Scale
    whole: TagRow | None


def make_view(page: ErrorPage, shown: Mapping[str, Sequence[Markup]]) -> View:
    """Return what the template shows besides the fields of the page.

    Parameters
    ----------
    page : ErrorPage
    shown : mapping of str to sequence of Markup
        The cards that fit, by tag.

    Returns
    -------
    View
    """
    unit = unit_of(page.rows, percent=page.percent)
    scales = _Scales(unit, rate_scale(page.rows), _gain_scale(page.rows), overall(page.rows))
    views = [_row(page, row, i, scales, shown) for i, row in enumerate(page.rows, 1)]
    human, notes = human_level_known(page.rows), grouped_notes(page.rows)
    kinds = ["model", "people", "room"] if human else ["model", "bound"]
    names = {"bound": "gain at most"}
    return View(
        tags=[view for view in views if not view.base],
        bases=[view for view in views if view.base],
        axis=axis(scales.rate, unit),
        keys=[(key(kind), names.get(kind, kind)) for kind in kinds],
        human=human,
        weighed=is_weighed(page.rows),
        facts=[(plain(name), plain(value)) for name, value in page.facts.items()],
        examples="" if scales.whole is None else number(scales.whole.support),
        whole=_whole(scales),
        whole_people="" if scales.whole is None else _named(scales.whole.hlp_error, unit),
        level=f"{100 * page.level:g} %",
        questions=page.questions,
        meanings=MEANINGS,
        notes=notes[:_NOTES],
        more_notes=len(notes[_NOTES:]),
        adds=_adds(page, unit),
        overlaps=_overlaps(page),
        charts=[chart_figure(block, i) for i, block in enumerate(page.charts, 1)],
        adjusted=[adjusted_texts(row, unit) for row in page.adjusted],
        company=[chart_figure(b, i) for i, b in enumerate(page.company, len(page.charts) + 1)],
    )


def card_html(card: ExampleCard) -> Markup:
    """Return one example as HTML, everything escaped."""
    label = shorten(plain(card.label or ""), _LONGEST)
    prediction = shorten(plain(card.prediction or ""), _LONGEST)
    edits = ""
    if card.words and card.label is not None and card.prediction is not None:
        key = partial(normalize_text, normalize=card.normalize)
        found = word_difference(label, prediction, key=key)
        label, prediction, edits = found.reference, found.hypothesis, str(found)
    template = environment("tagline.error_analysis").get_template("card.html.j2")
    return Markup(
        template.render(
            card=card, label=label, prediction=prediction, edits=plain(card.error) or edits
        )
    )


def _gain_scale(rows: Sequence[TagRow]) -> Scale:
    tags = [row for row in rows if not is_base(row)]
    return Scale.of(
        [most_gain(row) for row in tags], [row.gain_high for row in tags], width=120, most=3.0
    )


def _row(
    page: ErrorPage, row: TagRow, i: int, scales: _Scales, shown: Mapping[str, Sequence[Markup]]
) -> RowView:
    unit, base, whole = scales.unit, is_base(row), row is scales.whole
    bound, gain = row.gain is None and gain_bound(row) is not None, most_gain(row)
    share, share_span = fraction(row.share, row.share_low, row.share_high)
    errors, errors_span = fraction(
        row.error_share, row.error_share_low, row.error_share_high, digits=0
    )
    cards = shown.get(row.tag, ())
    return RowView(
        row=row,
        name=plain(row.tag),
        anchor=f"tag-{i}",
        base=base,
        marks=marks(row, scales.whole),
        description=plain(page.descriptions.get(row.tag, "")),
        why=plain(page.why.get(row.tag, "")),
        share=share,
        share_span="" if whole else share_span,
        picture=_rates(row, scales, page.level),
        model=unit.rate(row.error_rate),
        people="" if row.hlp_error is None else unit.rate(row.hlp_error),
        room="" if row.room is None else unit.rate(row.room),
        in_part=answered_in_part(row),
        error_share=errors,
        error_share_span="" if whole else errors_span,
        gain_picture=_gain(row, gain, scales, bound),
        gain=f"{'at most ' if bound else ''}{unit.gain(gain)}",
        gain_span=unit.gain_span(row.gain_low, row.gain_high),
        gain_value=gain,
        priority=unit.gain(row.priority),
        p_top=percent(row.p_top, 0),
        answers=answers(row, unit, page.questions),
        more=[*_gap(page, row, unit), *_mistakes(page, row.tag), *facts(row, unit)],
        cards=cards,
        cards_note=_cards_note(page, row, len(cards)),
        wide=any(map(_holds_text, page.examples.get(row.tag, ()))),
    )


def _gap(page: ErrorPage, row: TagRow, unit: Unit) -> list[tuple[str, str]]:
    """Return the gap to people of a tag; nothing where nobody is compared with people."""
    found = [gap for gap in page.gaps if gap.tag == row.tag and row.support]
    known = human_level_known(page.rows)
    return [("Gap to people", gap_text(gap, unit)) for gap in found if known]


def _mistakes(page: ErrorPage, tag: str) -> list[tuple[str, str]]:
    named = {"Most often predicted": page.mistakes, "Edits": page.edits}
    named["Confidence"] = page.calibration
    return [(name, plain(texts[tag])) for name, texts in named.items() if texts.get(tag)]


def _rates(row: TagRow, scales: _Scales, level: float) -> Markup:
    if row.error_rate is None:
        return Markup("")
    model = Mark(row.error_rate, row.error_rate_low, row.error_rate_high)
    people = None
    if row.hlp_error is not None:
        people = Mark(row.hlp_error, row.hlp_error_low, row.hlp_error_high)
    return rate_marks(scales.rate, scales.unit, model, people, room=row.room, level=level)


def _gain(row: TagRow, gain: float | None, scales: _Scales, bound: bool) -> Markup:
    if gain is None or is_base(row):
        return Markup("")
    mark = Mark(gain) if bound else Mark(gain, row.gain_low, row.gain_high)
    return gain_bar(scales.gain, scales.unit, mark, bound=bound)


def _holds_text(card: ExampleCard) -> bool:
    return card.words or bool(card.text) or (len(card.columns) > 4 and not card.image)


def _cards_note(page: ErrorPage, row: TagRow, shown: int) -> str:
    """Return how many examples are shown of how many, and why not more."""
    given, wrong = len(page.examples.get(row.tag, ())), page.wrong.get(row.tag)
    if not given:
        return ""
    cut = given > shown and shown < 12
    kept = ", fewer than asked to keep the file small" if cut else ""
    if wrong is not None:  # each is as wrong as the others
        return f"{number(shown)} of {plural(wrong, 'wrong example')} shown{kept}"
    return f"{number(shown)} shown, the worst first{kept}"


def _whole(scales: _Scales) -> str:
    row = scales.whole
    if row is None or row.error_rate is None:
        return ""
    return scales.unit.rate_with(row.error_rate, row.error_rate_low, row.error_rate_high)


def _named(rate: float | None, unit: Unit) -> str:
    return "" if rate is None else unit.rate_named(rate)


def _adds(page: ErrorPage, unit: Unit) -> Markup:
    if not page.adds:
        return Markup("")
    columns = [
        Column("tag", "tag", "left"),
        Column("gain", "alone", format=unit.gain, help="gain of the tag by itself"),
        Column("adds", "adds", format=unit.gain, help="gain beyond the tags above it"),
        Column("total", "together", format=unit.gain, help="gain of all tags down to this one"),
    ]
    return to_html(columns, [_row_of(each) for each in page.adds])


def _overlaps(page: ErrorPage) -> Markup:
    if not page.overlaps:
        return Markup("")
    columns = [
        Column("tag", "tag", "left"),
        Column("other", "comes with", "left"),
        Column("both", "examples with both"),
        Column("of_tag", "of the first", format=percent, help="of the first tag's examples"),
        Column("of_other", "of the second", format=percent, help="of the second tag's examples"),
    ]
    return to_html(columns, [_row_of(each) for each in page.overlaps])


def _row_of(each: object) -> dict[str, object]:
    return {name: getattr(each, name) for name in each.__slots__}  # type: ignore[attr-defined]
