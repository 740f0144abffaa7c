"""Pictures of the pages for the documents: ``python -m tests.web.pictures [NAME ...]``.

A made project is served without a login, and each page is taken wide and narrow, light and dark.
"""

from __future__ import annotations

import io
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import numpy as np

from tagline.project import Project
from tagline.schema.settings import load_settings

PLACE = Path(__file__).parents[2] / "docs" / "images" / "pages"
PAGES = {
    "next": "/",
    "errors": "/errors?importance=child%3D5",
    "tag": "/errors/tag?tag=people+noise",
    "compare": "/errors/compare",
    "slices": "/errors/slices",
    "tags": "/tags",
    "tag-of-people": "/tags/tag?name=two+speakers",
}
SIZES = {1440: 1000, 390: 1400}  # pixels: width and the most height
COLOURS = 96
WORDS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
TAGS = """
[tags."people noise"]
description = "another voice in the background"
importance = 3
[tags."car noise"]
description = "engine, road, wind"
importance = 2
ease = 2
ease_reason = "noise of cars is easy to record and to add"
[tags."clean speech"]
description = "no audible noise"
[tags.reverberant]
[tags.child]
description = "speaker under 12"
importance = 2
[tags."low bandwidth"]
description = "telephone, 8 kHz"
[tags.short]
rule = "seconds < 1.2"
colour = "#0067a5"
"""
NOTES = (
    "engine noise at the back",
    "loud engine noise",
    "a child speaks",
    "child, far away",
    "echo of a hall",
    "hall echo",
    "odd label",
    "two people at once",
    "two people speak at once",
)


def examples(n: int = 10_000) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """Make spoken digits with noises; what two models and a person said of them."""
    rng = np.random.default_rng(4)
    drawn = rng.random((n, 5))
    shares = {"people noise": 0.3, "car noise": 0.04, "reverberant": 0.03, "child": 0.004}
    noise = {tag: drawn[:, i] < share for i, (tag, share) in enumerate(shares.items())}
    noise["low bandwidth"] = drawn[:, 4] < 0.06
    noise["clean speech"] = ~np.any(list(noise.values()), axis=0)
    seconds = rng.gamma(3, 1.2, n).round(2)
    device = rng.choice(["phone", "headset", "car kit", "tablet"], n, p=[0.5, 0.3, 0.08, 0.12])
    people, model = np.full(n, 0.05), np.full(n, 0.055)
    for tag, by_people, by_model in (
        ("people noise", 0.06, 0.075),
        ("car noise", 0.02, 0.05),
        ("reverberant", 0.04, 0.085),
        ("child", 0.05, 0.2),
        ("low bandwidth", 0.25, 0.245),
    ):
        people += noise[tag] * by_people
        model += noise[tag] * by_model
    model += ((device == "tablet") & (seconds < 1.5)) * 0.25
    digits = rng.integers(0, 10, n)

    def said(rate: np.ndarray) -> np.ndarray:
        return WORDS[np.where(rng.random(n) < rate, (digits + rng.integers(1, 10, n)) % 10, digits)]

    answered = np.where(rng.random(n) < 0.25, said(people), None)
    table = {
        "example_id": [f"u{number:05d}" for number in range(n)],
        "digit": WORDS[digits],
        "human": answered.tolist(),
        "device": device,
        "seconds": seconds,
        **noise,
    }
    before = model + noise["people noise"] * 0.03 - noise["reverberant"] * 0.05
    return table, {"conformer-11": said(before), "conformer-12": said(model)}


def fill(project: Project) -> None:
    """Bring runs, a vocabulary, samples and notes into a project."""
    table, runs = examples()
    for name, said in runs.items():
        project.add_predictions(
            {**table, "prediction": said}, run=name, label="digit", prediction="prediction"
        )
    path = project.path / "tagline.toml"
    text = path.read_text().replace("[errors] ", '[errors]\nhuman = "human" #', 1)
    path.write_text(text + TAGS)
    project.settings = load_settings(path)
    tags = project.tags
    tags.add("cut off", by="ann", description="begins or ends in the middle of a word")
    tags.sample("first look", size=60, person="ann")
    done = [item.example_id for item in tags.store.take("first look", by="ann", count=40)]
    for number, example in enumerate(done):
        tags.decide(example, {"cut off": number % 7 == 0}, by="ann")
        tags.store.finish("first look", example, by="ann")
    for example, note in zip(done, NOTES, strict=False):
        tags.note(example, note, by="ann")
    tags.add("two speakers", by="bob", description="two people speak at once", colour="#aa5500")
    for number, example in enumerate(done[:9]):
        tags.decide(example, {"two speakers": number % 3 == 0}, by="bob")
    tags.sample("blind", size=40, blind=True, person="bob", seed=3)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a made project on a free port."""
    import uvicorn

    from tagline.web import Options, create_app

    with Project.init(folder, name="speech") as project, socket.socket() as found:
        fill(project)
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        app = create_app(project, Options(login=False, user="ann"))
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
        found.close()
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


def take(address: str, names: list[str]) -> None:
    """Take the pictures and write them small."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    PLACE.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = which("chromium") or which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height in SIZES.items():
            for scheme in ("light", "dark"):
                size = {"width": width, "height": height}
                page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
                for name in names:
                    page.goto(address + PAGES[name])
                    page.wait_for_load_state("networkidle")
                    shot = Image.open(io.BytesIO(page.screenshot()))
                    small = shot.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
                    path = PLACE / f"{name}_{width}_{scheme}.png"
                    small.save(path, optimize=True)
                    sys.stdout.write(f"{path.name} {path.stat().st_size:,} bytes\n")
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch) / "speech") as site:
        take(site, sys.argv[1:] or list(PAGES))
