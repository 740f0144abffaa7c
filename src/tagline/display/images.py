"""Pictures inside a document: thumbnails as data URIs, and PNG from an array of pixels.

Only raster formats are taken, by their first bytes: a file of another kind gives no picture.
"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from tagline.exceptions import InputError

__all__ = ["data_uri", "png", "thumbnail"]

_KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


def data_uri(content: bytes) -> str:
    """Return the bytes of an image as a data URI.

    Parameters
    ----------
    content : bytes
        A PNG, JPEG, GIF or WebP file.

    Returns
    -------
    str
        Empty if the bytes are none of these.

    Examples
    --------
    >>> data_uri(png([[0, 255]]))[:22], data_uri(b"<svg/>")
    ('data:image/png;base64,', '')
    """
    kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), "")
    if kind == "image/webp" and content[8:12] != b"WEBP":
        kind = ""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if kind else ""


def thumbnail(source: bytes | str | Path, *, size: int = 96, most_bytes: int = 20_000) -> str:
    """Return a small copy of an image as a data URI.

    Parameters
    ----------
    source : bytes or path
        The file or its content.
    size : int, default 96
        Pixels of the longer side.
    most_bytes : int, default 20000
        Without Pillow an image is taken as it is, if it is not larger than this.

    Returns
    -------
    str
        Empty where there is no readable image: a report goes on without the picture.
    """
    try:
        content = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError:
        return ""
    as_it_is = data_uri(content)
    if not as_it_is:
        return ""
    try:
        from PIL import Image
    except ImportError:
        return as_it_is if len(content) <= most_bytes else ""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if max(image.size) <= size and len(content) <= most_bytes:
                return as_it_is
            image.thumbnail((size, size))
            small = io.BytesIO()
            image.convert("RGB").save(small, "JPEG", quality=80)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""  # what Pillow raises for a broken file, by format
    return data_uri(small.getvalue())


def png(pixels: ArrayLike) -> bytes:
    """Return an array of pixels as a PNG file.

    Parameters
    ----------
    pixels : array of shape (height, width) or (height, width, 3)
        Grey or red, green, blue, in [0, 255]; rounded to whole numbers.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        If the shape is another, or a value lies outside.
    """
    values = np.asarray(pixels)
    if values.size == 0 or not (values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)):
        raise InputError(
            "`pixels` must have the shape (height, width) or (height, width, 3)."
            f" Got {values.shape} instead."
        )
    if not ((values >= 0) & (values <= 255)).all():
        raise InputError(
            f"`pixels` must lie in [0, 255]. Got {values.min()} to {values.max()} instead."
        )
    grey = values.ndim == 2
    height, width = values.shape[:2]
    lines = np.rint(values).astype(np.uint8).reshape(height, -1)
    raw = b"".join(b"\x00" + line.tobytes() for line in lines)  # each line with filter 0
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
