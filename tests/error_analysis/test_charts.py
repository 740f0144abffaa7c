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
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.charts import chart, chart_blocks, gain_chart, gap_chart

ROWS = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]
UNKNOWN = [f.name for f in fields(TagRow) if f.name.startswith(("hlp", "gain"))]
NO_PEOPLE = [replace(row, **dict.fromkeys([*UNKNOWN, "room", "p_top"])) for row in ROWS]


def marks(spec):
    return [layer["mark"]["style"] for layer in spec["layer"]]


def values(spec, style):
    layer = next(layer for layer in spec["layer"] if layer["mark"]["style"] == style)
    return (
        spec["datasets"][layer["data"]["name"]]
        if "name" in layer["data"]
        else layer["data"]["values"]
    )


def test_gap_shows_model_people_and_the_room_between():
    spec = gap_chart(ROWS).to_dict()
    assert marks(spec) == ["room", "people-interval", "people", "model-interval", "model"]
    first = values(spec, "model")[0]
    assert (first["tag"], first["model"], first["people"]) == ("people noise", 13.0, 11.0)
    assert [each["tag"] for each in values(spec, "room")] == [
        "people noise", "clean speech", "car noise"
    ]  # fmt: skip


def test_without_people_there_are_only_the_model_s_marks():
    assert marks(gap_chart(NO_PEOPLE).to_dict()) == ["model-interval", "model"]
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
    wide = replace(ROWS[2], error_rate_high=0.9)
    shapes = [
        layer["mark"].get("shape") for layer in gap_chart([wide, *ROWS[-1:]]).to_dict()["layer"]
    ]
    assert "triangle-right" in shapes


def test_tags_that_begin_alike_stay_apart():
    rows = [replace(row, tag="x" * 50 + row.tag) for row in ROWS[:4]]
    names = {each["tag"] for each in values(gap_chart(rows).to_dict(), "model")}
    assert len(names) == 4


@pytest.mark.parametrize(
    ("rows", "dark"),
    [(ROWS, False), (ROWS, True), (NO_PEOPLE, False), (ROWS[-1:], False), ([], True)],
)
def test_charts_can_be_drawn_in_both_themes(rows, dark):
    spec = chart(rows, dark=dark).to_json()
    with Image.open(io.BytesIO(vl_convert.vegalite_to_png(spec))) as image:
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    palette = DARK if dark else LIGHT
    assert share_of(pixels, palette.paper) > 0.5
    assert (share_of(pixels, palette.model) > 1e-5) is bool(rows)
    assert (share_of(pixels, palette.people) > 1e-5) is (bool(rows) and rows is not NO_PEOPLE)


def test_blocks_say_how_many_tags_are_shown():
    many = [replace(ROWS[0], tag=f"tag {i}") for i in range(60)]
    assert all("The first 20 of 60 tags." in block.text for block in chart_blocks(many))
    assert all("first" not in block.text for block in chart_blocks(ROWS))


def test_company_is_drawn_in_both_themes():
    tags = [row.tag for row in ROWS[:4]]
    ends = dict.fromkeys(["p_value", "explained_by"])
    ends |= dict.fromkeys(["remaining", "remaining_low", "remaining_high"])
    found = [
        AdjustedRow(
            tag, 0.1 * i, 0.1 * i - 0.02, 9.0, 0.05, low, low, comparable=1.0, note="", **ends
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
        "name", "model-interval", "model", "model-interval", "model"
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
    spec = chart(rows, percent=percent).to_dict()  # Altair checks it against the schema
    assert [len(part["layer"]) > 0 for part in spec["vconcat"]] == [True, True]


def share_of(pixels, colour):
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((np.abs(pixels.astype(int) - wanted) <= 3).all(axis=1).mean())
