import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from tagline.display.images import data_uri, png, thumbnail
from tagline.exceptions import InputError

shapes = st.tuples(st.integers(1, 9), st.integers(1, 9)) | st.tuples(
    st.integers(1, 9), st.integers(1, 9), st.just(3)
)


@given(shapes.flatmap(lambda shape: arrays(np.uint8, shape)))
def test_png_is_read_back_exactly(pixels):
    with Image.open(io.BytesIO(png(pixels))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        ([1, 2], r"`pixels` must have the shape .* Got \(2,\)"),
        ([[256]], r"`pixels` must lie in \[0, 255\]. Got 256 to 256"),
        ([[float("nan")]], "must lie in"),
        (np.zeros((2, 2, 4)), r"Got \(2, 2, 4\)"),
        ([[]], "must have the shape"),
    ],
)
def test_wrong_pixels(pixels, message):
    with pytest.raises(InputError, match=message):
        png(pixels)


def test_small_image_stays_as_it_is(tmp_path):
    content = png(np.eye(8) * 255)
    (tmp_path / "a.png").write_bytes(content)
    assert thumbnail(tmp_path / "a.png") == thumbnail(content) == data_uri(content)


def test_large_image_becomes_a_small_one():
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3))
    small = thumbnail(png(noise))
    assert small.startswith("data:image/jpeg;base64,")
    assert len(small) < 20_000


@pytest.mark.parametrize(
    "source", ["no such file", b"", b"<svg/>", b"\x89PNG\r\n\x1a\nbroken", b"RIFF1234WAVE"]
)
def test_no_picture_is_no_error(source):
    assert thumbnail(source) == ""
