"""Real handwriting for the demo: images, what can be measured on them, and a quick model.

The images are those of E. Alpaydin, C. Kaynak (1998), "Optical Recognition of Handwritten Digits",
UCI Machine Learning Repository, doi:10.24432/C50P49, as scikit-learn brings them: 1,797 digits of
13 people, 8 x 8 pixels with 17 shades.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import MissingExtraError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TRAINED_ON", "image_columns", "load", "predict"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRAINED_ON = 200  # images; few, so that there is something to find
_SHADES = 16.0
_ENLARGED = 8


def load() -> tuple[Floats, Ints]:
    """Return the images and which digit each shows.

    Returns
    -------
    float array of shape (n_images, 8, 8)
        How dark each pixel is, in [0, 1].
    int array of shape (n_images,)

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise MissingExtraError(
            "The demo needs scikit-learn for its images and its model: pip install 'tagline[demo]'."
        ) from None
    found = load_digits()
    return found.images / _SHADES, found.target.astype(np.int64)


def predict(images: Floats, digits: Ints) -> Ints:
    """Train a logistic regression on the first `TRAINED_ON` images and say what the others show.

    Parameters
    ----------
    images : float array of shape (n_images, 8, 8)
    digits : int array of shape (n_images,)

    Returns
    -------
    int array of shape (n_images - TRAINED_ON,)
    """
    from sklearn.linear_model import LogisticRegression

    pixels = images.reshape(len(images), -1)
    model = LogisticRegression(max_iter=1000)
    model.fit(pixels[:TRAINED_ON], digits[:TRAINED_ON])
    said: Ints = model.predict(pixels[TRAINED_ON:])
    return said


def image_columns(images: Floats) -> pa.Table:
    """Return the images as PNG, and what can be measured on them.

    Parameters
    ----------
    images : float array of shape (n_images, 8, 8)
        How dark each pixel is, in [0, 1].

    Returns
    -------
    pyarrow.Table
        ``image`` (PNG); ``ink`` (mean darkness); ``stroke`` (darkness of the pixels that are not
        blank: low where the pen was light or thin); ``off_centre`` (pixels from the middle to the
        centre of the ink); ``slant`` (columns that the ink moves to the right per row upwards);
        ``width`` (columns with ink) and ``at_the_edge`` (ink in the outer columns).
    """
    import pyarrow as pa

    ink = images.mean(axis=(1, 2))
    return pa.table(
        {
            "image": [_png(image) for image in images],
            "ink": ink.round(4),
            "stroke": _stroke(images).round(4),
            "off_centre": _off_centre(images).round(3),
            "slant": _slant(images).round(3),
            "width": (images.max(axis=1) > 0.25).sum(axis=1),
            "at_the_edge": images[:, :, [0, -1]].max(axis=(1, 2)) > 0.25,
        }
    )


def _png(image: Floats) -> bytes:
    """Return the image large enough to be looked at, black on white."""
    from tagline.display.images import png

    shades = 255 * (1 - image)
    return png(np.kron(shades, np.ones((_ENLARGED, _ENLARGED))))


def _stroke(images: Floats) -> Floats:
    drawn = images > 0
    found: Floats = images.sum(axis=(1, 2)) / np.maximum(drawn.sum(axis=(1, 2)), 1)
    return found


def _centre(images: Floats) -> tuple[Floats, Floats]:
    """Return row and column of the centre of the ink, from the middle of the image."""
    places = np.arange(8) - 3.5
    total = images.sum(axis=(1, 2))
    return images.sum(axis=2) @ places / total, images.sum(axis=1) @ places / total


def _off_centre(images: Floats) -> Floats:
    row, column = _centre(images)
    found: Floats = np.hypot(row, column)
    return found


def _slant(images: Floats) -> Floats:
    """Return the slope of the line through the ink (moments of second order)."""
    places = np.arange(8) - 3.5
    row, column = _centre(images)
    down = places[None, :, None] - row[:, None, None]
    right = places[None, None, :] - column[:, None, None]
    along = (images * down * right).sum(axis=(1, 2))
    tall = (images * down**2).sum(axis=(1, 2))
    found: Floats = -along / np.maximum(tall, 1e-9)
    return found
