"""Audio by soundfile, with its length checked before anything is decoded."""

from __future__ import annotations

import io
from typing import IO

from tagline.exceptions import InputError, MissingExtraError
from tagline.inputs import limits
from tagline.inputs.audio import Clip

__all__ = ["read_clip"]


def read_clip(file: bytes | IO[bytes]) -> Clip:
    """Decode an audio file.

    Parameters
    ----------
    file : bytes or binary file
        WAV, FLAC, OGG, MP3, AIFF and what else libsndfile reads.

    Returns
    -------
    Clip

    Raises
    ------
    InputError
        If it is no audio file, is broken, or its header says that it is longer than
        `limits.MAX_SECONDS` or has more than `limits.MAX_SAMPLES` samples. The sentence has no
        subject: who calls knows the name of the file.
    MissingExtraError
        If soundfile is not installed.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: it is there, the library below it is not
        raise MissingExtraError(
            "Audio needs the extra 'audio': pip install 'tagline[audio]'."
        ) from error
    if isinstance(file, (bytes, bytearray, memoryview)):
        file = io.BytesIO(file)
    try:
        with soundfile.SoundFile(file) as sound:
            _check(sound.frames, sound.samplerate, sound.channels)
            samples = sound.read(dtype="float32", always_2d=True)
            rate = sound.samplerate
    except InputError:
        raise
    except soundfile.LibsndfileError as error:
        if "not recognised" in str(error) or "unknown format" in str(error).lower():
            raise InputError("is no audio file that is read here") from error
        raise InputError(f"is a broken audio file: {_words(error)}") from error
    except (OSError, ValueError, TypeError, RuntimeError, ArithmeticError) as error:
        raise InputError(f"is a broken audio file: {_words(error)}") from error
    if not len(samples):
        raise InputError("has no samples")
    return Clip.of(samples, rate)


def _check(frames: int, rate: int, channels: int) -> None:
    if rate < 1 or not 1 <= channels <= limits.MAX_CHANNELS:
        raise InputError(f"has a sample rate of {rate:,} and {channels:,} channels")
    if frames / rate > limits.MAX_SECONDS:
        hours = limits.MAX_SECONDS / 3600
        raise InputError(f"is {frames / rate / 3600:.1f} hours long: at most {hours:g} are decoded")
    if frames * channels > limits.MAX_SAMPLES:
        most = limits.MAX_SAMPLES
        raise InputError(f"has {frames * channels:,} samples: at most {most:,} are decoded")


def _words(error: BaseException) -> str:
    said = getattr(error, "error_string", "") or str(error) or type(error).__name__
    return str(said).split("\n")[0].rstrip(".")[:200]
