"""Images by Pillow, with their size checked before anything is decoded."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tagline.exceptions import InputError, MissingExtraError
from tagline.inputs import limits
from tagline.inputs.image import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["read_picture"]

# Only what Pillow decodes itself: EPS, for one, would start another program.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "ICO", "TGA", "AVIF")
_TURNED = {5, 6, 7, 8}  # values of the Exif tag Orientation that swap width and height
_ORIENTATION = 0x0112
_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I")
_FAULTS = (  # what Pillow's decoders raise for bytes that are broken
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
)
_header = threading.Lock()  # filters of warnings belong to the process


def read_picture(file: bytes | IO[bytes]) -> Picture:
    """Decode an image.

    Parameters
    ----------
    file : bytes or binary file
        JPEG, PNG, WebP, GIF, BMP, TIFF, PPM, JPEG 2000, ICO, TGA or AVIF; of several pictures the
        first. It stands upright, as Exif says; transparency is left away.

    Returns
    -------
    Picture

    Raises
    ------
    InputError
        If it is no image, is broken, or has more than `limits.MAX_PIXELS` pixels. The sentence
        has no subject: who calls knows the name of the file.
    MissingExtraError
        If Pillow is not installed.
    """
    if isinstance(file, (bytes, bytearray, memoryview)):
        file = io.BytesIO(file)
    image, turned = _opened(file)
    with image:
        wide, high = image.size
        if wide * high > limits.MAX_PIXELS:
            raise InputError(_too_large(f"has {wide:,} x {high:,} pixels"))
        if not wide * high:
            raise InputError("has no pixels")
        try:
            pixels = _pixels(image)
        except _FAULTS as error:
            raise InputError(f"is a broken image: {_words(error)}") from error
    return Picture(pixels.swapaxes(0, 1) if turned else pixels)


def _opened(file: IO[bytes]) -> tuple[Image, bool]:
    """Return an image of which only the header was read, and whether it lies on its side."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise MissingExtraError(
            "Images need the extra 'image': pip install 'tagline[image]'."
        ) from error
    try:
        with _header, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(file, formats=_known(Image))
            return image, image.getexif().get(_ORIENTATION) in _TURNED
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(_too_large("has too many pixels")) from error
    except UnidentifiedImageError as error:
        raise InputError("is no image that is read here") from error
    except _FAULTS as error:
        raise InputError(f"is a broken image: {_words(error)}") from error


def _known(module: Any) -> list[str]:
    module.init()
    return [each for each in _FORMATS if each in module.OPEN]


def _pixels(image: Image) -> Any:
    if image.mode in _SIXTEEN_BITS:
        wide = np.asarray(image).astype(np.int64)
        shift = 8 if wide.max(initial=0) > 255 else 0
        return np.clip(wide >> shift, 0, 255).astype(np.uint8)
    if image.mode == "F":
        raise InputError("has pixels that are floats: their range is not known")
    if image.mode in {"1", "L", "LA"}:
        return np.asarray(image.convert("L"))
    return np.asarray(image.convert("RGB"))


def _too_large(what: str) -> str:
    return f"{what}: at most {limits.MAX_PIXELS:,} are decoded"


def _words(error: BaseException) -> str:
    return (str(error) or type(error).__name__).split("\n")[0].rstrip(".")[:200]
