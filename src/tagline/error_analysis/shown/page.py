"""The report of an error analysis as one HTML file: the answer, the table, what is behind each row.

The page shows what an `ErrorPage` holds and computes nothing but pictures.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from markupsafe import Markup

from tagline.display.html import document, environment, source
from tagline.error_analysis.shown.page_parts import AddedGain, ErrorPage, ExampleCard, Overlap
from tagline.error_analysis.shown.page_rows import card_html, make_view

__all__ = ["AddedGain", "ErrorPage", "ExampleCard", "Overlap", "page_context", "render_page"]

_CARDS = 12  # of a tag
_FEW_CARDS = 3  # every tag gets these before the tags after the first get all theirs
_FIRST_TAGS = 10
_STYLE = """td.words { white-space: normal; min-width: 24ch; max-width: 60ch; }
@media screen and (max-width: 760px) { #company thead { display: none; } }"""


def page_context(page: ErrorPage, *, most_bytes: int = 4_000_000) -> dict[str, Any]:
    """Return what the template gets: the fields of the page, and `view`, what is made of them.

    Parameters
    ----------
    page : ErrorPage
    most_bytes : int, default 4000000
        For all cards together.

    Returns
    -------
    dict
        The names of the fields of `ErrorPage`, and ``view``.
    """
    shown = _within(page, most_bytes)
    context = {each.name: getattr(page, each.name) for each in fields(page)}
    headline, lead = _split(page.headline)
    context |= {"headline": headline, "lead": page.lead or lead}
    return context | {"view": make_view(page, shown)}


def render_page(page: ErrorPage, *, most_bytes: int = 4_000_000) -> str:
    """Return the report as one self-contained HTML document.

    Parameters
    ----------
    page : ErrorPage
    most_bytes : int, default 4000000
        For all examples together; the page says how many were left out for it.

    Returns
    -------
    str
        It opens offline, works without scripts, in dark mode, on a phone and on paper.
    """
    template = environment("tagline.error_analysis").get_template("errors.html.j2")
    body = Markup(template.render(page_context(page, most_bytes=most_bytes)))
    return document(
        body,
        title=f"{page.title} · Tagline",
        scripts=[source("sort.js")],
        styles=[_STYLE],
        charts=bool(page.charts or page.company),
    )


def _split(headline: str) -> tuple[str, str]:
    """Return the first sentence (or what stands before the first semicolon), and the rest."""
    for stop in (". ", "; "):
        first, found, rest = headline.partition(stop)
        if found and len(first) <= 120:
            return first, rest  # it may begin by the name of a tag: its case is the user's
    return headline, ""


def _within(page: ErrorPage, most_bytes: int) -> dict[str, list[Markup]]:
    """Return the cards to show by tag: all of the first tags, a few of every tag, then the rest."""
    shown: dict[str, list[Markup]] = {row.tag: [] for row in page.rows}
    tags = list(shown)
    left = most_bytes
    for some, most in [(tags[:_FIRST_TAGS], _CARDS), (tags, _FEW_CARDS), (tags, _CARDS)]:
        for tag in some:
            cards = shown[tag]
            for card in page.examples.get(tag, ())[len(cards) : most]:
                made = card_html(card)
                left -= len(made.encode())
                if left < 0:
                    return shown
                cards.append(made)
    return shown
