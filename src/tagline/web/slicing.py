"""Slices that a run fails on more than elsewhere, found once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tagline.error_analysis import Slices
    from tagline.web.served import Served

__all__ = ["found_slices"]


def found_slices(
    served: Served,
    run: str | None = None,
    *,
    measure: str | None = None,
    columns: tuple[str, ...] = (),
    depth: int = 3,
    min_support: int = 20,
    seed: int = 0,
) -> Slices:
    """Return the slices of a run; see `tagline.find_slices`.

    Parameters
    ----------
    served : Served
    run : str, optional
        Default: the run that was made last.
    measure : str, optional
    columns : tuple of str, default ()
        Empty: those that fit.
    depth, min_support, seed : int

    Returns
    -------
    Slices
    """
    search = {"depth": depth, "min_support": min_support, "seed": seed}

    def make() -> Slices:
        from tagline.error_analysis import find_slices

        with served.desk() as project:
            record = project.store.run(run)
            labels = [each.label for each in project.runs if each.label is not None]
            label = record.label or (labels[-1] if labels else None)
            options: dict[str, Any] = {"label": label, "prediction": record.prediction, **search}
            stated = project.settings.errors.given()
            kept: dict[str, Any] = {
                name: stated[name] for name in ("label", "group", "measure") if name in stated
            }
            table = project.predictions(record.name)
            human = stated.get("human")
            if isinstance(human, str) and human in table.columns:
                table = table.drop(human)  # what people answered is no property of an example
            asked = {**options, **kept, **({"measure": measure} if measure is not None else {})}
            return find_slices(table, columns=list(columns) or None, **asked)

    return served.once(("proposed slices", run, measure, columns, *search.values()), make)
