"""Integrated loudness by ITU-R BS.1770-4: K-weighting, blocks of 400 ms, two gates."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["integrated_loudness", "k_weighting"]

_STEP = 0.1  # seconds between the starts of two blocks
_STEPS = 4  # of a block: 400 ms, an overlap of 75 %
_ABSOLUTE = -70.0  # LUFS
_RELATIVE = -10.0  # LU below the mean over the absolute gate
_OFFSET = -0.691
_REAR = 1.41
_WEIGHTS = {5: (1, 1, 1, _REAR, _REAR), 6: (1, 1, 1, 0, _REAR, _REAR)}  # L R C (LFE) Ls Rs
_RESPONSE = 0.25  # seconds after which the response of the filter has died away
_PIECE = 1 << 16  # samples of one transform


def k_weighting(rate: int) -> NDArray[np.float64]:
    """Return the two filters of the K-weighting at a sample rate.

    Parameters
    ----------
    rate : int
        Samples a second.

    Returns
    -------
    array of shape (2, 2, 3)
        For the shelf and the high pass the coefficients b0 b1 b2 and a0 a1 a2; at 48 kHz those of
        tables 1 and 2 of the standard. At other rates the analogue filters behind these are
        transformed anew (bilinear), so that the weighting stays the same.

    Notes
    -----
    Source: ITU-R BS.1770-4 (2015), annex 1; the analogue parameters by De Man (2014), Evaluation
    of implementations of the EBU R128 loudness measurement, AES convention 145.
    """
    shelf = _section(rate, 1681.974450955533, 0.7071752369554196, 3.999843853973347)
    high_pass = _section(rate, 38.13547087602444, 0.5003270373238773, None)
    return np.array([shelf, high_pass])


def _section(rate: int, hertz: float, q: float, gain: float | None) -> Any:
    k = math.tan(math.pi * hertz / rate) if hertz < rate / 2 else 1e6
    a0 = 1 + k / q + k * k
    below = (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
    if gain is None:
        return (1.0, -2.0, 1.0), below
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    above = (high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
    return tuple(each / a0 for each in above), below


@lru_cache(maxsize=16)
def _transfer(rate: int, length: int) -> tuple[NDArray[np.complex128], int]:
    """Return the transform of the filter's response, cut off where it has died away."""
    taps = min(math.ceil(_RESPONSE * rate), length // 2)
    grid = 1 << (4 * taps - 1).bit_length()
    z = np.exp(-2j * np.pi * np.arange(grid // 2 + 1) / grid)
    powers = np.stack([np.ones_like(z), z, z * z])
    total = np.ones_like(z)
    for above, below in k_weighting(rate):
        total *= (above @ powers) / (below @ powers)
    response = np.fft.irfft(total, grid)[:taps]
    return np.fft.rfft(response, length), taps


def _weighted(channel: NDArray[Any], rate: int) -> NDArray[np.float64]:
    """Return the squares of a channel behind the K-weighting (overlap-add)."""
    shortest = 4 * math.ceil(_RESPONSE * rate)
    longest = max(_PIECE, 1 << (shortest - 1).bit_length())
    length = min(longest, 1 << (len(channel) + shortest // 4 - 1).bit_length())
    transfer, taps = _transfer(rate, length)
    step = length - taps + 1
    made = np.zeros(len(channel) + length)
    for start in range(0, len(channel), step):
        piece = np.fft.rfft(channel[start : start + step], length)
        piece *= transfer
        made[start : start + length] += np.fft.irfft(piece, length)
    made = made[: len(channel)]
    made *= made
    return made


def integrated_loudness(samples: NDArray[Any], rate: int) -> float | None:
    """Return the integrated loudness of a clip.

    Parameters
    ----------
    samples : array of shape (n_frames, n_channels)
        Full scale is 1. One to three channels weigh 1 each; five are L R C Ls Rs, six are
        L R C LFE Ls Rs.
    rate : int
        Samples a second.

    Returns
    -------
    float or None
        LUFS. None for a clip under 0.4 s (one block); -70 where no block passes the absolute gate.

    Notes
    -----
    Source: ITU-R BS.1770-4 (2015), annex 1. A sine of 997 Hz that reaches full scale, in one
    channel, has -3.01 LUFS.

    Examples
    --------
    >>> time = np.arange(48_000 * 3) / 48_000
    >>> round(integrated_loudness(np.sin(2 * np.pi * 997 * time)[:, None], 48_000), 2)
    -3.01
    """
    steps = int(len(samples) / (_STEP * rate) + 1e-9)
    if steps < _STEPS or rate < 2 / _STEP:
        return None
    edges = (np.arange(steps + 1) * _STEP * rate + 1e-6).astype(np.int64)
    channels = samples.shape[1]
    weights = _WEIGHTS.get(channels, (1,) * channels)
    energy = np.zeros(steps)
    for i, weight in enumerate(weights):
        if weight:
            squares = _weighted(samples[:, i], rate)[: edges[-1]]
            energy += weight * np.add.reduceat(squares, edges[:-1])
    lengths = np.diff(edges)
    blocks = np.convolve(energy, np.ones(_STEPS), "valid")
    blocks /= np.convolve(lengths, np.ones(_STEPS), "valid")
    loud = blocks[blocks > _power(_ABSOLUTE)]
    if not loud.size:
        return _ABSOLUTE
    gate = _lufs(float(loud.mean())) + _RELATIVE
    return _lufs(float(loud[loud > _power(gate)].mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def _lufs(power: float) -> float:
    return _OFFSET + 10 * math.log10(power)
