"""Statistics of an image, from its pixels of eight bits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import InputError
from tagline.inputs.registry import statistic

__all__ = [
    "Picture",
    "black_share",
    "brightness",
    "contrast",
    "height",
    "saturation",
    "sharpness",
    "white_share",
    "width",
]

_LEVELS = np.arange(256)
_PLANE, _COLOUR = 2, 3  # dimensions


@dataclass(frozen=True, eq=False)
class Picture:
    """An image as its statistics see it.

    Attributes
    ----------
    pixels : array of shape (height, width) or (height, width, 3), uint8
        Grey, or red, green and blue.
    luma : array of shape (height, width), uint8
        Of colour .299 R + .587 G + .114 B (ITU-R BT.601), as Pillow's mode ``"L"`` has it.
    """

    pixels: NDArray[np.uint8]

    @classmethod
    def of(cls, pixels: Any) -> Picture:
        """Return the picture of an array of pixels.

        Parameters
        ----------
        pixels : array of shape (height, width), (height, width, 1), (height, width, 3) or (..., 4)
            Of uint8. A fourth channel (alpha) is left away.

        Returns
        -------
        Picture

        Raises
        ------
        InputError
            If it has another shape or type, or no pixel.
        """
        array = np.asarray(pixels)
        if array.ndim == _COLOUR and array.shape[2] in {1, 4}:
            array = array[:, :, 0] if array.shape[2] == 1 else array[:, :, :3]
        fits = array.ndim == _PLANE or (array.ndim == _COLOUR and array.shape[2] == 3)
        if not fits or array.dtype != np.uint8 or not array.size:
            raise InputError(
                "An image must be an array of uint8 of shape (height, width) or (height, width, 3)."
                f" Got {array.dtype} of shape {array.shape} instead."
            )
        return cls(array)

    @cached_property
    def planes(self) -> tuple[NDArray[np.uint8], ...]:
        """The channels, each in one piece."""
        if self.pixels.ndim == _PLANE:
            return (self.pixels,)
        return tuple(np.ascontiguousarray(self.pixels[:, :, i]) for i in range(3))

    @cached_property
    def luma(self) -> NDArray[np.uint8]:
        """How light each pixel is."""
        if self.pixels.ndim == _PLANE:
            return self.pixels
        red, green, blue = self.planes
        mixed = red * np.uint32(19595)
        mixed += green * np.uint32(38470)
        mixed += blue * np.uint32(7471)
        mixed += np.uint32(0x8000)
        mixed >>= np.uint32(16)
        return mixed.astype(np.uint8)

    @cached_property
    def levels(self) -> NDArray[np.float64]:
        """The share of the pixels at each of the 256 levels of luma."""
        return np.bincount(self.luma.ravel(), minlength=256) / self.luma.size


@statistic("image", unit="pixels", low=1, whole=True)
def width(picture: Picture) -> int:
    """Count the pixels from left to right."""
    return int(picture.pixels.shape[1])


@statistic("image", unit="pixels", low=1, whole=True)
def height(picture: Picture) -> int:
    """Count the pixels from top to bottom."""
    return int(picture.pixels.shape[0])


@statistic("image", unit="fraction", low=0, high=1)
def brightness(picture: Picture) -> float:
    """Average the luma (ITU-R BT.601) over the pixels; 0 is black, 1 is white."""
    return float(picture.levels @ _LEVELS) / 255


@statistic("image", unit="fraction", low=0, high=0.5)
def contrast(picture: Picture) -> float:
    """Take the standard deviation of the luma, which goes from 0 to 1 (RMS contrast).

    Source: Peli (1990), Contrast in complex images, doi:10.1364/JOSAA.7.002032.
    """
    mean = float(picture.levels @ _LEVELS)
    return float(np.sqrt(picture.levels @ (_LEVELS - mean) ** 2)) / 255


@statistic("image", unit="fraction", low=0, high=1)
def saturation(picture: Picture) -> float:
    """Average the saturation of HSV over the pixels: (max - min) / max of the channels.

    Source: Smith (1978), Color gamut transform pairs, doi:10.1145/965139.807361.
    """
    if len(picture.planes) == 1:
        return 0.0
    red, green, blue = picture.planes
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    spread = (most - least).astype(np.float32)
    spread /= np.maximum(most, np.uint8(1))
    return float(spread.mean(dtype=np.float64))


@statistic("image", unit="variance of luma", low=0)
def sharpness(picture: Picture) -> float | None:
    """Take the variance of the Laplacian of the luma (0 to 255); small is blurred.

    The Laplacian has the weights 4 and -1 (four neighbours), taken inside the border: no value
    under 3 x 3 pixels.
    Source: Pech-Pacheco et al. (2000), Diatom autofocusing, doi:10.1109/ICPR.2000.903548.
    """
    if min(picture.luma.shape) < 3:
        return None
    light = picture.luma.astype(np.int16)
    edges = light[1:-1, 1:-1] * np.int16(4)
    edges -= light[:-2, 1:-1]
    edges -= light[2:, 1:-1]
    edges -= light[1:-1, :-2]
    edges -= light[1:-1, 2:]
    values = edges.astype(np.float32)
    return float(values.var(dtype=np.float64))


@statistic("image", unit="fraction", low=0, high=1)
def black_share(picture: Picture) -> float:
    """Divide the pixels that are pure black (luma 0) by all."""
    return float(picture.levels[0])


@statistic("image", unit="fraction", low=0, high=1)
def white_share(picture: Picture) -> float:
    """Divide the pixels that are pure white (luma 255) by all."""
    return float(picture.levels[255])
