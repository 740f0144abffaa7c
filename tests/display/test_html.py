import base64
import hashlib
import json
import re

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from tagline.display.html import ChartBlock, chart_figure, document, environment, source
from tagline.display.theme import DARK, LIGHT, chart_config, themed

CHART = alt.Chart(alt.InlineData(values=[{"a": "</script><b>"}])).mark_point()


def digests(page):
    return set(re.findall(r"sha256-([^']+)", page.replace("&#39;", "'")))


def test_policy_lets_run_only_what_stands_in_the_file():
    page = document(Markup("<p>x</p>"), title="a & b", styles=["p{}"], scripts=["let a = 1 < 2"])
    inline = re.findall(r"<(?:style|script[^>]*)>(.*?)</(?:style|script)>", page, re.S)
    expected = {base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in inline}
    assert len(inline) == 2
    assert digests(page) == expected
    assert "default-src &#39;none&#39;" in page
    assert "unsafe" not in page
    assert "<title>a &amp; b</title>" in page


def test_page_asks_nothing_of_the_network():
    page = document(Markup("<p>x</p>"), title="x", scripts=[source("sort.js")])
    assert not re.search(r"(src|href)=|url\(|@import|fetch\(|https?:", page)


@given(st.text(st.characters(codec="utf-8")))
def test_title_cannot_break_out(title):
    page = document(Markup(""), title=title)
    found = re.search(r"<title>(.*?)</title>", page, re.S)
    assert found
    assert "<" not in found[1]


def test_chart_keeps_its_text_inside_the_specification():
    figure = chart_figure(ChartBlock(CHART, "<gap>", "how far"), 1)
    assert "&lt;gap&gt;" in figure
    assert figure.count("</script>") == 1
    data = re.search(r'data-chart="chart-1">(.*)</script>', figure)
    assert data
    spec = json.loads(data[1])
    assert spec["config"]["style"]["model"]["color"] == "var(--model)"
    assert "</script><b>" in str(spec)


@pytest.mark.parametrize("charts", [False, True])
def test_bundle_only_where_a_chart_is(charts):
    page = document(Markup(""), title="x", charts=charts)
    assert (len(page) > 500_000) is charts
    assert page.count("vega.github.io/schema") <= 20
    assert len(page) < 1_000_000


def test_templates_escape_and_refuse_what_is_not_defined():
    made = environment("tagline.error_analysis")
    assert made.from_string("{{ name }}").render(name="<b>") == escape("<b>")
    assert made.from_string("{{ name|plain }}").render(name="a\x1b\nb") == "a\ufffd b"
    with pytest.raises(Exception, match="is undefined"):
        made.from_string("{{ missing }}").render()


@pytest.mark.parametrize("dark", [False, True])
def test_theme_is_a_valid_configuration_and_changes_nothing_else(dark):
    before = CHART.to_dict()
    spec = themed(CHART, dark=dark).to_dict()
    wanted = chart_config(DARK if dark else LIGHT)
    assert {**spec["config"], "view": {}} == {**wanted, "view": {}}
    assert spec["config"]["view"]["stroke"] is None
    assert CHART.to_dict() == before


def test_style_sheet_and_theme_have_the_same_colours():
    sheet = source("tagline.css")
    light, dark = re.findall(r":root \{(.*?)\}", sheet, re.S)[:2]
    for block, palette in ((light, LIGHT), (dark, DARK)):
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for name in palette.__slots__:
            assert tokens[name.replace("_", "-")] == getattr(palette, name), name


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["ink", "quiet", "model", "people"])
def test_text_can_be_read_on_paper(palette, name):
    one, other = sorted([luminance(getattr(palette, name)), luminance(palette.paper)])
    assert (other + 0.05) / (one + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
