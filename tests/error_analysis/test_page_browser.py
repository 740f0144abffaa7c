"""The report in a real browser: what no parser of HTML can tell."""

import itertools
import json
import shutil
from pathlib import Path

import pytest

from tagline.error_analysis.company.charts import company_blocks
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.charts import chart_blocks
from tagline.error_analysis.shown.page import ErrorPage, ExampleCard, render_page

pytestmark = pytest.mark.needs("chromium")

ENDS = {"p_value": 0.5, "comparable": 1.0, "explained_by": None, "remaining": None}
ENDS |= {"remaining_low": None, "remaining_high": None, "note": "its own: 7.1 points raw, 6.8 adj"}
ROWS = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]
GAPS = [
    PeopleGap(row.tag, row.room or None, -0.01, 0.05, "no human level" if not row.room else "")
    for row in ROWS
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
TAGS = "#tags tbody:first-of-type td.tag a"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    gaps = [AdjustedRow(row.tag, 0.07, 0.05, 0.09, 0.06, 0.0, 0.12, **ENDS) for row in ROWS[:4]]
    pairs = [
        {"tag": one.tag, "other": other.tag, "both": 123_456, "errors": 9.0, "weight": 90.0}
        for one, other in itertools.combinations(ROWS[:4], 2)
    ]
    page = ErrorPage(
        headline="Fix people noise next: +0.60 points (0.00 to 1.43).",
        rows=ROWS,
        measure_title="share of wrong predictions",
        examples={row.tag: [ExampleCard(example_id="a", text="loud")] for row in ROWS},
        charts=chart_blocks(ROWS, GAPS),
        adjusted=gaps,
        company=company_blocks(gaps, ROWS, pairs),
    )
    path = tmp_path_factory.mktemp("report") / "errors.html"
    path.write_text(render_page(page), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)))
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, report):
    contexts, said = [], []

    def open_page(**options):
        context = chromium.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url))
        page.goto(report.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    wanted = (report.as_uri(), "data:")
    assert [each for each in said if not each.startswith(wanted)] == []  # no error, no request


def names(page):
    return page.locator(TAGS).all_inner_texts()


def test_a_click_on_a_header_sorts_and_the_rest_stays_last(open_page):
    page = open_page()
    by_rank = [row.tag for row in ROWS[:4]]
    assert names(page) == by_rank
    page.click("th button:has-text('error rate')")
    by_rate = sorted(ROWS[:4], key=lambda row: -row.error_rate)
    assert names(page) == [row.tag for row in by_rate]
    page.click("th button:has-text('error rate')")
    assert names(page) == [row.tag for row in by_rate[::-1]]
    assert page.locator("th[aria-sort]").all_inner_texts()[0].startswith("error rate")
    page.click("th button:has-text('tag')")
    assert names(page) == sorted(by_rank)
    assert page.locator("#tags td.tag a").all_inner_texts()[-2:] == ["(untagged)", "(all)"]


def test_charts_are_drawn_under_the_policy_and_in_the_colours_of_the_page(open_page):
    drawn = {}
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.wait_for_function("document.querySelectorAll('.plot svg').length == 4")
        mark = page.locator(".plot svg path[stroke^='var'], .plot svg path[fill^='var']").first
        drawn[scheme] = mark.evaluate("each => getComputedStyle(each).fill")
    assert drawn["light"] != drawn["dark"]


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_stands_beside_the_screen(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    page.wait_for_selector(".plot svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_link_to_a_tag_opens_what_is_behind_it(open_page):
    page = open_page()
    assert not page.locator("#tag-3").evaluate("each => each.open")
    page.click("#tags a[href='#tag-3']")
    page.wait_for_function("document.getElementById('tag-3').open")


def test_paper_is_light_and_has_everything_open(open_page):
    page = open_page(color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ink == "rgb(29, 31, 33)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('details[open]').length") == 1


def test_without_script_everything_can_be_read(open_page):
    page = open_page(java_script_enabled=False)
    assert names(page) == [row.tag for row in ROWS[:4]]
    assert page.get_by_text("Charts need scripts.").count() == 4
    page.locator("#tag-2 summary").click()
    assert page.locator("#tag-2 .card").is_visible()


def test_long_ranks_stay_on_one_line_on_a_phone(open_page):
    page = open_page(viewport={"width": 390, "height": 800})
    cell = page.locator("#tags td.rank").first
    before = cell.bounding_box()["height"]
    cell.evaluate("each => { each.textContent = '575' }")
    assert cell.bounding_box()["height"] == before
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
