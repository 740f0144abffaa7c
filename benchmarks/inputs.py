"""Statistics of raw inputs: images a second and times real time on one core, decoding included."""

from __future__ import annotations

import io
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.data import SEED
from benchmarks.findings import Finding, skipped
from benchmarks.timing import paired
from tagline.inputs import describe_inputs, input_statistics, read_clip, read_picture

__all__ = ["measure"]

SIDE = 224  # pixels
RATE = 16_000
SECONDS = 10  # of a clip
WANTED_IMAGES = 500  # a second
WANTED_AUDIO = 500  # times real time


def measure(images: int = 200, clips: int = 12) -> Iterator[Finding]:
    """Yield the time of one image and of one second of audio, on one core and beside peers."""
    yield from _images(images)
    yield from _clips(clips)
    yield from _folder(images)


def _images(count: int) -> Iterator[Finding]:
    from PIL import Image

    files = _jpegs(count)
    each = _core_seconds(lambda: [input_statistics(read_picture(f)) for f in files]) / count
    name = f"inputs: one JPEG of {SIDE} x {SIDE}, decoded and described, time of one core"
    note = f"{1 / each:,.0f} a second"
    most = 1000 / WANTED_IMAGES
    yield Finding(name, unit="ms", ours=1000 * each, at_most=most, bounds="ours", note=note)

    def decoded() -> object:
        return [np.asarray(Image.open(io.BytesIO(f)).convert("RGB")) for f in files]

    both = paired(lambda: [input_statistics(read_picture(f)) for f in files], decoded)
    name = f"inputs: {count} JPEGs, decoded and described"
    peer = "Pillow, decoding alone"
    yield Finding(
        name, ours=both.ours, peer=both.peer, peer_name=peer, ratio=both.ratio, note=both.spread
    )


def _clips(count: int) -> Iterator[Finding]:
    import soundfile

    clips = _waves(count)
    each = _core_seconds(lambda: [input_statistics(read_clip(f)) for f in clips]) / count / SECONDS
    name = "inputs: one second of audio at 16 kHz, decoded and described, time of one core"
    note = f"{1 / each:,.0f} times real time"
    most = 1000 / WANTED_AUDIO
    yield Finding(name, unit="ms", ours=1000 * each, at_most=most, bounds="ours", note=note)
    name = f"inputs: loudness of {count} clips of {SECONDS} s"
    if find_spec("pyloudnorm") is None:
        yield skipped(name, "the package pyloudnorm is not installed")
        return
    import pyloudnorm

    meter = pyloudnorm.Meter(RATE, filter_class="DeMan")
    samples = [soundfile.read(io.BytesIO(f))[0] for f in clips]
    read = [read_clip(f) for f in clips]
    for one, clip in zip(samples, read, strict=True):
        found = input_statistics(clip, statistics=["loudness_lufs"])["loudness_lufs"]
        if found is None or abs(found - meter.integrated_loudness(one)) > 0.01:
            raise AssertionError("the loudness of both sides differs")
    both = paired(
        lambda: [input_statistics(each, statistics=["loudness_lufs"]) for each in read],
        lambda: [meter.integrated_loudness(each) for each in samples],
    )
    yield Finding(
        name,
        ours=both.ours,
        peer=both.peer,
        peer_name="pyloudnorm",
        ratio=both.ratio,
        note=both.spread,
    )


def _folder(count: int) -> Iterator[Finding]:
    """Yield a folder with every worker, and the same once more out of the cache."""
    place = Path(tempfile.mkdtemp(prefix="tagline-bench-"))
    try:
        (place / "images").mkdir()
        for i, content in enumerate(_jpegs(count)):
            (place / "images" / f"{i}.jpg").write_bytes(content)

        def work() -> Any:
            return describe_inputs(place / "images", cache=place / "cache", progress=False)

        describe_inputs(place / "images", cache=False, progress=False)
        took = []
        for _ in range(2):
            start = time.perf_counter()
            work()
            took.append(time.perf_counter() - start)
        name = f"inputs: a folder of {count} JPEGs out of the cache, beside the first time"
        ratio = took[1] / took[0]
        yield Finding(
            name, ours=took[1], peer=took[0], peer_name="first time", ratio=ratio, at_most=0.5
        )
    finally:
        shutil.rmtree(place)


def _core_seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the processor's time of one call on one thread: others on the machine do not count."""
    work()
    took = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return median(took)


def _jpegs(count: int) -> list[bytes]:
    """Return pictures with smooth parts and edges, of about 15 kB each, as photographs have."""
    from PIL import Image

    rng = np.random.default_rng(SEED)
    made = []
    for _ in range(count):
        coarse = rng.integers(0, 256, (SIDE // 8, SIDE // 8, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(
            file, "JPEG", quality=90
        )
        made.append(file.getvalue())
    return made


def _waves(count: int) -> list[bytes]:
    import soundfile

    rng = np.random.default_rng(SEED)
    made = []
    for _ in range(count):
        loud = np.repeat(rng.uniform(0, 0.2, SECONDS * 10), RATE // 10)
        file = io.BytesIO()
        soundfile.write(file, loud * rng.normal(size=loud.size) / 3, RATE, format="WAV")
        made.append(file.getvalue())
    return made
