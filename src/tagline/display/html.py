"""One self-contained HTML document: opens offline, asks nothing of the network, escapes everything.

Style sheet and scripts stand in the file, and a Content-Security-Policy lets run only what stood
there when it was written (by SHA-256): a name in somebody's data cannot become a script.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tagline.display.theme import CSS, chart_config
from tagline.display.words import plain, shorten

__all__ = ["ChartBlock", "chart_bundle", "chart_figure", "document", "environment", "source"]


@dataclass(frozen=True, slots=True, eq=False)
class ChartBlock:
    """A chart on a page, with the words that go with it."""

    chart: Any  # an Altair chart, or its specification as a dictionary
    title: str
    text: str = ""  # what the chart shows, in one sentence; also its label for screen readers


def source(name: str) -> str:
    """Return one of this room's style sheets or scripts.

    Parameters
    ----------
    name : str
        File name, such as ``"tagline.css"`` or ``"sort.js"``.

    Returns
    -------
    str
    """
    return resources.files("tagline.display").joinpath(name).read_text(encoding="utf-8")


@functools.cache
def environment(package: str) -> Environment:
    """Return the template environment of a room: everything is escaped, nothing may be undefined.

    Parameters
    ----------
    package : str
        Whose folder ``templates`` holds the templates, such as ``"tagline.error_analysis"``.

    Returns
    -------
    jinja2.Environment
    """
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = plain
    made.filters["shorten"] = shorten
    return made


def document(
    body: Markup,
    *,
    title: str,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    charts: bool = False,
) -> str:
    """Return a whole page.

    Parameters
    ----------
    body : Markup
        What stands between ``<body>`` and ``</body>``; must hold no script and no style.
    title : str
        Of the window; escaped here.
    styles, scripts : sequence of str
        Sources that follow the shared style sheet. Scripts are ES modules; the page must be
        readable without them.
    charts : bool, default False
        Whether `body` holds a `chart_figure`: then the offline Vega bundle (0.9 MB) stands in the
        page, once.

    Returns
    -------
    str
        HTML that can be written to a file as UTF-8.
    """
    styles = ["\n".join([source("tagline.css"), *styles])]
    scripts = [*scripts, *([chart_bundle()] if charts else [])]
    policy = "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            "media-src data:",
            f"style-src {_hashes(styles)}",
            f"script-src {_hashes(scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    page = Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title>{}</title>\n{}</head>\n'
        "<body>\n{}\n{}</body>\n</html>\n"
    ).format(policy, plain(title), _inline("style", styles), body, _inline("script", scripts))
    return str(page)


def chart_figure(block: ChartBlock, number: int) -> Markup:
    """Return the place of a chart on the page, with its specification beside it.

    Parameters
    ----------
    block : ChartBlock
    number : int
        Distinct on the page.

    Returns
    -------
    Markup
        A figure that `document(..., charts=True)` brings to life. Colours come from the style
        sheet. Without scripts its title and text remain, and say that the table has the numbers.
    """
    spec = block.chart if isinstance(block.chart, Mapping) else block.chart.to_dict()
    spec = {**spec, "config": chart_config(CSS)}
    if isinstance(spec.get("layer"), list):  # a chart in layers has one width: that of the page
        spec |= {"width": "container"}
        for layer in spec["layer"]:
            layer.pop("width", None)
    return Markup(
        '<figure class="chart"><figcaption><b>{}</b> <span class="quiet">{}</span></figcaption>'
        '<div class="plot" id="chart-{}" role="img" aria-label="{}">'
        '<p class="quiet small">Charts need scripts. The table has the same numbers.</p></div>'
        '<script type="application/json" data-chart="chart-{}">{}</script></figure>'
    ).format(block.title, block.text, number, block.text or block.title, number, _json(spec))


@functools.cache
def chart_bundle() -> str:
    """Return the script that draws the charts of a page: Vega, Vega-Lite and Vega-Embed, offline.

    Returns
    -------
    str
        About 0.9 MB, from the package ``vl_convert``; takes 1.5 s to make, once per process.
    """
    import vl_convert

    return str(vl_convert.javascript_bundle(source("charts.js")))


def _json(value: Any) -> Markup:
    """Return JSON that no HTML parser takes for a tag."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _inline(element: str, sources: Sequence[str]) -> Markup:
    kind = ' type="module"' if element == "script" else ""
    return Markup("").join(
        Markup(f"<{element}{kind}>{text}</{element}>\n")  # ours, with its hash in the policy
        for text in sources
    )


def _hashes(sources: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in sources)
    return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests) or "'none'"
