import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.display.figures import Mark, Scale, axis, gain_bar, key, rate_marks
from tagline.display.units import Unit

rates = st.floats(0, 1)
UNIT = Unit()


def test_picture_of_a_rate_names_its_numbers():
    figure = rate_marks(Scale(0.36), UNIT, Mark(0.13, 0.118, 0.143), Mark(0.11, 0.087, 0.138))
    root = ElementTree.fromstring(figure)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == (
        "model 13.0 %, 95 % interval 11.8 to 14.3; people 11.0 %, 8.7 to 13.8"
    )
    assert [child.attrib["class"] for child in root] == [
        "axis", "gap", "people-interval", "people", "interval", "model"
    ]  # fmt: skip


def test_no_people_no_marks_of_people():
    figure = rate_marks(Scale(0.36), UNIT, Mark(0.13, 0.118, 0.143))
    assert "people" not in figure
    assert "gap" not in figure


def test_no_room_where_the_model_is_better():
    assert "gap" not in rate_marks(Scale(1), UNIT, Mark(0.1), Mark(0.2))


def test_what_is_cut_off_gets_an_arrow():
    inside = rate_marks(Scale(0.5), UNIT, Mark(0.3, 0.2, 0.4))
    interval_cut = rate_marks(Scale(0.5), UNIT, Mark(0.3, 0.2, 0.9))
    value_cut = rate_marks(Scale(0.5), UNIT, Mark(0.8, 0.7, 0.9))
    assert 'class="interval" d=' not in inside
    assert 'class="interval" d=' in interval_cut
    assert 'class="model"' in interval_cut
    assert 'class="interval" d=' in value_cut
    assert 'class="model"' not in value_cut


@pytest.mark.parametrize(
    ("gain", "bound", "label"),
    [
        (Mark(0.006, 0, 0.0143), False, "gain 0.60 points, 0.00 to 1.43"),
        (Mark(0.039), True, "gain at most 3.90 points"),
    ],
)
def test_picture_of_a_gain(gain, bound, label):
    root = ElementTree.fromstring(gain_bar(Scale(0.02, 120), UNIT, gain, bound=bound))
    assert root.attrib["aria-label"] == label
    assert (root[0].attrib.get("class") == "bound") is bound


@given(st.lists(rates, min_size=1), st.lists(rates))
def test_scale_holds_all_values(values, highs):
    scale = Scale.of(values, highs)
    assert scale.limit > 0
    assert not any(scale.cuts(value) for value in values)
    assert 2 <= len(scale.ticks) <= 9
    assert scale.ticks[0] == 0


@given(st.floats(1e-6, 1), rates, rates)
def test_scale_keeps_the_order_and_the_frame(limit, one, other):
    scale = Scale(limit)
    low, high = sorted([one, other])
    assert 0 <= scale.x(low) <= scale.x(high) <= scale.width


@given(rates, rates, rates)
def test_every_picture_is_well_formed_and_inside_its_frame(value, low, high):
    mark = Mark(value, min(low, high), max(low, high))
    scale = Scale(0.4)
    for figure in (rate_marks(scale, UNIT, mark, mark), gain_bar(scale, UNIT, mark)):
        ElementTree.fromstring(figure)
        xs = [float(x) for x in re.findall(r' x[12]?="([-\d.]+)"', figure)]
        assert all(0 <= x <= scale.width for x in xs)


def test_axis_and_keys_are_well_formed():
    texts = [each.text for each in ElementTree.fromstring(axis(Scale(0.36), UNIT))]
    assert texts == ["0", "10", "20", "30"]
    for kind in ("model", "people", "room", "bound"):
        assert ElementTree.fromstring(key(kind)).attrib["aria-hidden"] == "true"
