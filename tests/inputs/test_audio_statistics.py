"""Statistics of audio: against pyloudnorm, the standard's own numbers, and noise of known level."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.inputs import STATISTICS, Clip, input_statistics, read_clip
from tagline.inputs.loudness import integrated_loudness, k_weighting

RATES = (8_000, 11_025, 16_000, 22_050, 44_100, 48_000)
FSDD = Path(__file__).resolve().parents[3] / "shared/data/fsdd/recordings"


def sine(seconds=3.0, rate=48_000, hertz=997.0, level=1.0):
    return level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def speech(rng, rate, words=8):
    """Bursts of coloured noise with pauses: a stand-in for words."""
    parts = []
    for _ in range(words):
        shape = np.hanning(int(0.35 * rate)) ** 0.5
        burst = np.convolve(rng.normal(size=shape.size), np.ones(8) / 8, "same")
        parts += [shape * burst * rng.uniform(0.3, 1), np.zeros(int(0.3 * rate))]
    return 0.2 * np.concatenate(parts)


# Loudness


def test_the_weighting_is_that_of_the_standard():
    shelf, high_pass = k_weighting(48_000)
    assert shelf[0] == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285])
    assert shelf[1] == pytest.approx([1, -1.69065929318241, 0.73248077421585])
    assert high_pass[0] == pytest.approx([1, -2, 1])
    assert high_pass[1] == pytest.approx([1, -1.99004745483398, 0.99007225036621])


@pytest.mark.parametrize(("channels", "lufs"), [(1, -3.01), (2, 0.0)])
def test_the_reference_of_the_standard(channels, lufs):
    samples = np.repeat(sine()[:, None], channels, axis=1)
    assert integrated_loudness(samples, 48_000) == pytest.approx(lufs, abs=0.005)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_as_pyloudnorm_with_the_filter_of_the_standard(rate, channels):
    rng = np.random.default_rng(rate + channels)
    samples = rng.normal(size=(4 * rate + 123, channels)).cumsum(0) * 0.001
    samples -= samples.mean(0)
    samples[rate : 2 * rate] *= 0.001  # below the absolute gate
    samples[2 * rate : 3 * rate] *= 0.3  # below the relative one, in part
    peer = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(samples)
    assert integrated_loudness(samples, rate) == pytest.approx(peer, abs=0.01)


@given(st.floats(-40, 0), st.sampled_from(RATES))
def test_a_gain_in_decibels_is_a_gain_in_lufs(gain, rate):
    base = sine(1, rate, 440)
    found = integrated_loudness((base * 10 ** (gain / 20))[:, None], rate)
    assert found == pytest.approx(integrated_loudness(base[:, None], rate) + gain, abs=1e-6)


def test_short_and_silent_clips():
    assert integrated_loudness(np.ones((6_399, 1)), 16_000) is None
    assert integrated_loudness(np.zeros((16_000, 1)), 16_000) == -70


# The others


def test_by_hand():
    samples = np.concatenate([np.zeros(8_000), np.full(7_984, 0.5), np.full(16, 1.0)])
    found = input_statistics((samples, 16_000))
    assert (found["seconds"], found["sample_rate"]) == (1.0, 16_000)
    power = (7_984 * 0.25 + 16) / 16_000
    assert found["loudness_dbfs"] == pytest.approx(10 * np.log10(power), abs=1e-4)
    assert found["peak_dbfs"] == pytest.approx(0)
    assert found["clipping_share"] == pytest.approx(0.001)
    assert found["silence_share"] == 0.5
    assert found["snr_db"] == 100


def test_a_full_sine_has_minus_three():
    assert input_statistics((sine(), 48_000))["loudness_dbfs"] == pytest.approx(-3.01, abs=0.005)


def test_silence():
    found = input_statistics((np.zeros(16_000), 16_000))
    assert (found["loudness_dbfs"], found["peak_dbfs"], found["silence_share"]) == (-120, -120, 1)
    assert found["snr_db"] is None


@given(st.integers(1, 3_000), st.integers(1, 3), st.integers(1, 96_000), st.integers(0, 99))
def test_values_lie_in_their_range(frames, channels, rate, seed):
    samples = np.random.default_rng(seed).normal(size=(frames, channels)) / 3
    for name, value in input_statistics((samples, rate)).items():
        each = STATISTICS["audio"][name]
        if value is not None:
            assert each.low is None or value >= each.low
            assert each.high is None or value <= each.high


@pytest.mark.parametrize("snr", [0, 5, 10, 20, 30])
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_noise_of_a_known_level(snr, rate):
    rng = np.random.default_rng(snr)
    errors = []
    for _ in range(8):
        clean = speech(rng, rate)
        noise = rng.normal(size=clean.size)
        noise *= np.sqrt((clean**2).mean() / (noise**2).mean() / 10 ** (snr / 10))
        errors.append(input_statistics((clean + noise, rate))["snr_db"] - snr)
    assert abs(np.mean(errors)) < 0.8
    assert np.std(errors) < 0.8


@pytest.mark.skipif(not FSDD.is_dir(), reason="the data of people's voices are not here")
@pytest.mark.parametrize("snr", [0, 10, 20])
def test_noise_of_a_known_level_on_voices(snr):
    import soundfile

    rng = np.random.default_rng(snr)
    names = sorted(FSDD.glob("*_jackson_*.wav"))
    parts = []
    for i in rng.choice(len(names), 8):
        samples, rate = soundfile.read(names[i])
        parts += [samples, np.zeros(int(0.3 * rate))]
    clean = np.concatenate(parts)
    noise = rng.normal(size=clean.size)
    noise *= np.sqrt((clean**2).mean() / (noise**2).mean() / 10 ** (snr / 10))
    assert input_statistics((clean + noise, rate))["snr_db"] == pytest.approx(snr, abs=1)


# Files


@pytest.mark.parametrize(
    ("format", "options"),
    [("WAV", {}), ("WAV", {"subtype": "FLOAT"}), ("FLAC", {}), ("OGG", {}), ("MP3", {})],
)
def test_formats(clip_bytes, format, options):
    clip = read_clip(clip_bytes(sine(1, 16_000, 440, 0.5), 16_000, format, **options))
    found = input_statistics(clip)
    assert found["seconds"] == pytest.approx(1, abs=0.1)
    assert found["loudness_dbfs"] == pytest.approx(-9.03, abs=0.3)


def test_whole_numbers_have_their_own_full_scale():
    clip = Clip.of(np.array([-32768, 16384], np.int16), 8_000)
    assert clip.samples.ravel().tolist() == [-1, 0.5]


def test_a_long_clip_is_refused_by_its_header(clip_bytes):
    content = clip_bytes(np.zeros(11 * 3600 * 50), 50, "FLAC")
    with pytest.raises(InputError, match=r"11\.0 hours long: at most 10"):
        read_clip(content)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"words and words", "is no audio file"), (b"RIFF\0\0\0\0WAVE", "audio"), (b"", "audio")],
)
def test_what_is_no_audio_is_one_sentence(content, says):
    with pytest.raises(InputError, match=says):
        read_clip(content)


def test_no_numbers_are_refused():
    with pytest.raises(InputError, match="no number"):
        Clip.of(np.array([0.0, np.nan]), 8_000)
    with pytest.raises(InputError, match="array of floats"):
        Clip.of(np.zeros((2, 2, 2)), 8_000)


@given(st.data())
def test_a_damaged_file_is_a_clip_or_one_sentence(data):
    import io

    import soundfile

    file = io.BytesIO()
    kind = data.draw(st.sampled_from(["WAV", "FLAC", "OGG"]))
    soundfile.write(file, sine(0.05, 8_000, 440, 0.5), 8_000, format=kind)
    content = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_clip(bytes(content[: data.draw(st.integers(1, len(content)))]))
    except InputError as error:
        assert "\n" not in str(error)
