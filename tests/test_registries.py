"""What is registered in the code and what the pages list are the same names."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from tagline import analyze_errors
from tagline.engine.files import FORMATS
from tagline.engine.rules import FUNCTIONS
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.rows import COLUMNS
from tagline.measures import MEASURES
from tagline.schema.settings import GateSettings, Settings, TagSettings

DOCS = Path(__file__).resolve().parent.parent / "docs"


def first_cells(page: str, heading: str) -> set[str]:
    """Return the names in code style in the first column of the table under a header cell."""
    found: set[str] = set()
    inside = False
    for line in (DOCS / page).read_text().splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.startswith(f"| {heading} |"):
            inside = True
        elif inside:
            found |= set(re.findall(r"`([^`]+)`", line.split("|")[1]))
    assert found, f"{page} has no table with the header {heading!r}"
    return found


def test_columns():
    assert first_cells("definitions.md", "column") == set(COLUMNS)


def test_columns_behind_a_result():
    rows = {"a": [True, False] * 2, "y": [1, 0, 1, 1], "p": [0.25, 0.75, 1.0, 1.0]}
    beside = {"x": ["a b"] * 4, "said": ["a"] * 4, "no": [0, 0, 0, 1]}
    asked = {
        "mistakes": ("y", "no", "accuracy"),
        "edits": ("x", "said", "wer"),
        "calibration": ("y", "p", "brier"),
    }
    found = {name: ask(rows | beside, *each, name) for name, each in asked.items()}
    found["adjusted"] = {each.name for each in fields(AdjustedRow)}
    for name, columns in found.items():
        assert first_cells("definitions.md", f"column of `.{name}()`") == columns


def ask(data, label, prediction, measure, method):
    result = analyze_errors(data, label=label, prediction=prediction, tags="a", measure=measure)
    return set(getattr(result, method)().column_names)


def test_measures():
    assert first_cells("measures.md", "measure") == set(MEASURES)


def test_measures_have_parts_and_source():
    for name, function in MEASURES.items():
        doc = function.__doc__ or ""
        for part in ("Parameters\n", "Returns\n", "Source: ", "Examples\n"):
            assert part in doc, f"the measure {name} has no {part.strip()!r}"


def test_settings():
    known = set()
    for section, field in Settings.model_fields.items():
        model = {"tags": TagSettings, "gate": GateSettings}.get(section, field.annotation)
        prefix = "tags.NAME" if section == "tags" else section
        known |= {f"{prefix}.{key}" for key in model.model_fields}
    assert first_cells("store.md", "key") == known


def test_functions_of_rules():
    documented = {cell.partition("(")[0] for cell in first_cells("rules.md", "function")}
    assert documented == set(FUNCTIONS)


def test_extensions_of_files():
    """Every extension is named; those with .gz are said to be, beside the plain ones."""
    known = {extension.removesuffix(".gz") for each in FORMATS for extension in each.extensions}
    page = (DOCS / "inputs.md").read_text()
    assert {extension for extension in known if f"`{extension}`" not in page} == set()
