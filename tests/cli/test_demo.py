"""`tagline demo`: runs, runs twice, writes a report with pictures, and measures what it says."""

from __future__ import annotations

import io

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the demo needs scikit-learn: pip install 'tagline[demo]'")

from tagline.cli import digits


def test_the_demo_runs_twice(tagline, folder):
    for _ in range(2):
        done = tagline("demo", "--folder", "mine")
        assert done.code == 0, done.err
        assert "thick stroke" in done.out
        assert "tagline errors" in done.out
        assert "[5/5] wrote" in done.err
    assert "nothing changed" in done.err
    report = (folder / "mine" / "report.html").read_text()
    assert report.count("data:image/png") > 50


def test_another_project_is_left_alone(tagline, folder):
    assert tagline("init", "mine").code == 0
    before = (folder / "mine" / "tagline.toml").read_text()
    done = tagline("demo", "--folder", "mine")
    assert (done.code, "choose a folder" in done.err) == (2, True)
    assert (folder / "mine" / "tagline.toml").read_text() == before


def test_without_scikit_learn(tagline, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    done = tagline("demo")
    assert (done.code, "pip install 'tagline[demo]'" in done.err) == (2, True)


def drawn(*places):
    image = np.zeros((8, 8))
    for row, column in places:
        image[row, column] = 1
    return image


def measured(image):
    return digits.image_columns(image[None]).to_pylist()[0]


def test_what_is_measured():
    upright = measured(drawn(*((row, 3) for row in range(8)), *((row, 4) for row in range(8))))
    assert (upright["slant"], upright["off_centre"], upright["width"]) == (0, 0, 2)
    assert (upright["ink"], upright["stroke"], upright["at_the_edge"]) == (0.25, 1, False)
    leaning = measured(drawn(*((row, 7 - row) for row in range(8))))
    assert (leaning["slant"], leaning["width"], leaning["at_the_edge"]) == (1, 8, True)
    corner = measured(drawn((0, 0)))
    assert corner["off_centre"] == pytest.approx(3.5 * np.sqrt(2), abs=1e-3)


def test_images_are_png_with_dark_ink():
    from PIL import Image

    content = measured(drawn((0, 0)))["image"]
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (64, 64)
        assert (image.getpixel((0, 0)), image.getpixel((63, 63))) == (0, 255)
