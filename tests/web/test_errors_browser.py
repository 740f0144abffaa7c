"""A real browser on Errors and Tags: re-weight, undo, save, accept a slice, rename a tag, undo."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from tagline.project import Project
from tagline.schema.settings import load_settings
from tagline.web import Options, create_app

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

TAGS = """
[errors]
human = [20, 400]

[tags.noisy]
[tags.short]
rule = "seconds < 2"
[tags.on_a]
rule = "device = 'a'"
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server without login on a port of its own."""
    import uvicorn

    n = 600
    table = {
        "example_id": [f"e{i:03d}" for i in range(n)],
        "y": ["yes", "no"] * (n // 2),
        "noisy": [i % 3 == 0 for i in range(n)],
        "seconds": [i % 7 + 0.5 for i in range(n)],
        "device": [["a", "b", "c", "d"][i % 4] for i in range(n)],
    }
    wrong = [i % 11 == 0 or (i % 4 == 1 and i % 7 < 3) for i in range(n)]
    table["said"] = [["yes", "no"][(i + bad) % 2] for i, bad in enumerate(wrong)]
    with Project.init(tmp_path / "speech", name="speech") as project:
        project.add_predictions(table, run="first", label="y", prediction="said")
        path = project.path / "tagline.toml"
        text = path.read_text()
        path.write_text(text[: text.index("[errors]")] + TAGS)
        project.settings = load_settings(path)
        project.tags.add("echo", by="ann")
        app = create_app(project, Options(login=False, user="ann"))
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def page(address: str) -> Iterator[object]:
    """A page of a browser; whatever its console says is a failure."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = browser.new_context(base_url=address, reduced_motion="reduce").new_page()
        heard: list[str] = []
        made.on("console", lambda message: heard.append(message.text))
        made.on("pageerror", lambda error: heard.append(str(error)))
        yield made
        browser.close()
        assert heard == []


def ranks(page) -> list[str]:
    return page.eval_on_selector_all("tr[data-tag]", "rows => rows.map(row => row.dataset.tag)")


def test_from_a_weight_to_a_tag_and_back(page):
    page.goto("/errors")
    before = ranks(page)
    last = before[-1]

    # re-weight in place, by keyboard: the order moves, the focus stays, screen readers hear it
    choice = page.locator(f'select[name=importance][data-tag="{last}"]')
    choice.focus()
    with page.expect_response("**/errors?**"):
        choice.select_option(f"{last}=5")
    page.wait_for_selector("text=Save these weights")
    assert "importance=" in page.url and choice.evaluate("e => e === document.activeElement")
    weighed = ranks(page)
    ease = page.locator(f'select[name=ease][data-tag="{last}"]')
    with page.expect_response("**/errors?**"):
        ease.select_option(f"{last}=5")
    page.wait_for_function(
        "tag => document.querySelector('tr[data-tag]').dataset.tag === tag", arg=last
    )
    assert page.locator("[data-moved]").text_content() != ""

    # undo one step, and forth again
    with page.expect_response("**/errors?**"):
        page.click("[data-undo]")
    page.wait_for_function("() => !location.search.includes('ease=')")
    page.wait_for_function("n => document.querySelectorAll('tr.changed').length === n", arg=1)
    assert ranks(page) == weighed
    page.go_forward()
    page.wait_for_function(
        "tag => document.querySelector('tr[data-tag]').dataset.tag === tag", arg=last
    )

    # save, and undo what was saved
    page.click("text=Save these weights")
    page.wait_for_selector("text=Saved: importance and ease")
    assert ranks(page)[0] == last
    page.click("form.undo button")
    page.wait_for_selector(f"text=Saved: importance and ease of {last}")
    assert ranks(page) == before

    # sort by another column without leaving the page
    with page.expect_response("**/errors?**"):
        page.click("th >> text=tag")
    page.wait_for_selector('th[aria-sort="ascending"]')
    assert ranks(page) == sorted(before)

    # accept the first proposed slice that is no tag yet
    page.goto("/errors/slices")
    form = page.locator("form.accept").first
    form.locator("input[name=name]").fill("late slice")
    form.locator("button").click()
    page.wait_for_selector("text=late slice is a tag now")
    page.goto("/errors")
    assert "late slice" in ranks(page)

    # rename a tag of people, and undo it in the history
    page.goto("/tags")
    page.click("td.tag >> text=echo")
    page.fill("input[name=name]", "reverberant")
    page.click("text=Save")
    page.wait_for_selector("text=echo is called reverberant now")
    page.locator(".history form button").first.click()
    page.wait_for_selector("text=Undone: rename")
    assert page.locator("td.tag >> text=echo").count() == 1


def test_without_scripts_the_weights_are_a_form(address):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(base_url=address, java_script_enabled=False).new_page()
        page.goto("/errors")
        last = page.locator("tr[data-tag]").last.get_attribute("data-tag")
        for name in ("importance", "ease"):
            page.select_option(f'select[name={name}][data-tag="{last}"]', f"{last}=5")
        page.click("text=Rank by these weights")
        assert page.locator("tr[data-tag]").first.get_attribute("data-tag") == last
        browser.close()
