"""A cache of its own for each test, and files of every kind."""

from __future__ import annotations

import io

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder of the cache."""
    folder = tmp_path / "the-cache"
    monkeypatch.setenv("TAGLINE_CACHE", str(folder))
    return folder


@pytest.fixture
def image_bytes():
    """Returns a file of an image: `image_bytes(pixels, "PNG")`."""
    from PIL import Image

    def made(pixels, format="PNG", **options):
        file = io.BytesIO()
        Image.fromarray(np.asarray(pixels, np.uint8)).save(file, format, **options)
        return file.getvalue()

    return made


@pytest.fixture
def clip_bytes():
    """Returns a file of audio: `clip_bytes(samples, 16000, "WAV")`."""
    import soundfile

    def made(samples, rate=16_000, format="WAV", **options):
        file = io.BytesIO()
        soundfile.write(file, np.asarray(samples), rate, format=format, **options)
        return file.getvalue()

    return made


@pytest.fixture
def pictures(tmp_path, image_bytes):
    """A folder with six images of rising brightness, two the same, and three broken files."""
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    for i in range(5):
        (folder / f"{i}.png").write_bytes(image_bytes(np.full((8, 6, 3), 40 * i)))
    (folder / "deep" / "same.png").write_bytes(image_bytes(np.full((8, 6, 3), 160)))
    (folder / "broken.png").write_bytes(image_bytes(np.zeros((64, 64)))[:50])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "words.jpg").write_bytes(b"these are words")
    return folder
