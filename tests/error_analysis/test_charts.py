import io
import itertools
import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tagline.display.theme import DARK, LIGHT, themed
from tagline.error_analysis.company.charts import company_blocks
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.charts import (
    chart,
    chart_blocks,
    gain_chart,
    gap_chart,
    rate_chart,
)

ROWS = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]
UNKNOWN = [f.name for f in fields(TagRow) if f.name.startswith(("hlp", "gain"))]
NO_PEOPLE = [replace(row, **dict.fromkeys([*UNKNOWN, "room", "p_top"])) for row in ROWS]
NO_GAPS = [PeopleGap(row.tag, None, None, None, "no human level") for row in ROWS]


def gap_of(row, half=0.015):
    if row.hlp_error is None:
        return PeopleGap(row.tag, None, None, None, "no human level")
    gap = row.error_rate - row.hlp_error
    return PeopleGap(row.tag, gap, gap - half, gap + half, "")


GAPS = [gap_of(row) for row in ROWS]


def marks(spec):
    return [layer["mark"]["style"] for layer in spec["layer"]]


def values(spec, style):
    layer = next(layer for layer in spec["layer"] if layer["mark"]["style"] == style)
    return (
        spec["datasets"][layer["data"]["name"]]
        if "name" in layer["data"]
        else layer["data"]["values"]
    )


def test_gap_is_a_point_with_its_interval_beside_the_line_of_people():
    spec = gap_chart(ROWS, GAPS).to_dict()
    assert marks(spec) == ["room", "people", "people", "model-interval", "model"]
    assert spec["layer"][2]["mark"]["type"] == "text"
    assert values(spec, "people") == [{"at": 0, "label": "as good as people"}]
    first = values(spec, "model")[0]
    ends = [first[name] for name in ("gap", "gap_low", "gap_high")]
    assert first["name"] == "people noise"
    assert ends == pytest.approx([2.0, 0.5, 3.5])
    assert first["gap_text"] == "2.0 points (0.5 to 3.5): worse than people"
    assert (first["model_text"][:6], first["people_text"][:6]) == ("13.0 %", "11.0 %")


def test_the_band_of_the_room_ends_at_a_gap_above_0():
    gaps = [*GAPS[:3], replace(GAPS[3], gap=-0.02, gap_low=-0.03, gap_high=-0.01)]
    spec = gap_chart(ROWS, gaps).to_dict()
    assert [each["name"] for each in values(spec, "room")] == [
        "people noise", "clean speech", "car noise"
    ]  # fmt: skip
    better = values(spec, "model")[3]
    assert better["gap_text"] == "-2.0 points (-3.0 to -1.0): better than people"
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"][0] < -3


def test_a_tag_without_human_level_says_so_in_its_row():
    gaps = [GAPS[0], NO_GAPS[1], *GAPS[2:]]
    spec = gap_chart(ROWS, gaps).to_dict()
    assert len(values(spec, "model")) == 3
    (said,) = values(spec, "name")
    assert (said["name"], said["gap_text"]) == (ROWS[1].tag, "no human level")


def test_a_bare_number_for_people_may_leave_a_gap_without_interval():
    gap = replace(GAPS[0], gap_low=None, gap_high=None)
    spec = gap_chart(ROWS[:1], [gap]).to_dict()
    assert marks(spec) == ["room", "people", "people", "model"]
    assert values(spec, "model")[0]["gap_text"] == "2.0 points"


@pytest.mark.parametrize("gaps", [(), NO_GAPS])
def test_without_people_the_error_rates_are_drawn(gaps):
    rates, errors = chart_blocks(NO_PEOPLE, gaps)
    assert (rates.title, errors.title) == ("Error rate by tag", "Errors as area")
    assert "no human level" in rates.text
    assert marks(rate_chart(NO_PEOPLE).to_dict()) == ["model-interval", "model"]
    assert marks(gain_chart(NO_PEOPLE).to_dict())[0] == "bound"


@pytest.mark.parametrize("rows", [ROWS, NO_PEOPLE])
def test_area_is_gain(rows):
    spec = gain_chart(rows).to_dict()
    drawn = values(spec, marks(spec)[0])
    for each, row in zip(drawn, ROWS, strict=False):
        gain = row.gain if rows is ROWS else row.error_rate * row.share
        area = (each["right"] - each["left"]) * each["height"] / 1e4
        assert area == pytest.approx(gain, abs=1e-9)
    assert all(a["right"] == b["left"] for a, b in itertools.pairwise(drawn))


def test_cut_off_interval_gets_an_arrow():
    wide = replace(GAPS[2], gap_low=-0.6, gap_high=0.9)
    shapes = [
        layer["mark"].get("shape")
        for layer in gap_chart(ROWS, [*GAPS[:2], wide, *GAPS[3:]]).to_dict()["layer"]
    ]
    assert shapes[-2:] == ["triangle-left", "triangle-right"]


def test_tags_that_begin_alike_stay_apart():
    rows = [replace(row, tag="x" * 50 + row.tag) for row in ROWS[:4]]
    names = {each["name"] for each in values(rate_chart(rows).to_dict(), "model")}
    assert len(names) == 4


@pytest.mark.parametrize(
    ("rows", "dark"),
    [(ROWS, False), (ROWS, True), (NO_PEOPLE, False), (ROWS[-1:], False), ([], True)],
)
def test_charts_can_be_drawn_in_both_themes(rows, dark):
    gaps = GAPS if rows is ROWS else ()
    spec = chart(rows, gaps, dark=dark).to_json()
    with Image.open(io.BytesIO(vl_convert.vegalite_to_png(spec))) as image:
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    palette = DARK if dark else LIGHT
    assert share_of(pixels, palette.paper) > 0.5
    assert (share_of(pixels, palette.model) > 1e-5) is bool(rows)
    assert (share_of(pixels, palette.people) > 1e-5) is (rows is ROWS)


def test_blocks_say_how_many_tags_are_shown():
    many = [replace(ROWS[0], tag=f"tag {i}") for i in range(60)]
    assert all("The first 20 of 60 tags." in block.text for block in chart_blocks(many, GAPS))
    assert all("first" not in block.text for block in chart_blocks(ROWS, GAPS))


def test_company_is_drawn_in_both_themes():
    tags = [row.tag for row in ROWS[:4]]
    ends = dict.fromkeys(["p_value", "explained_by"])
    ends |= dict.fromkeys(["remaining", "remaining_low", "remaining_high"])
    found = [
        AdjustedRow(
            tag,
            0.1 * i,
            0.1 * i - 0.02,
            9.0 if i == 3 else 0.1 * i + 0.02,
            0.05,
            low,
            low,
            comparable=1.0,
            note="",
            **ends,
        )
        for i, (tag, low) in enumerate(zip(tags, [None, -0.1, 0.0, 0.02], strict=True))
    ]
    pairs = [
        {"tag": one, "other": other, "both": 1234, "errors": 9.0, "weight": weight}
        for (one, other), weight in zip(itertools.combinations(tags, 2), range(6), strict=True)
    ]
    assert company_blocks([], ROWS, []) == []
    gap, together = company_blocks(found, ROWS, pairs)
    assert marks(gap.chart.to_dict()) == [
        "name", "model-interval", "model", "model", "model-interval", "model"
    ]  # fmt: skip
    assert gap.chart.to_dict()["layer"][1]["encoding"]["x"]["scale"]["domain"][1] < 1e2
    assert len(values(together.chart.to_dict(), "name")) == 10
    unknown = [
        each["first"] for each in values(together.chart.to_dict(), "name") if not each["rate"]
    ]
    assert len(unknown) == 1
    for block, dark in itertools.product((gap, together), (False, True)):
        with Image.open(io.BytesIO(vl_convert.vegalite_to_png(
            themed(block.chart, dark=dark).to_json()
        ))) as image:  # fmt: skip
            pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
        assert share_of(pixels, (DARK if dark else LIGHT).paper) > 0.3
        assert len(np.unique(pixels, axis=0)) > 9


shares = st.lists(st.floats(0, 1), max_size=8)


@settings(max_examples=5)
@given(shares, st.floats(0, 5), st.booleans())
def test_any_numbers_make_a_valid_specification(numbers, rate, percent):
    rows = [
        replace(
            ROWS[0], tag=f"t{i}", share=share, error_rate=rate, error_rate_high=None, room=share
        )
        for i, share in enumerate(numbers)
    ]
    gaps = [PeopleGap(f"t{i}", share - rate, -rate, share, "") for i, share in enumerate(numbers)]
    spec = chart(rows, gaps, percent=percent).to_dict()  # Altair checks it against the schema
    assert [len(part["layer"]) > 0 for part in spec["vconcat"]] == [True, True]


def share_of(pixels, colour):
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((np.abs(pixels.astype(int) - wanted) <= 3).all(axis=1).mean())
