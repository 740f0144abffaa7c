"""Looking and tagging in a real browser: keys, mouse, two people, a lost connection, a reload."""

import shutil
import threading
import time
import wave

import numpy as np
import pytest
import uvicorn
from PIL import Image

from tagline.store import ItemRecord, People, SampleRecord
from tagline.web import create_app
from tagline.web.cookies import SESSION

pytestmark = pytest.mark.needs("chromium")

NAMES = ("chromium", "chromium-browser", "google-chrome")
COUNT = 40


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)))
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def write_inputs(folder):
    """Write small images and clips, each of its own look and sound."""
    for number in range(COUNT):
        made = Image.new("L", (28, 28), 5 * number)
        made.save(folder / f"{number}.png")
        tone = np.sin(np.arange(800) * (0.05 + number / 100)) * 20_000
        with wave.open(str(folder / f"{number}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(tone.astype("<i2").tobytes())


@pytest.fixture
def store(project):
    """Runs of images and clips, three tags, and a sample of each run; what people say of them."""
    write_inputs(project.path)
    for run, suffix in (("clips", "wav"), ("pictures", "png")):
        ids = [f"{run[0]}{number:02d}" for number in range(COUNT)]
        rows = {"example_id": ids, "path": [f"{number}.{suffix}" for number in range(COUNT)]}
        rows |= {"y": ["a", "b"] * (COUNT // 2), "said": ["a"] * COUNT, "dark": [True] * COUNT}
        project.add_predictions(rows, run=run, label="y", prediction="said")
        items = [ItemRecord(each, position=place) for place, each in enumerate(ids)]
        project.tags.store.add_sample(SampleRecord(run, run, "ann"), items, by="ann")
    for name in ("blurred", "cut off", "odd"):
        project.tags.store.add(name, by="ann")
    return project.tags.store


@pytest.fixture
def served(project, store, people):
    """A running server; its address."""
    app = create_app(project)
    config = uvicorn.Config(app, port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield app, f"http://localhost:{port}"
    server.should_exit = True
    thread.join()
    app.state.server.close()


@pytest.fixture
def visit(chromium, served):
    """What opens a page as somebody; nothing may be said on the console."""
    app, address = served
    contexts, said = [], []

    def visit(path, role="annotator", **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        server = app.state.server
        person = next(each for each in People(server.project.store).all if each.name == role)
        value = server.signer.dumps(SESSION, server.bearers.begin_session(person.id))
        context.add_cookies([{"name": SESSION, "value": value, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [each for each in said if "ERR_INTERNET_DISCONNECTED" not in each] == []


def example(page):
    return page.get_attribute("[data-example]", "aria-label").removeprefix("Example ")


def press(page, *keys):
    """Press keys, and wait for the next example."""
    before = example(page)
    for key in keys:
        page.keyboard.press(key)
    changed(page, before)


def changed(page, before):
    page.wait_for_function(
        "id => document.querySelector('[data-example]').getAttribute('aria-label') !== id",
        arg=f"Example {before}",
    )


def saved(page):
    page.wait_for_function("() => document.querySelector('[data-state]').textContent === 'saved'")


def decided(store, example_id):
    return {tag: value for tag, _, value in store.decisions_of([example_id])[example_id]}


FETCHED = """() => performance.getEntriesByType('resource')
  .filter(each => each.name.includes('/media/')).length >= 5"""


def test_twenty_by_keys_and_five_by_mouse(visit, store):
    page = visit("/tagging?sample=pictures")
    page.wait_for_selector(".picture img.tiny")
    for number in range(20):
        assert example(page) == f"p{number:02d}"
        press(page, *(["1", "Enter"], ["0"], ["2", "3", "ArrowRight"])[number % 3])
    for _ in range(5):
        before = example(page)
        page.click("label:has-text('odd')")
        page.click("button:has-text('Done, next')")
        changed(page, before)
    saved(page)
    assert page.inner_text("[data-count]") == "25 of 40"
    assert decided(store, "p00") == {"blurred": True, "cut off": False, "odd": False}
    assert decided(store, "p01") == {"blurred": False, "cut off": False, "odd": False}
    assert decided(store, "p02") == {"blurred": False, "cut off": True, "odd": True}
    assert decided(store, "p24") == {"blurred": False, "cut off": False, "odd": True}
    assert store.decisions().num_rows == 75
    took = page.evaluate("() => performance.getEntriesByName('tagline:next').map(e => e.duration)")
    assert len(took) == 25
    assert sorted(took)[12] < 100  # milliseconds from the key to the next example


def test_an_empty_answer_is_asked_about_and_undo_takes_back(visit, store):
    page = visit("/tagging?sample=pictures")
    page.keyboard.press("Enter")
    assert "No tag is pressed" in page.inner_text("[data-announce]")
    assert example(page) == "p00"
    press(page, "1", "Enter")
    press(page, "z")
    saved(page)
    assert example(page) == "p00"
    assert page.is_checked("input[value='blurred']")
    assert decided(store, "p00") == {}
    press(page, "1", "2", "Enter")
    saved(page)
    assert decided(store, "p00") == {"blurred": False, "cut off": True, "odd": False}
    press(page, "ArrowLeft")
    assert page.is_checked("input[value='cut off']")


def test_a_reload_finds_what_was_pressed_and_nothing_is_asked_twice(visit, store):
    page = visit("/tagging?sample=pictures")
    press(page, "1", "Enter")
    page.keyboard.press("2")
    page.keyboard.press("/")
    page.keyboard.type("half of it")
    page.reload()
    assert example(page) == "p01"
    page.wait_for_function("() => document.querySelector('#note').value === 'half of it'")
    assert page.is_checked("input[value='cut off']")
    press(page, "Enter")
    saved(page)
    assert [note.text for note in store.notes(["p01"])] == ["half of it"]


def test_a_lost_connection_loses_nothing(visit, store):
    page = visit("/tagging?sample=pictures")
    page.wait_for_function(FETCHED)
    page.context.set_offline(True)
    for _ in range(3):
        press(page, "1", "Enter")
    page.wait_for_function(
        "() => document.querySelector('[data-state]').textContent.includes('3 not sent')"
    )
    assert store.decisions().num_rows == 0
    page.context.set_offline(False)
    saved(page)
    assert store.decisions().num_rows == 9


def test_answers_that_wait_survive_a_reload(visit, store):
    page = visit("/tagging?sample=pictures")
    page.wait_for_timeout(200)
    page.route("**/tagging/answers", lambda route: route.abort("internetdisconnected"))
    press(page, "1", "Enter")
    press(page, "0")
    page.unroute("**/tagging/answers")
    page.reload()
    saved(page)
    page.wait_for_selector("[aria-label='Example p02']")
    assert decided(store, "p00")["blurred"] and not decided(store, "p01")["blurred"]


def test_two_people_at_once(visit, store):
    one, two = visit("/tagging?sample=pictures"), visit("/tagging?sample=pictures", "editor")
    seen = []
    for _ in range(4):
        for page, key in ((one, "1"), (two, "2")):
            seen.append(example(page))
            press(page, key, "Enter")
    saved(one)
    saved(two)
    assert len(set(seen)) == 8
    by = {row["person"] for row in store.decisions().to_pylist()}
    assert by == {"annotator", "editor"}


def test_a_new_tag_is_found_or_made_by_typing_and_asked_of_the_earlier_ones(visit, store):
    page = visit("/tagging?sample=pictures")
    press(page, "1", "Enter")
    press(page, "0")
    page.keyboard.press("t")
    page.keyboard.type("child")
    page.keyboard.press("Enter")
    assert page.is_checked("input[value='child']")
    press(page, "Enter")
    page.keyboard.press("t")
    page.keyboard.type("chi")
    page.keyboard.press("Enter")
    press(page, "ArrowRight")
    saved(page)
    assert [tag.name for tag in store.tags] == ["blurred", "cut off", "odd", "child"]
    assert decided(store, "p03")["child"]
    page.goto(page.url.partition("?")[0])
    page.click("a:has-text('Look again')")
    assert page.inner_text("[data-count]") == "2 of 4"
    press(page, "1")
    press(page, "n")
    saved(page)
    assert page.inner_text(".finished strong") == "All done."
    assert sorted(decided(store, each)["child"] for each in ("p00", "p01")) == [False, True]


def test_blind_shows_the_label_only_after_the_tags(visit, store):
    page = visit("/tagging?sample=pictures&blind=true")
    assert not page.is_visible("[data-truth]")
    page.keyboard.press("w")  # nobody can call a label wrong that nobody has seen
    assert not page.is_checked("[data-wrong]")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-truth]:visible")
    assert example(page) == "p00"
    page.keyboard.press("w")
    press(page, "Enter")
    assert not page.is_visible("[data-truth]")
    saved(page)
    assert set(store.decisions()["blind"].to_pylist()) == {True}
    assert [verdict.example_id for verdict in store.verdicts(["p00"])] == ["p00"]


def test_a_clip_is_drawn_and_played_by_key(visit):
    page = visit("/tagging?sample=clips")
    page.wait_for_selector(".wave:visible")
    drawn = """each => each.getContext('2d')
      .getImageData(0, 0, each.width, each.height).data.some(value => value)"""
    assert page.locator(".wave").evaluate(drawn)
    assert page.locator(".spectrum").evaluate(drawn)
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    press(page, "1", "Enter")
    page.wait_for_selector(".wave:visible")


PATHS = [
    "/tagging?sample=pictures",
    "/tagging",
    "/examples?run=pictures",
    "/examples?run=clips&view=one",
]
NAMELESS = """() => [...document.querySelectorAll(
  'button, a, input:not([type=hidden]), select, textarea, audio, img'
)].filter(each => each.checkVisibility() && !(
  each.innerText?.trim() || each.ariaLabel || each.labels?.length || each.alt
)).map(each => each.outerHTML)"""


@pytest.mark.parametrize("path", PATHS)
def test_everything_has_a_name_and_nothing_stands_beside_the_screen(visit, path):
    page = visit(path)
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(NAMELESS) == []


def test_filters_narrow_and_a_zoom_enlarges(visit):
    page = visit("/examples?run=pictures")
    assert page.inner_text("h1").startswith("40 examples")
    page.click(".facets a:has-text('wrong')")
    assert page.inner_text("h1").startswith("20 examples")
    page.click(".card a.open >> nth=0")
    page.wait_for_selector("img.tiny")
    narrow = page.locator(".picture img").bounding_box()["width"]
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator(".picture img").bounding_box()["width"] > narrow
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**id=p03**")
