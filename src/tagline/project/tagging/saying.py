"""What people say of examples: decisions, notes, verdicts; from files and to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagline.stats import Saturation, note_saturation
from tagline.store import ActionRecord, NoteRecord, VerdictRecord
from tagline.tags.model_groups import groups_in, question
from tagline.tags.note_groups import NoteGroup, note_groups
from tagline.tags.spreadsheet import Layout

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from tagline.project.tagging.importing import TagImport

from tagline.project.tagging.naming import Naming

__all__ = ["Saying"]


class Saying(Naming):
    """What people say of examples: decisions, notes, verdicts; from files and to files."""

    def to_arrow(self) -> pa.Table:
        """Return who decided what: `example_id`, `tag`, `person`, `value`, `blind`, `action`."""
        return self.store.decisions()

    def to_pandas(self) -> pd.DataFrame:
        """Return `to_arrow` as a pandas frame."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Return `to_arrow` as a Polars frame."""
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()

    def decide(
        self,
        example_id: Any,
        choices: Mapping[str, bool | None],
        *,
        by: str | None = None,
        blind: bool = False,
    ) -> None:
        """Say of one example which tags it has.

        Parameters
        ----------
        example_id : str or int
        choices : mapping from tag to True, False or None
            None: as if it had never been looked at.
        by : str, optional
        blind : bool, default False
            Whether label and prediction were hidden.

        Raises
        ------
        InputError
            If there is no such tag or example.
        """
        self._known([str(example_id)])
        made = [(str(example_id), tag, value) for tag, value in choices.items()]
        self.store.decide(made, by=self._who(by), blind=blind)

    def note(self, example_id: Any, text: str, *, by: str | None = None) -> int:
        """Write a free note on an example; return its number."""
        self._known([str(example_id)])
        return self.store.note(str(example_id), text, by=self._who(by))

    def label_is_wrong(
        self, example_id: Any, right_label: Any = None, *, by: str | None = None
    ) -> None:
        """Say that the label of an example is wrong: it leaves the analysis until a review."""
        self._known([str(example_id)])
        right = None if right_label is None else str(right_label)
        self.store.verdict(str(example_id), by=self._who(by), right_label=right)

    def undo(self, *, by: str | None = None, action: int | None = None) -> ActionRecord:
        """Undo one's last action, or the one that is named."""
        return self.store.undo(by=self._who(by), action=action)

    def history(self, **only: Any) -> list[ActionRecord]:
        """Return what was done, the newest first; `example_id`, `person`, `limit` narrow it."""
        return self.store.history(**only)

    @property
    def notes(self) -> list[NoteRecord]:
        """The notes that stand, the oldest first."""
        return self.store.notes()

    @property
    def verdicts(self) -> list[VerdictRecord]:
        """Who said of which labels that they are wrong."""
        return self.store.verdicts()

    def propose(self) -> list[NoteGroup]:
        """Group the notes that stand under no tag by the words that they share: proposals only."""
        return note_groups(self._ungrouped())

    def question(self, model: str) -> dict[str, Any]:
        """Return what `ask` would send to a model: look at it first.

        Parameters
        ----------
        model : str

        Returns
        -------
        dict
            The body of the request, with the text of every note that stands under no tag.

        Raises
        ------
        InputError
            If there is no such note, or there are more than 1,000.
        """
        return question(self._ungrouped(), model)

    def ask(self, endpoint: str, model: str) -> list[NoteGroup]:
        """Have a language model of your own group the notes: proposals only.

        The notes leave this machine for the endpoint, and only through this call.

        Parameters
        ----------
        endpoint : str
            OpenAI-compatible, such as ``"http://localhost:11434/v1"``. A key stands in the
            environment: ``TAGLINE_MODEL_KEY``.
        model : str

        Returns
        -------
        list of NoteGroup

        Raises
        ------
        InputError
            If the endpoint does not answer, or not in the form that was asked for.
        """
        from tagline.project.tagging.model import ask_model

        notes = self._ungrouped()
        return groups_in(ask_model(endpoint, question(notes, model)), notes)

    def _ungrouped(self) -> list[tuple[int, str]]:
        return [(note.id, note.text) for note in self.notes if note.tag is None]

    def group(self, notes: Sequence[int], tag: str, *, by: str | None = None) -> int:
        """Put notes under a tag, and say yes to it for their examples; a new tag is made.

        Parameters
        ----------
        notes : sequence of int
            Numbers of notes.
        tag : str
        by : str, optional

        Returns
        -------
        int
            How many examples these are.

        Raises
        ------
        InputError
            If there is no such note, or the tag is not one that people give.
        """
        if tag not in {record.name for record in self.people}:
            self.add(tag, by=by)
        return self.store.group_notes(notes, tag, by=self._who(by))

    def saturation(self) -> Saturation | None:
        """Return how long notes brought no new kind of error; None where no note has a tag yet.

        Returns
        -------
        Saturation or None
            With the probability that the next note is of a new kind (Good-Turing).
        """
        kinds = [note.tag for note in self.notes if note.tag is not None]
        codes = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
        return note_saturation([codes[kind] for kind in kinds]) if kinds else None

    def import_file(
        self,
        path: str | Path,
        *,
        id: str = "example_id",
        columns: Sequence[str] = (),
        cells: str | None = None,
        note: str | None = None,
        by: str | None = None,
    ) -> TagImport:
        """Take over tags from a spreadsheet, from JSON, or from Label Studio: all or nothing.

        Parameters
        ----------
        path : str or Path
            CSV, TSV, XLSX, Parquet ...: rows of examples. ``.json``: tasks of Label Studio, or
            decisions as `export_file` writes them.
        id : str, default "example_id"
            The column of ids.
        columns : sequence of str, default ()
            Columns of ticks: x, yes, 1 and the like, no, 0 and the like, or empty, which is a no in
            a row where anything is said. Default: those called like a tag that people give.
        cells : str, optional
            A column that lists tags, with ``;``, ``,`` or ``|`` between.
        note : str, optional
            A column of free notes.
        by : str, optional
            Whose decisions they are, where the file does not say.

        Returns
        -------
        TagImport

        Raises
        ------
        InputError
            If the file cannot be read; it names the row. Then nothing was written.
        """
        from tagline.project.tagging.importing import import_tags

        layout = Layout(id, tuple(columns), cells, note)
        return import_tags(self._project, self, path, layout, self._who(by))

    def export_file(self, path: str | Path, *, kind: str | None = None) -> int:
        """Write what people decided to a file.

        Parameters
        ----------
        path : str or Path
        kind : {"csv", "xlsx", "json", "label-studio"}, optional
            ``csv`` and ``xlsx`` have a row for each example and a column for each tag: yes, no, or
            empty for unknown; ``json`` every decision; ``label-studio`` tasks with annotations.
            Default: by the name of the file.

        Returns
        -------
        int
            Rows, decisions or tasks written.

        Raises
        ------
        InputError
            If there is no such format.
        """
        from tagline.project.tagging.exporting import export_tags

        return export_tags(self._project, self, path, kind=kind)
