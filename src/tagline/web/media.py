"""Raw inputs as the server hands them over: files below the data root only, of known kinds.

Nobody sends a path: the pages hold signed addresses of what stands in the data. Even so a path is
checked step by step, because data may say anything.
"""

from __future__ import annotations

import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from tagline.exceptions import InputError, MissingExtraError

if TYPE_CHECKING:
    from PIL.Image import Image

    from tagline.schema.settings import Settings

__all__ = [
    "AUDIO_SUFFIXES",
    "IMAGE_SUFFIXES",
    "MOST_BYTES",
    "MOST_PIXELS",
    "MOST_SECONDS",
    "Medium",
    "audio",
    "data_root",
    "image",
    "kind_of_bytes",
    "safe_file",
    "thumbnail",
]

MOST_BYTES = 200_000_000
MOST_PIXELS = 50_000_000
MOST_SECONDS = 3_600.0
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm")
AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")
_SHOWN = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_FORMATS = (*_SHOWN, "BMP", "TIFF", "PPM")  # what Pillow may try: no format that runs a program
_PLAYED = {"WAV": "audio/wav", "FLAC": "audio/flac", "OGG": "audio/ogg", "MP3": "audio/mpeg"}
_HEADS = {
    b"\x89PNG\r\n\x1a\n": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"fLaC": "audio",
    b"OggS": "audio",
    b"ID3": "audio",
}


@dataclass(frozen=True, slots=True)
class Medium:
    """What is sent: a file as it is, or content that was made of it.

    Attributes
    ----------
    media_type : str
    path : Path or None
    content : bytes
        Where there is no path.
    """

    media_type: str
    path: Path | None = None
    content: bytes = b""


def data_root(folder: Path, settings: Settings) -> Path:
    """Return the folder below which inputs are.

    Parameters
    ----------
    folder : Path
        Of the project.
    settings : Settings

    Returns
    -------
    Path
        Absolute, without links.
    """
    return Path(os.path.realpath(folder / (settings.inputs.root or ".")))


def safe_file(root: Path, said: str) -> Path:
    """Return a file below the root, whatever the data say.

    Parameters
    ----------
    root : Path
        Absolute, without links.
    said : str
        As it stands in the data: relative to the root, or absolute and below it.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If it is elsewhere, leads through a link or ``..``, is no file, is hidden, or is too large.
    """
    where = f"The input {said[:200]!r}"
    if "://" in said:
        raise InputError(f"{where} is at an address elsewhere, which this server does not open.")
    parts = PurePosixPath(said.replace("\\", "/"))
    if "\0" in said or not said.strip() or ".." in parts.parts:
        raise InputError(f"{where} is no path below the data root.")
    if parts.is_absolute():
        if not parts.is_relative_to(root.as_posix()):
            raise InputError(
                f"{where} is outside of the data root: set `root` under [inputs] in tagline.toml."
            )
        parts = parts.relative_to(root.as_posix())
    found = root
    for part in parts.parts:
        found = found / part
        if part.startswith("."):
            raise InputError(f"{where} is hidden: such files are not shown.")
        try:
            seen = found.lstat()
        except (OSError, ValueError):
            raise InputError(f"{where} is not there.") from None
        if stat.S_ISLNK(seen.st_mode):
            raise InputError(f"{where} leads through a link, which is not followed.")
    if found == root or not stat.S_ISREG(seen.st_mode):
        raise InputError(f"{where} is no file.")
    if seen.st_size > MOST_BYTES:
        raise InputError(f"{where} has more than {MOST_BYTES // 10**6} MB.")
    return found


def kind_of_bytes(content: bytes) -> str | None:
    """Return ``"image"`` or ``"audio"`` by the first bytes; None for all else."""
    head = content[:12]
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio", b"WEBP": "image"}.get(head[8:12])
    return next((kind for start, kind in _HEADS.items() if head.startswith(start)), None)


def image(source: Path | bytes) -> Medium:
    """Return an image as browsers show it; other formats become PNG.

    Raises
    ------
    InputError
        If it is none, or has too many pixels by its header.
    """
    with _opened(source) as picture:
        kind = _SHOWN.get(picture.format or "")
        if kind is not None:
            whole = source if isinstance(source, bytes) else b""
            return Medium(kind, None if isinstance(source, bytes) else source, whole)
        return Medium("image/png", None, _encoded(picture, "PNG"))


def thumbnail(source: Path | bytes, size: int = 320) -> Medium:
    """Return a small copy of an image: PNG if it is small or has transparency, JPEG otherwise.

    Raises
    ------
    InputError
        As `image`.
    """
    with _opened(source) as picture:
        picture.draft("RGB", (2 * size, 2 * size))  # JPEG is decoded at a fraction of its size
        small = max(picture.size) <= size
        try:
            picture.thumbnail((size, size))
        except (OSError, ValueError, SyntaxError) as error:
            raise InputError(f"The image is broken: {error}.") from None
        if small or picture.mode in {"RGBA", "LA", "P", "1"}:
            return Medium("image/png", None, _encoded(picture, "PNG"))
        return Medium("image/jpeg", None, _encoded(picture, "JPEG"))


def audio(source: Path | bytes) -> Medium:
    """Return a clip as browsers play it; other formats become WAV.

    Raises
    ------
    InputError
        If it is none, or too long by its header.
    """
    try:
        import soundfile
    except ImportError:
        raise MissingExtraError("Audio needs soundfile: pip install 'tagline[audio]'.") from None
    file: Any = io.BytesIO(source) if isinstance(source, bytes) else str(source)
    try:
        with soundfile.SoundFile(file) as clip:
            seconds = clip.frames / max(clip.samplerate, 1)
            if seconds > MOST_SECONDS:
                raise InputError(
                    f"The clip has {seconds / 3600:.1f} hours; at most"
                    f" {MOST_SECONDS / 3600:.0f} are played."
                )
            kind = _PLAYED.get(clip.format)
            if kind is None:
                made = io.BytesIO()
                soundfile.write(made, clip.read(dtype="int16"), clip.samplerate, format="WAV")
                return Medium("audio/wav", None, made.getvalue())
    except (soundfile.LibsndfileError, RuntimeError):
        raise InputError("The input is no audio file that can be read.") from None
    if isinstance(source, bytes):
        return Medium(kind, None, source)
    return Medium(kind, source)


def _opened(source: Path | bytes) -> Image:
    """Open an image without decoding it; its header says how large it is."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtraError("Images need Pillow: pip install 'tagline[image]'.") from None
    file: Any = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        found = Image.open(file, formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"The image has more than {MOST_PIXELS // 10**6} megapixels.") from None
    except (OSError, ValueError, SyntaxError):
        raise InputError("The input is no image that can be read.") from None
    pixels = found.width * found.height
    if pixels > MOST_PIXELS:
        found.close()
        raise InputError(
            f"The image has {pixels / 1e6:,.0f} megapixels; at most {MOST_PIXELS // 10**6} are"
            " shown."
        )
    return found


def _encoded(picture: Image, form: str) -> bytes:
    made = io.BytesIO()
    try:
        ready = picture if form == "PNG" and picture.mode in _PNG_MODES else picture.convert("RGB")
        ready.save(made, form, **({"quality": 82} if form == "JPEG" else {}))
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError(f"The image is broken: {error}.") from None
    return made.getvalue()


_PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
