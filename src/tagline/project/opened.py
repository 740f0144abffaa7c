"""A project that is open: what it holds, and what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tagline.engine import Connection, connect, source
from tagline.exceptions import InputError
from tagline.project.analysis import analysis_options, run_table, weigh
from tagline.project.importing import EXAMPLES, predictions_table
from tagline.project.transfer import OpenTables
from tagline.schema.settings import Settings
from tagline.store import ImportRecord, Lake, Metadata, RunRecord

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.error_analysis import ErrorAnalysis, RunComparison
    from tagline.error_analysis.comparison.ledger import Ledger
    from tagline.project.tagging import ProjectTags
    from tagline.project.tagging.analysis import Tagged

__all__ = ["OpenProject"]


class OpenProject:
    """The store, the lake and the engine of a project, and the questions that they answer.

    Parameters
    ----------
    path : Path
        The folder with `tagline.toml`.
    settings : Settings
    store : Metadata
    lake : Lake
    """

    def __init__(self, path: Path, settings: Settings, store: Metadata, lake: Lake) -> None:
        self.path = path
        self.settings = settings
        self.store = store
        self.lake = lake
        self._connection: Connection | None = None
        self._tables: OpenTables | None = None
        self._beside = False

    def __repr__(self) -> str:
        return f"Project({self.settings.project.name!r}, {str(self.path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store and the engine; a second call does nothing."""
        if not self._beside:
            self.store.close()
        if self._tables is not None:
            self._tables.close()
            self._tables = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def beside(self) -> Self:
        """Return the same project for another thread: one store, one engine, own relations.

        Returns
        -------
        OpenProject
            To be closed before this one, whose store stays open then.
        """
        other = type(self)(self.path, self.settings, self.store, self.lake)
        other._connection = self.connection.beside()
        other._beside = True
        return other

    @property
    def connection(self) -> Connection:
        """The engine of the settings, opened when it is first used."""
        if self._connection is None:
            self._connection = connect(self.settings.engine.connect_url())
        return self._connection

    @property
    def runs(self) -> list[RunRecord]:
        """The runs, the oldest first."""
        return self.store.runs

    @property
    def imports(self) -> list[ImportRecord]:
        """The log of finished imports, the oldest first."""
        return self.store.imports

    @property
    def tags(self) -> ProjectTags:
        """The vocabulary, and what people say with it."""
        from tagline.project.tagging import ProjectTags

        return ProjectTags(self)

    def examples(self) -> ir.Table:
        """Return all examples with their columns, at the newest version.

        Returns
        -------
        ibis table
            On `connection`.

        Raises
        ------
        InputError
            If there are none yet.
        """
        version = self.lake.version(EXAMPLES)
        if version is None:
            raise InputError(
                f"The project {self.settings.project.name!r} has no examples yet: bring them in"
                " with `tagline import` or `project.add_predictions`."
            )
        return self._relations.at(EXAMPLES, version)

    def example_columns(self) -> list[str]:
        """Return the columns of the examples; empty where there are none yet."""
        known = self.lake.version(EXAMPLES) is not None
        return list(self.lake.schema(EXAMPLES).names) if known else []

    @property
    def ledger(self) -> Ledger:
        """What was promised and what came, over all comparisons that `compare_runs` made."""
        from tagline.project.ledger import project_ledger

        return project_ledger(self.store.comparisons, self.settings)

    def predictions(self, run: str | None = None) -> ir.Table:
        """Return a run's examples with its predictions, at the versions that the run names.

        Parameters
        ----------
        run : str, optional
            Default: the run that was made last.

        Returns
        -------
        ibis table
            On `connection`; the prediction under the name that the user's data gave it. Usable
            until the project is closed.

        Raises
        ------
        InputError
            If there is no such run.
        """
        record = self.store.run(run)
        return self._run_table(record, record.examples_version)

    def tagged(self, run: str | None = None, *, sample: str | None = None) -> Tagged:
        """Return a run's table with what people said about its examples.

        Parameters
        ----------
        run : str, optional
            Default: the run that was made last.
        sample : str, optional
            Only the examples of this sample that people looked at, weighted back to all.

        Returns
        -------
        Tagged
            Its table, without the examples whose label is in doubt; see there.

        Raises
        ------
        InputError
            If there is no such run or sample, or the sample was picked on purpose.
        """
        from tagline.project.tagging.analysis import sampled, tagged

        record = self.store.run(run)
        table = self.predictions(record.name)
        if sample is not None:
            return sampled(self.connection, table, self.tags, sample)
        return tagged(self.connection, table, self.tags, n_rows=record.predictions)

    def analyze_errors(
        self, run: str | None = None, *, sample: str | None = None, **options: Any
    ) -> ErrorAnalysis:
        """Analyse the errors of a run by tag.

        Parameters
        ----------
        run : str, optional
            Default: the run that was made last.
        sample : str, optional
            Only the examples of this sample that people looked at, each with the weight of those
            that it stands for: so people's tags have rates before all examples are decided.
        **options
            Those of `tagline.analyze_errors`; by default those of `tagline.toml`, then the run's.
            `importance` and `ease` replace the factors of the tags that they name only.

        Returns
        -------
        ErrorAnalysis : its examples can be asked for until the project is closed

        Raises
        ------
        InputError
            If there is no such run, or an option is wrong.
        """
        return self.analyze_tagged(self.tagged(run, sample=sample), run, **options)

    def analyze_tagged(
        self, found: Tagged, run: str | None = None, /, **options: Any
    ) -> ErrorAnalysis:
        """Analyse the errors of what `tagged` returned; see `analyze_errors`."""
        from tagline.error_analysis import analyze_errors

        record = self.store.run(run)
        labels = [each.label for each in self.runs if each.label is not None]
        factors = {name: options.pop(name, None) for name in ("importance", "ease")}
        asked = {**options, **found.options}
        given = analysis_options(
            self.settings, record, labels, found.table.columns, asked, people=found.tags
        )
        data = source(found.table, called=f"the run {record.name!r}")
        result = analyze_errors(data, **given)
        return found.noted(weigh(result, self.settings, found.people, **factors))

    def compare_runs(
        self,
        before: str | Sequence[str] | None = None,
        after: str | Sequence[str] | None = None,
        **options: Any,
    ) -> RunComparison:
        """Compare two runs by tag, and write promise and delivery into the ledger.

        Parameters
        ----------
        before : str or list of str, optional
            Default: the run that was made before `after`. Several runs are one model with other
            seeds; there must be as many after. They are tested over the seeds, and are not entered
            into the ledger, which keeps what the ranking of one run promised.
        after : str or list of str, optional
            Default: the run that was made last.
        **options
            Those of `tagline.compare_runs`, and `human`, `top`, `importance` and `ease` of
            `tagline.analyze_errors` for the promises; by default those of `tagline.toml`, then the
            runs'. Where people's level is known, each change stands beside its promised gain.

        Returns
        -------
        RunComparison : its examples can be asked for until the project is closed

        Raises
        ------
        InputError
            If there are no two such runs, they are not on the same examples, or an option is wrong.
        """
        from tagline.project.comparing import Sides, chosen_runs, compare_sides

        old, new = chosen_runs(self.runs, self.settings.project.name, before, after)
        latest = max((*old, *new), key=lambda run: run.examples_version)
        table = self._run_table(old[0], latest.examples_version)
        said = {run.name: self._said(run) for run in (*old[1:], *new)}
        sides = Sides(old, new, latest, table, said)
        labels = [each.label for each in self.runs if each.label is not None]
        found, record = compare_sides(sides, self.settings, labels, options)
        if record is not None:
            self.store.record_comparison(record)
        return found

    def _run_table(self, run: RunRecord, version: int) -> ir.Table:
        said = self._said(run)
        return run_table(said, self._relations.at(EXAMPLES, version), run, self.runs)

    def _said(self, run: RunRecord) -> ir.Table:
        return self._relations.at(predictions_table(run.name), run.predictions_version)

    @property
    def _relations(self) -> OpenTables:
        if self._tables is None:
            self._tables = OpenTables(self.connection, self.lake)
        return self._tables
