"""The first line and the reasons: which tag, what it gains, what would change that."""

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.error_analysis.ranked.ranking import Ranking, columns_of, rank_rows
from tagline.error_analysis.ranked.steps import sensitivity, sensitivity_text
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.headline import headline
from tagline.error_analysis.shown.reasons import shared_errors, why

ROWS = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]
NO_DRAWS = np.empty((0, 0))
ASKED = {"people noise": 600.0, "clean speech": 6000.0, "car noise": 400.0, "low bandwidth": 600.0}


def ranking(rows=ROWS, asked=ASKED, paired=False):
    return Ranking(rank_rows(columns_of(rows), (), NO_DRAWS, 3), (), NO_DRAWS, 3, asked, paired)


def changed(**by_tag):
    return [replace(row, **by_tag.get(row.tag.replace(" ", "_"), {})) for row in ROWS]


def without_people():
    names = [f.name for f in fields(TagRow) if f.name.startswith(("hlp", "gain"))]
    blank = dict.fromkeys([*names, "room", "shrunk_gain", "p_top"])
    return [replace(row, **blank) for row in ROWS]


def test_it_names_the_tag_the_gain_and_what_would_change_that():
    line = headline(ranking())
    assert line.startswith("Fix people noise next: +0.60 points (0.00 to 1.43); ")
    assert "clean speech would come first if it were 1.5 times as important or easy" in line
    assert "more answers by people would halve the interval" in line


@given(st.floats(1.05, 20))
def test_the_factor_that_it_names_suffices(times):
    rows = changed(people_noise={"importance": times})
    line = headline(ranking(rows))
    factor = float(line.split("if it were ")[1].split(" times")[0])
    second = ranking(rows).rows[1]
    moved = [
        replace(r, importance=r.importance * factor * 1.0001) if r.tag == second.tag else r
        for r in rows
    ]
    assert ranking(moved).rows[0].tag == second.tag


def test_ties_say_so():
    line = headline(ranking(changed(people_noise={"importance": 1.0}, car_noise={"ease": 1.0})))
    assert "is tied with it" in line


def test_answers_that_halve_the_interval():
    whole = replace(ROWS[0], support=1_000_000)
    line = headline(ranking([whole, *ROWS[1:]]))
    assert "1,900 more answers by people" in line  # 4 x 600, a little more for the model's part
    line = headline(ranking(asked={"people noise": 3000.0}, paired=True))
    assert "9,000 more examples answered by people" in line
    line = headline(ranking(asked={"people noise": 500.0}, paired=True))
    assert "1,500 more answers by people" in line
    line = headline(ranking(asked={"people noise": 30_000.0}))
    # 4 x (.13 x .87 / 3,000), less what people's part leaves of the quarter: 13,200 more
    assert "14,000 more examples with the tag would halve" in line
    assert "instead of a bare number" in headline(ranking(asked={}))


def test_without_people_it_is_an_upper_bound():
    line = headline(ranking(without_people()))
    assert line.startswith("Look at people noise first: at most +3.90 points")
    assert "no human level: ranked by the errors" in line
    assert "ask people" in line


def test_without_room_it_says_so():
    blank = {"room": 0.0, "gain": 0.0, "shrunk_gain": 0.0}
    line = headline(ranking([replace(row, **blank) for row in ROWS]))
    assert line.startswith("No tag has room")
    assert "1.58 points" in line
    assert sensitivity(ranking([replace(row, **blank) for row in ROWS])) == []


def test_without_tags_or_errors():
    assert headline(ranking(ROWS[-2:])).startswith("Nothing to rank")
    clean = [replace(row, error_rate=0.0) for row in without_people()]
    assert headline(ranking(clean)).startswith("Nothing to fix")


def test_measures_in_units_have_no_percent():
    for rows in (ROWS, without_people()):
        line = headline(ranking(rows), percent=False)
        assert "point" not in line
        assert "%" not in line


def test_tags_without_human_level_are_counted():
    names = ["hlp_error", "room", "gain", "gain_low", "gain_high", "shrunk_gain"]
    rows = changed(low_bandwidth=dict.fromkeys(names))
    assert "1 tag without a human level may hold more" in headline(ranking(rows))


def test_sensitivity_lists_the_moves_that_change_the_first_place():
    rows = changed(people_noise={"importance": 1.4})
    moves = sensitivity(ranking(rows))
    assert {"tag": "people noise", "move": "down", "first": "clean speech"} in moves
    assert {"tag": "clean speech", "move": "up", "first": "clean speech"} in moves
    assert {move["tag"] for move in moves} == {"people noise", "clean speech"}
    assert "clean speech" in sensitivity_text(ranking(rows))
    firm = changed(people_noise={"importance": 9.0})
    assert sensitivity(ranking(firm)) == []
    assert "leaves the first place" in sensitivity_text(ranking(firm))


def test_why_gives_the_reasons_and_what_would_change_them():
    text = why(ranking(), "car noise")
    assert "number 3 of 4" in text
    assert "4.0 points on 4 % of the data gains 0.16 points (0.00 to 0.33)" in text
    assert "times 2.25 for importance and 1.5 for ease" in text
    assert "One step more of importance or ease (a factor of 1.5) would put it before" in text
    assert "before people noise" not in text
    assert "before clean speech" in text
    assert "400 examples have the tag" in text
    assert "no rank" in why(ranking(), "(all)")
    assert "Note: the model is as good" in why(ranking(), "low bandwidth")
    assert "Note" not in why(ranking(), "low bandwidth", note=False)
    assert "without an error on it" in why(ranking(without_people()), "car noise")


def test_one_step_less_is_a_sentence():
    text = why(ranking(changed(people_noise={"importance": 1.4})), "people noise")
    sentence = "One step less of importance or ease (a factor of 1.5) would put it behind"
    assert f". {sentence} clean speech. " in text
    firm = why(ranking(changed(people_noise={"importance": 9.0})), "people noise")
    assert "One step of importance or ease (a factor of 1.5) leaves its place." in firm


def test_why_says_what_is_too_few():
    rows = changed(car_noise={"support": 40, "mde": 0.18, "label_more": 137})
    assert "40 examples have the tag, too few to tell: label about 140 more." in why(
        ranking(rows), "car noise"
    )


def test_a_tag_that_shares_most_errors_with_a_higher_one_says_so():
    wrong = {row.tag: row.errors for row in ROWS}
    common = {
        ("car noise", "people noise"): 0.9 * wrong["car noise"],
        ("clean speech", "car noise"): 0.6 * wrong["car noise"],
        ("people noise", "low bandwidth"): 0.4 * wrong["low bandwidth"],
    }
    assert shared_errors(ranking(), common) == {
        "car noise": "90 % of its errors are also errors of people noise, which ranks before it."
    }


def test_a_gain_above_all_errors_is_doubted_first():
    line = headline(ranking(changed(people_noise={"room": 0.2}), paired=True))
    assert line.index("more than all errors on the tag") < line.index("would come first")
    assert "halve" not in line


def test_why_of_an_unknown_tag():
    with pytest.raises(KeyError):
        why(ranking(), "moon")
