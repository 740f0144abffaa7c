"""`describe_inputs`: the statistics of the raw inputs of a data set."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tagline.engine import source
from tagline.exceptions import InputError
from tagline.inputs.cache import open_cache
from tagline.inputs.chat_files import is_chat_file
from tagline.inputs.computing import Task, outcomes
from tagline.inputs.describing_rows import describe_rows
from tagline.inputs.feeds import Feed, chat_feed, file_feed, input_column, table_feed
from tagline.inputs.folders import listed
from tagline.inputs.gathering import Gathered, Writer, column_types
from tagline.inputs.limits import MAX_TEXT_BYTES
from tagline.inputs.places import Places
from tagline.inputs.registry import find_kind, find_statistics
from tagline.inputs.results import InputDescription

__all__ = ["describe_inputs"]


def describe_inputs(
    data: Any,
    *,
    input: str | None = None,
    kind: str | None = None,
    statistics: Iterable[str] | None = None,
    vocabulary: Iterable[str] | str | os.PathLike[str] | None = None,
    reference: Any = None,
    root: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | bool | None = None,
    workers: int | None = None,
    progress: bool | None = None,
    engine: Any = None,
) -> InputDescription:
    """Describe raw inputs: compute the statistics of each, and summarise them.

    Parameters
    ----------
    data : path of a folder or glob of images, clips or texts; JSON file of conversations; or table
        A table is any frame, relation, path or glob that `analyze_errors` takes.
    input : str, optional
        The column with the paths, URLs, bytes, texts or messages. Default: the one that is called
        `input`, `path`, `image`, `text`, `messages` or the like. Relative paths start from the
        folder of the table's file; those of a frame from `root`, else from the current folder.
    kind : {"text", "image", "audio", "row", "chat"}, optional
        Default: told by the endings, or by the type and the values of the column. ``"row"`` takes
        the rows of the table themselves.
    statistics : iterable of str, optional
        Default: all of the kind (`STATISTICS`).
    vocabulary : iterable of str, or path of a file with a word a line, optional
        For `oov_share`.
    reference : table or RowProfile, optional
        For `n_out_of_range` and `n_unseen`: what the columns are expected to hold.
    root : path, optional
        A folder, or the start of URLs: what lies outside, also by a symbolic link, is not opened.
    out : path, optional
        A Parquet file to write: the data set with a column for each statistic and `input_error`.
    cache : path or bool, optional
        A folder for what was computed, by the content of the files; False for none. Default: that
        of the user (``TAGLINE_CACHE``). A run that was interrupted goes on from there.
    workers : int, optional
        Threads. Default: one for each core.
    progress : bool, optional
        Show progress on standard error. Default: if that is a terminal.
    engine : None, str or connection, optional
        As `analyze_errors` takes it.

    Returns
    -------
    InputDescription
        An input that cannot be read is counted, has its reason in `input_error`, and does not stop
        the run.

    Raises
    ------
    InputError
        If the data cannot be read, or a column, kind or statistic is not known.
    MissingExtraError
        If images, audio or URLs need a package that is not installed.

    Examples
    --------
    >>> from tagline.inputs import describe_inputs
    >>> found = describe_inputs({"text": ["Call NOW!", "See you at 5", None]})
    >>> found.headline
    '2 texts described; 1 could not be read: is missing.'
    >>> found.examples["n_words"].to_pylist()
    [2, 4, None]
    """
    kind = None if kind is None else find_kind(kind)
    target = _checked_out(out, data)
    limit = _checked_root(root)
    if workers is not None and workers < 1:
        raise InputError(f"`workers` must be at least 1. Got {workers} instead.")
    names = None if statistics is None else _names(statistics)
    if kind == "row" and input is not None:
        raise InputError("`kind='row'` takes the rows themselves: leave `input` away.")
    if kind != "row" and reference is not None:
        raise InputError("`reference` is for the rows of a table: add `kind='row'`.")
    if kind == "row":
        return describe_rows(data, names, reference, target, engine)
    with ExitStack() as stack:
        feed = _feed(data, input, kind, limit, whole=target is not None, engine=engine, stack=stack)
        words = _vocabulary(vocabulary)
        parameters = {} if words is None else {"vocabulary": words}
        chosen = find_statistics(feed.kind, names, parameters)
        store = open_cache(cache) if feed.places is not None else None
        if store is not None:
            stack.callback(store.close)
        task = Task(feed.kind, chosen, parameters, feed.places, store)
        writer = None if target is None else stack.enter_context(_writer(target, feed, chosen))
        gathered = Gathered(chosen, writer)
        pairs = ((batch, batch.inputs) for batch in feed.batches)
        with _progress(progress, feed) as step:
            for batch, found in outcomes(pairs, task, workers or os.cpu_count() or 1):
                gathered.add(batch, found)
                step(len(found))
    return InputDescription(
        kind=feed.kind,
        input=feed.input,
        n_examples=gathered.count,
        n_broken=sum(gathered.reasons.values()),
        rows=gathered.rows(),
        reasons=dict(gathered.reasons.most_common()),
        broken=tuple(gathered.broken),
        bars=gathered.bars(),
        examples=gathered.examples,
        out=target,
    )


def _names(statistics: Iterable[str]) -> list[str]:
    return [statistics] if isinstance(statistics, str) else list(statistics)


def _feed(
    data: Any,
    column: str | None,
    kind: str | None,
    root: str | None,
    *,
    whole: bool,
    engine: Any,
    stack: ExitStack,
) -> Feed:
    files = listed(data, kind) if column is None else None
    if files is not None:
        return file_feed(*files, root)
    if column is None and kind in {None, "chat"} and is_chat_file(data):
        return chat_feed(os.fspath(data))
    connection, table = stack.enter_context(source(data, engine=engine).open())
    places = Places(_folder_of(data) or root or os.getcwd(), root)
    chosen = input_column(table, column)
    return table_feed(connection, table, chosen, kind, places, whole=whole)


def _folder_of(data: Any) -> str | None:
    """Return the folder of the first file of a table; None for frames and URLs."""
    from tagline.engine.finding import find_files

    first = data[0] if isinstance(data, (list, tuple)) and data else data
    if not isinstance(first, (str, os.PathLike)):
        return None
    path = find_files(first).paths[0]
    return path.rsplit("/", 1)[0] if "://" in path else str(Path(path).parent)


def _checked_root(root: str | os.PathLike[str] | None) -> str | None:
    if root is None:
        return None
    text = os.fspath(root)
    if "://" not in text and not Path(text).is_dir():
        raise InputError(f"`root` must be a folder. There is none {text!r}.")
    return text


def _checked_out(out: str | os.PathLike[str] | None, data: Any) -> str | None:
    if out is None:
        return None
    path = Path(out)
    if path.suffix.lower() not in {".parquet", ".pq"}:
        raise InputError(f"`out` must be a Parquet file, such as 'out.parquet'. Got {str(out)!r}.")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError(f"`out` cannot be written: there is no folder for {str(out)!r}.")
    sources = data if isinstance(data, (list, tuple)) else [data]
    named = [Path(each) for each in sources if isinstance(each, (str, os.PathLike))]
    if any(each.absolute() == path.absolute() for each in named):
        raise InputError(f"`out` would overwrite the data, {str(out)!r}: name another file.")
    return str(path)


def _writer(target: str, feed: Feed, statistics: Any) -> Writer:
    columns = column_types(statistics)
    twice = [each.name for each in columns if each.name in feed.schema.names]
    if twice:
        raise InputError(f"The data have a column {twice[0]!r} already: rename it, to write `out`.")
    return Writer(target, pa.schema([*feed.schema, *columns]))


def _vocabulary(given: Any) -> frozenset[str] | None:
    if given is None:
        return None
    if isinstance(given, (str, os.PathLike)):
        path = Path(given)
        try:
            if path.stat().st_size > MAX_TEXT_BYTES:
                raise InputError(f"`vocabulary` {str(given)!r} is larger than 64 MiB.")
            given = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"`vocabulary` {str(given)!r} cannot be read: {error}.") from error
    words = frozenset(str(word).strip().casefold() for word in given) - {""}
    if not words:
        raise InputError("`vocabulary` is empty: name its words, or leave it away.")
    return words


@contextmanager
def _progress(wanted: bool | None, feed: Feed) -> Iterator[Any]:
    """Yield what is called with the number of inputs that are done."""
    if not (sys.stderr.isatty() if wanted is None else wanted):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        "{task.description}", *columns, console=console, transient=console.is_terminal
    ) as shown:
        number = shown.add_task(f"Describing {feed.kind}", total=feed.total)
        yield lambda count: shown.advance(number, count)
