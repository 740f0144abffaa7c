"""Project: the one object that ties the store and the engine together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from tagline.engine import connect, source
from tagline.exceptions import InputError
from tagline.project.importing import Import, import_predictions
from tagline.project.opened import OpenProject
from tagline.project.place import (
    find_project,
    lake_location,
    metadata_address,
    prepare_private,
    refuse_odd_name,
    refuse_password,
)
from tagline.project.staging import Roles
from tagline.project.talking import is_server
from tagline.schema.settings import SETTINGS_FILE, Settings, load_settings, parse_settings
from tagline.schema.template import template
from tagline.store import Lake, Metadata

if TYPE_CHECKING:
    from tagline.project.remote import RemoteProject

__all__ = ["Project"]


class Project(OpenProject):
    """A project that is open: made by `Project.init` or `Project.open`, also a context manager.

    Attributes
    ----------
    path : Path
        The folder with `tagline.toml`.
    settings : Settings
        What stands in `tagline.toml`.
    store : Metadata
    lake : Lake

    Examples
    --------
    >>> import tempfile
    >>> answers = {"example_id": [1, 2], "said": ["yes", "no"], "y": ["yes", "yes"]}
    >>> with tempfile.TemporaryDirectory() as folder, Project.init(folder) as project:
    ...     project.add_predictions(answers, run="first", label="y", prediction="said").message
    "Run 'first': 2 new predictions, 2 new examples."
    """

    @classmethod
    def init(
        cls, path: str | Path = ".", *, name: str | None = None, store: str | None = None
    ) -> Self:
        """Make a project.

        Parameters
        ----------
        path : str or Path, default "."
            A folder; it is made if it is missing.
        name : str, default the name of the folder
        store : str, optional
            URL of the metadata, such as ``postgresql://user@host/database``, without a password.
            Default: ``TAGLINE_STORE_URL`` of the environment, else SQLite under `.tagline/`.

        Returns
        -------
        Project
            Open.

        Raises
        ------
        InputError
            If there is a project already, the store cannot be opened, or `store` holds a password.
        """
        folder = Path(path).expanduser().absolute()
        settings_file = folder / SETTINGS_FILE
        if settings_file.exists():
            raise InputError(f"There is a project in {folder} already: open it.")
        if store is not None:
            refuse_password(store)
        text = template(name if name is not None else folder.name or "project", store=store)
        settings = parse_settings(text, settings_file)
        prepare_private(folder)
        project = cls._open(folder, settings, new=True)
        try:
            with settings_file.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            project.close()
            raise InputError(f"There is a project in {folder} already: open it.") from None
        return project

    @overload
    @classmethod
    def open(cls, path_or_url: str | Path = ".", *, token: None = None) -> Self: ...

    @overload
    @classmethod
    def open(cls, path_or_url: str, *, token: str) -> RemoteProject: ...

    @classmethod
    def open(
        cls, path_or_url: str | Path = ".", *, token: str | None = None
    ) -> Self | RemoteProject:
        """Open the project that a folder belongs to, or one on a server.

        Parameters
        ----------
        path_or_url : str or Path, default "."
            A folder in the project; `tagline.toml` is looked for upwards. Or the ``http://`` or
            ``https://`` address of a server.
        token : str, optional
            For a server. Default: ``TAGLINE_TOKEN`` of the environment, else what stands in the
            file that ``TAGLINE_TOKEN_FILE`` names.

        Returns
        -------
        Project or RemoteProject

        Raises
        ------
        InputError
            If there is no project, its settings are wrong, or its store cannot be opened; if there
            is no such server, or it does not take the token.
        """
        if is_server(path_or_url):
            from tagline.project.remote import RemoteProject

            return RemoteProject(str(path_or_url), token)
        folder = find_project(path_or_url)
        settings = load_settings(folder)
        prepare_private(folder)
        return cls._open(folder, settings)

    @classmethod
    def _open(cls, folder: Path, settings: Settings, *, new: bool = False) -> Self:
        lake = Lake(lake_location(folder, settings))
        address = metadata_address(folder, settings)
        store = Metadata(address, settings.project.name, new=new)
        return cls(folder, settings, store, lake)

    def add_predictions(
        self,
        data: Any,
        *,
        run: str,
        label: str | None,
        prediction: str,
        input: str | None = None,
        example_id: str | None = None,
        scores: str | Sequence[str] = (),
        engine: Any = None,
    ) -> Import:
        """Bring the predictions of a run, and the examples that they are about, into the project.

        The same rows twice change nothing. Runs share examples: a second run may come with the ids
        and predictions alone. A null says nothing, so a later import may fill in a column of a
        known example; another value for a known one is refused. Refused means that nothing at all
        was written.

        Parameters
        ----------
        data : frame, relation, path or list of paths
            See `tagline.engine.source`. All columns but those of the run are kept as columns of
            the example, so that tags and rules can use them.
        run : str
            The name of the run; importing into a known run adds to it.
        label : str or None
            The column of the label. It may be missing where the project has it already; None where
            the measure needs none.
        prediction : str
            The column of the predictions. Their type may differ from run to run.
        input : str, optional
            The column that holds the input or its path. Without ids, its content names the example.
        example_id : str, optional
            The column of ids, integers or text. Default: the column `example_id` if there is one;
            else a hash of `input`; else a hash of the whole row but for `prediction` and `scores`;
            further rows with the same hash have a number behind it.
        scores : str or sequence of str, default ()
            Further columns that the run says, such as probabilities. They may differ from run to
            run, as other columns may not.
        engine : object, optional
            Reads `data`; see `tagline.engine.connect`. Default: DuckDB.

        Returns
        -------
        Import

        Raises
        ------
        InputError
            If a column is missing or has another type than before, or an id is missing or repeated.
        ConflictError
            If an example or a prediction is known with other content; it names id and column.
        """
        refuse_odd_name(run)
        extra = (scores,) if isinstance(scores, str) else tuple(scores)
        roles = Roles(prediction, label, input, example_id, extra)
        found = source(data, engine=engine)
        with (
            found.open() as (connection, table),
            connect(self.settings.engine.duckdb_url()) as local,
        ):
            return import_predictions(
                connection.stream(table),
                roles,
                run=run,
                source=found.describe,
                lake=self.lake,
                metadata=self.store,
                connection=local,
                scratch=prepare_private(self.path) / "scratch",
            )
