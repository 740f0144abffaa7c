"""Statistics of an audio clip: length, levels, clipping, silence, noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import InputError
from tagline.inputs.loudness import integrated_loudness
from tagline.inputs.registry import statistic

__all__ = [
    "FLOOR_DB",
    "Clip",
    "clipping_share",
    "loudness_dbfs",
    "loudness_lufs",
    "peak_dbfs",
    "sample_rate",
    "seconds",
    "silence_share",
    "snr_db",
]

FLOOR_DB = -120.0  # a level of 0 has no logarithm: it reads as this
_CLIPPED = 0.999  # of full scale
_SILENT = 1e-6  # power of a frame: -60 dBFS
_FRAME = 0.02  # seconds
_QUIET = 0.1  # the share of the frames that are taken for pauses
_FEWEST = 20  # frames
_MOST_SNR = 100.0


@dataclass(frozen=True, eq=False)
class Clip:
    """An audio clip as its statistics see it.

    Attributes
    ----------
    samples : array of shape (n_frames, n_channels), float32
        Full scale is 1.
    rate : int
        Samples a second.
    """

    samples: NDArray[np.float32]
    rate: int

    @classmethod
    def of(cls, samples: Any, rate: int) -> Clip:
        """Return the clip of an array of samples.

        Parameters
        ----------
        samples : array of shape (n_frames,) or (n_frames, n_channels)
            Floats with full scale 1, or whole numbers (int16, int32) with their own full scale.
        rate : int
            Samples a second.

        Returns
        -------
        Clip

        Raises
        ------
        InputError
            If it has another shape, no sample, a value that is no number, or a rate below 1.
        """
        array = np.asarray(samples)
        if array.ndim == 1:
            array = array[:, None]
        if array.dtype in {np.dtype(np.int16), np.dtype(np.int32)}:
            array = array / np.float32(-float(np.iinfo(array.dtype).min))
        if array.ndim != 2 or not array.size or not np.issubdtype(array.dtype, np.floating):
            raise InputError(
                "Audio must be an array of floats of shape (n_frames,) or (n_frames, n_channels)."
                f" Got {array.dtype} of shape {array.shape} instead."
            )
        if int(rate) < 1:
            raise InputError(f"The sample rate must be at least 1. Got {rate!r} instead.")
        clip = cls(np.asarray(array, np.float32), int(rate))
        if not math.isfinite(clip.power):
            raise InputError("The audio holds a sample that is no number.")
        return clip

    @cached_property
    def power(self) -> float:
        """Mean square of all samples."""
        flat = self.samples.ravel()
        parts = np.add.reduceat(flat * flat, np.arange(0, flat.size, 4096), dtype=np.float64)
        return float(parts.sum()) / flat.size

    @cached_property
    def frames(self) -> NDArray[np.float64]:
        """Mean square of each whole frame of 20 ms, over the channels."""
        size = max(round(_FRAME * self.rate), 1)
        count = len(self.samples) // size
        cut = self.samples[: count * size].reshape(count, size * self.samples.shape[1])
        powers: NDArray[np.float64] = np.einsum("ij,ij->i", cut, cut) / cut.shape[1]
        return powers.astype(np.float64)


def _decibels(power: float) -> float:
    return max(10 * math.log10(power), FLOOR_DB) if power > 0 else FLOOR_DB


@statistic("audio", unit="s", low=0)
def seconds(clip: Clip) -> float:
    """Measure the length."""
    return len(clip.samples) / clip.rate


@statistic("audio", unit="Hz", low=1, whole=True)
def sample_rate(clip: Clip) -> int:
    """Tell the samples a second."""
    return clip.rate


@statistic("audio", unit="dBFS", low=FLOOR_DB)
def loudness_dbfs(clip: Clip) -> float:
    """Measure the root mean square of the samples against full scale; silence reads as -120.

    A sine that reaches full scale has -3.01.
    """
    return _decibels(clip.power)


@statistic("audio", unit="LUFS", low=-70)
def loudness_lufs(clip: Clip) -> float | None:
    """Measure the loudness by ITU-R BS.1770-4; no value under 0.4 s, -70 if all is quieter."""
    return integrated_loudness(clip.samples, clip.rate)


@statistic("audio", unit="dBFS", low=FLOOR_DB)
def peak_dbfs(clip: Clip) -> float:
    """Measure the largest sample against full scale; silence reads as -120."""
    most = max(float(clip.samples.max()), -float(clip.samples.min()))
    return _decibels(most * most)


@statistic("audio", unit="fraction", low=0, high=1)
def clipping_share(clip: Clip) -> float:
    """Divide the samples within 0.1 % of full scale, or beyond it, by all."""
    return float(np.count_nonzero(np.abs(clip.samples) >= _CLIPPED)) / clip.samples.size


@statistic("audio", unit="fraction", low=0, high=1)
def silence_share(clip: Clip) -> float | None:
    """Divide the frames of 20 ms below -60 dBFS by all; no value under one frame."""
    if not clip.frames.size:
        return None
    return float(np.count_nonzero(clip.frames < _SILENT)) / clip.frames.size


@statistic("audio", unit="dB", high=_MOST_SNR)
def snr_db(clip: Clip) -> float | None:
    """Estimate the ratio of signal to noise from the pauses; no value under 0.4 s.

    The power of the noise is that of the quietest tenth of the frames of 20 ms, corrected for
    being the quietest; the signal is what the mean power has beyond it. So the noise must be
    steady and the clip must have pauses: without them speech counts as noise, and the estimate is
    too low. At most 100.

    Source: the noise floor from the minima of the power, Martin (2001), Noise power spectral
    density estimation based on optimal smoothing and minimum statistics, doi:10.1109/89.928915;
    here without the spectrum, over the whole clip.
    """
    powers = clip.frames
    if powers.size < _FEWEST:
        return None
    quiet = max(int(_QUIET * powers.size), 1)
    floor = np.partition(powers, quiet - 1)[:quiet]
    noise = float(floor.mean()) / _lowest_mean(clip.rate * _FRAME)
    signal = float(powers.mean()) - noise
    if noise <= 0:
        return _MOST_SNR if signal > 0 else None
    return min(10 * math.log10(max(signal / noise, 0.01)), _MOST_SNR)


def _lowest_mean(samples: float) -> float:
    """Return the mean of the lowest tenth of frames of white noise, in units of their mean.

    A frame's power is nearly normal with the relative variance 2 / samples; the mean of the lowest
    tenth of a normal variable lies 1.755 deviations below its mean.
    """
    return max(1 - 1.755 * math.sqrt(2 / max(samples, 1)), 0.2)
