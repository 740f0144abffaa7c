"""The data of the benchmarks, made once from a fixed seed and kept in a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = [
    "CATEGORIES",
    "FLAGS",
    "PLANTED",
    "examples",
    "folder",
    "long_tags",
    "many_files",
    "sliceable",
    "transcripts",
    "two_runs",
]

SEED = 20_260
CLASSES = 10
FLAGS = [f"tag_{place:02}" for place in range(20)]
CATEGORIES = {"site": 5, "device": 50, "customer": 500}
PLANTED = {  # slices of `sliceable` with another error rate than 10 %
    "column0 = 'v1' and column1 = 'v2'": 0.3,
    "column2 = 'v0'": 0.16,
    "column3 = 'v1' and column4 = 'v1' and column5 = 'v0'": 0.5,
}
AT_ONCE = 1_000_000  # rows of a file
MOST_IN_GROUP = 122_880  # rows of a row group, as DuckDB writes them


@cache
def folder() -> Path:
    """Return where the data lie: `TAGLINE_BENCH_DATA`, or a new temporary folder."""
    given = os.environ.get("TAGLINE_BENCH_DATA")
    place = Path(given) if given else Path(tempfile.mkdtemp(prefix="tagline-benchmarks-"))
    place.mkdir(parents=True, exist_ok=True)
    return place


def examples(rows: int = 1_000_000, ids: str = "integer") -> Path:
    """Return a Parquet file of predictions with 20 boolean tags, 3 columns of levels and a weight.

    Parameters
    ----------
    rows : int
    ids : {"integer", "string"}
        What `example_id` is: 0, 1, 2 ..., or texts of 20 characters.
    """
    path = folder() / f"examples-{rows}-{ids}.parquet"
    if not path.exists():
        table = _predictions(rows, np.random.default_rng(SEED), start=0, categories=True)
        if ids == "string":
            texts = [f"utterance-{number:010}" for number in range(rows)]
            table = table.set_column(0, "example_id", pa.array(texts))
        _write(table, path)
    return path


def two_runs(rows: int = 1_000_000) -> tuple[Path, Path, Path]:
    """Return the file of `examples` with a second run beside it, the first alone, and the second.

    The second run, `later`, errs on about 13 of 100 examples, mostly where the first does.
    """
    before = examples(rows)
    whole, after = (folder() / f"{name}-{rows}.parquet" for name in ("two-runs", "second-run"))
    if not whole.exists() or not after.exists():
        table, rng = pq.read_table(before), np.random.default_rng([SEED, rows])
        label, first = (table[name].to_numpy() for name in ("label", "prediction"))
        other = (label + rng.integers(1, CLASSES, rows)) % CLASSES
        later = np.where(rng.random(rows) < 0.4, label, first)
        later = np.where(rng.random(rows) < 0.03, other, later)
        _write(table.append_column("later", pa.array(later)), whole)
        _write(pa.table({"example_id": table["example_id"], "prediction": later}), after)
    return whole, before, after


def many_files(files: int) -> Path:
    """Return a folder with this many Parquet files of a million predictions with 20 tags."""
    place = folder() / f"many-{files}"
    done = place / "complete"
    if not done.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for number in range(files):
            rng = np.random.default_rng([SEED, number])
            table = _predictions(AT_ONCE, rng, start=number * AT_ONCE, categories=False)
            _write(table, place / f"part-{number:03}.parquet")
        done.touch()
    return place


def long_tags(rows: int = 10_000_000, tags: int = 4) -> tuple[Path, Path]:
    """Return predictions, and a table with `rows` rows that gives each example this many tags."""
    count = rows // tags
    path = folder() / f"long-{rows}.parquet"
    predictions = folder() / f"long-predictions-{rows}.parquet"
    if not path.exists() or not predictions.exists():
        rng = np.random.default_rng(SEED)
        first = rng.integers(0, len(FLAGS), count)
        places = (first[:, None] + np.arange(tags) * 5) % len(FLAGS)
        names = pa.DictionaryArray.from_arrays(places.ravel().astype(np.int8), FLAGS)
        ids = np.repeat(np.arange(count), tags)
        _write(pa.table({"example_id": ids, "tag": names.cast(pa.string())}), path)
        label, prediction = _answers(count, rng)
        columns = {"example_id": np.arange(count), "label": label, "prediction": prediction}
        _write(pa.table(columns), predictions)
    return predictions, path


def transcripts(rows: int = 100_000, words: int = 10) -> Path:
    """Return a Parquet file of transcripts in which one word of ten is another one."""
    path = folder() / f"transcripts-{rows}.parquet"
    if not path.exists():
        rng = np.random.default_rng(SEED)
        vocabulary = np.array([f"word{number}" for number in range(2_000)])
        said = rng.integers(0, len(vocabulary), (rows, words))
        heard = np.where(rng.random(said.shape) < 0.1, rng.integers(0, 2_000, said.shape), said)
        texts = {
            name: [" ".join(row) for row in vocabulary[places]]
            for name, places in (("label", said), ("prediction", heard))
        }
        _write(pa.table({**texts, "noisy": rng.random(rows) < 0.3}), path)
    return path


def sliceable(rows: int, columns: str, seed: int = 0, planted: bool = True) -> Path:
    """Return a Parquet file of predictions with columns of levels, and three bad slices or none.

    Parameters
    ----------
    rows : int
    columns : str
        How many levels each column has, such as ``"7 7 50"``.
    seed : int
    planted : bool
        Whether the slices of `PLANTED` err more than the rest.
    """
    sizes = [int(each) for each in columns.split()]
    path = folder() / f"slices-{rows}-{'-'.join(map(str, sizes))}-{seed}-{int(planted)}.parquet"
    if not path.exists():
        rng = np.random.default_rng([SEED, seed, rows])
        codes = {f"column{at}": rng.integers(0, size, rows) for at, size in enumerate(sizes)}
        chance = np.full(rows, 0.1)
        for rule, rate in PLANTED.items() if planted else ():
            parts = (part.split(" = 'v") for part in rule.removesuffix("'").split("' and "))
            inside = [codes[name] == int(level) for name, level in parts]
            chance[np.logical_and.reduce(inside)] = rate
        label, prediction = np.zeros(rows, int), (rng.random(rows) < chance).astype(int)
        levels = np.array([f"v{number}" for number in range(max(sizes))])
        made = {name: pa.array(levels[each]) for name, each in codes.items()}
        own = {"example_id": np.arange(rows), "label": label, "prediction": prediction}
        _write(pa.table({**own, **made}), path)
    return path


def _predictions(rows: int, rng: np.random.Generator, *, start: int, categories: bool) -> pa.Table:
    label, prediction = _answers(rows, rng)
    columns = {
        "example_id": np.arange(start, start + rows),
        "label": label,
        "prediction": prediction,
    }
    for place, name in enumerate(FLAGS):
        columns[name] = rng.random(rows) < 0.02 * (place + 1)
    for name, levels in CATEGORIES.items() if categories else ():
        codes = rng.integers(0, levels, rows).astype(np.int16)
        names = pa.array([f"{name}{number:03}" for number in range(levels)])
        columns[name] = pa.DictionaryArray.from_arrays(codes, names).cast(pa.string())
    if categories:
        columns["weight"] = rng.uniform(0.5, 2.0, rows)
    return pa.table(columns)


def _answers(rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and predictions of which about 17 of 100 differ."""
    label = rng.integers(0, CLASSES, rows)
    other = (label + rng.integers(1, CLASSES, rows)) % CLASSES
    return label, np.where(rng.random(rows) < 0.17, other, label)


def _write(table: pa.Table, path: Path) -> None:
    """Write under another name first, so that a file that is there is whole."""
    part = path.with_suffix(".part")
    size = min(MOST_IN_GROUP, table.num_rows // 8)  # so that several threads have work
    pq.write_table(table, part, row_group_size=size)
    part.rename(path)
