"""Statistics of images: against Pillow and SciPy, and on pictures whose values are known."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from tagline.exceptions import InputError
from tagline.inputs import STATISTICS, Picture, input_statistics, read_picture

SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4]))


@given(SIZES, st.integers(0, 2**32 - 1), st.sampled_from([1, 64, 255]))
def test_against_other_definitions(size, seed, most):
    pixels = np.random.default_rng(seed).integers(0, most + 1, size, dtype=np.uint8)
    found = input_statistics(pixels, kind="image")
    colour = pixels[:, :, :3] if size[2] > 1 else np.repeat(pixels, 3, axis=2)
    grey = np.asarray(Image.fromarray(colour).convert("L")).astype(float)
    assert (found["width"], found["height"]) == (size[1], size[0])
    assert found["brightness"] == pytest.approx(grey.mean() / 255)
    assert found["contrast"] == pytest.approx(grey.std() / 255, abs=1e-12)
    hsv = [colorsys.rgb_to_hsv(*pixel)[1] for pixel in colour.reshape(-1, 3) / 255]
    assert found["saturation"] == pytest.approx(np.mean(hsv), abs=1e-6)
    assert found["black_share"] == pytest.approx((grey == 0).mean())
    assert found["white_share"] == pytest.approx((grey == 255).mean())
    if min(size[:2]) < 3:
        assert found["sharpness"] is None
    else:
        edges = ndimage.laplace(grey)[1:-1, 1:-1]
        assert found["sharpness"] == pytest.approx(edges.var(), rel=1e-6, abs=1e-6)
    for name, value in found.items():
        each = STATISTICS["image"][name]
        assert value is None or (value >= each.low and (each.high is None or value <= each.high))


def test_blur_lowers_sharpness():
    sharp = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    blurred = ndimage.gaussian_filter(sharp, 2)
    values = [input_statistics(each)["sharpness"] for each in (sharp, blurred)]
    assert values[0] > 20 * values[1]


@pytest.mark.parametrize(
    "pixels", [np.zeros((3, 3)), np.zeros(3, np.uint8), np.zeros((0, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(pixels):
    with pytest.raises(InputError, match="array of uint8"):
        Picture.of(pixels)


@pytest.mark.parametrize(
    ("mode", "value", "brightness"),
    [("1", 1, 1.0), ("L", 51, 0.2), ("LA", (51, 9), 0.2), ("RGBA", (51, 51, 51, 0), 0.2),
     ("P", 0, 0.0), ("I;16", 51 * 256, 0.2), ("CMYK", (0, 0, 0, 204), 0.2)],
)  # fmt: skip
def test_modes(mode, value, brightness, tmp_path):
    ending = "tif" if mode == "CMYK" else "png"
    path = tmp_path / f"one.{ending}"
    Image.new(mode, (4, 4), value).save(path)
    found = input_statistics(read_picture(path.read_bytes()), statistics=["brightness"])
    assert found["brightness"] == pytest.approx(brightness, abs=0.005)


def test_a_picture_stands_upright(image_bytes):
    exif = Image.Exif()
    exif[0x0112] = 6
    found = read_picture(image_bytes(np.zeros((4, 9)), "JPEG", exif=exif))
    assert found.pixels.shape == (9, 4)


def test_a_bomb_is_refused_by_its_header(image_bytes):
    small = bytearray(image_bytes(np.zeros((2, 2))))
    small[16:24] = (20_000).to_bytes(4, "big") + (10_000).to_bytes(4, "big")
    import zlib

    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    with pytest.raises(InputError, match="pixels: at most 89,478,485 are decoded"):
        read_picture(bytes(small))


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM"]))
def test_any_bytes_are_a_picture_or_one_sentence(tail, head):
    try:
        assert read_picture(head + tail).pixels.size
    except InputError as error:
        assert "\n" not in str(error)


@given(st.data())
def test_a_damaged_file_is_a_picture_or_one_sentence(data):
    import io

    kind = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"]))
    file = io.BytesIO()
    Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).save(file, kind)
    content = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_picture(bytes(content[: data.draw(st.integers(1, len(content)))]))
    except InputError as error:
        assert "\n" not in str(error)
