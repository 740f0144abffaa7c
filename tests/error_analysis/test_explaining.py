"""What the adjusted gaps say in words, from gaps that need no data."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tagline.error_analysis.company.adjusted import Gap, TagGaps
from tagline.error_analysis.company.explaining import adjusted_rows
from tagline.error_analysis.rows import TagRow

COURSE = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]


def gap(value, half=0.01, p=1e-6, comparable=1.0):
    return Gap(value, value - half, value + half, p, comparable)


FEW, WIDE, NONE = gap(0.06, comparable=0.1), gap(0.04, 0.06, 0.2), Gap(*[None] * 5)


@pytest.mark.parametrize(
    ("gaps", "q", "says"),
    [
        ((gap(0.07), gap(0.01), (), "u", gap(0.009)), 0.01, "mostly u: 7.0 points raw, 0.9 adj"),
        ((gap(0.07), gap(0.01), (), "u", gap(0.009), True), 0.01, "; or the other way round"),
        ((gap(0.07), gap(-0.03), (), "u", gap(-0.03)), 0.01, "turned round by u: 7.0 points raw"),
        ((gap(0.07), gap(0.06), (), "u", gap(0.009)), 0.01, "its own: 7.0 points raw, 6.0"),
        ((gap(0.07), gap(0.06), (), "u", gap(0.03, 0.05)), 0.01, "its own"),
        ((gap(0.07), gap(0.01), (), "u", gap(0.03, 0.05)), 0.01, "mostly the other tags together"),
        ((gap(-0.07), gap(-0.01)), 0.01, "mostly the other tags together: -7.0 points raw, -1.0"),
        ((gap(0.02), gap(0.05)), 0.01, "hidden by other tags: 2.0 points raw, 5.0 adjusted"),
        ((gap(-0.002), gap(0.05)), 0.6, "hidden by other tags"),
        ((gap(0.02), gap(0.021)), 0.06, "its own"),
        (
            (gap(-0.018, 0.02), gap(-0.03)),
            0.06,
            "clear only beside the other tags: -1.8 points raw",
        ),
        ((gap(0.07), FEW), 0.01, "not to be told from its company: 10 % of the examples"),
        ((gap(0.07), NONE), 0.01, "not to be told from its company: 0 %"),
        ((gap(0.07), WIDE), 0.01, "undecided: 7.0 points raw, 4.0 adjusted (-2.0 to 10.0)"),
        ((gap(0.07), WIDE), 0.6, "perhaps chance: 7.0 points raw"),
        ((gap(0.07), WIDE), None, "perhaps chance"),
        ((NONE, NONE), None, "nothing to compare with"),
    ],
)
def test_words(gaps, q, says):
    rows = [replace(row, q_value=q) for row in COURSE]
    found = [TagGaps(COURSE[0].tag, *gaps), TagGaps(COURSE[1].tag, NONE, NONE)]
    row, _ = adjusted_rows(found, rows)
    assert says in row.note
    assert (row.explained_by == "u") is (" u:" in row.note)
