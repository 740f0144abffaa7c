"""What `note` says, from the data to the row: who was asked, what is unknown or cannot be told."""

import numpy as np
import pytest

import tagline

N = 2000
WRONG = np.arange(N) % 10 == 0  # 10 % of the rows


def analyze(columns, **options):
    data = {"y": [1] * N, "p": np.where(WRONG, 0, 1).tolist(), **columns}
    return tagline.analyze_errors(data, **{"label": "y", "prediction": "p", **options})


def note(result, tag):
    return next(row.note for row in result.rows if row.tag == tag)


def asked(about):
    """Answers on the chosen rows; people are wrong on one in fifty."""
    return [(0 if i % 50 == 1 else 1) if about[i] else None for i in range(N)]


HALF = (np.arange(N) // 10 % 2 == 0).tolist()


def test_people_who_were_asked_about_errors():
    about = WRONG | (np.arange(N) % 20 == 1)
    result = analyze({"half": HALF, "person": asked(about)}, tags="half", human="person")
    said = note(result, "half")
    assert "people answered 200 rows, where the model's rate is 50.0 %, on the others 0.0 %" in said
    assert "people were asked about errors more often than by chance: the gain is too large" in said
    assert "gain above all its errors" in result.to_html()
    assert "more than all errors on the tag" in result.headline


@pytest.mark.parametrize("measure", ["accuracy", "mae", "wer"])
def test_people_who_were_asked_by_chance_are_not_doubted(measure):
    about = np.random.default_rng(0).random(N) < 0.3
    columns = {"half": HALF, "person": asked(about)}
    if measure == "wer":
        words = np.where(WRONG, "a b", "a c").tolist()
        people = [None if not each else "a c" for each in about]
        columns |= {"y": ["a c"] * N, "p": words, "person": people}
        people[0] = "a b"
    said = note(analyze(columns, tags="half", human="person", measure=measure), "half")
    assert "on the others" in said
    assert "by chance" not in said


def test_people_who_were_asked_about_errors_of_any_measure():
    about = WRONG | (np.arange(N) % 20 == 1)
    columns = {"half": HALF, "person": asked(about), "speaker": [i // 50 for i in range(N)]}
    for options in ({"measure": "mae"}, {"group": "speaker"}):
        result = analyze(columns, tags="half", human="person", **options)
        assert "asked about errors more often" in note(result, "half"), options


def test_people_who_were_asked_about_right_answers():
    about = ~WRONG | (np.arange(N) % 40 == 0)
    result = analyze({"half": HALF, "person": asked(about)}, tags="half", human="person")
    assert "asked about errors less often than by chance" in note(result, "half")


@pytest.mark.parametrize(("every", "much"), [(4, True), (1000, False)])
def test_share_is_over_the_rows_where_the_tag_is_known(every, much):
    known = [None if i % every == 0 else i % 2 == 0 for i in range(N)]
    result = analyze({"dim": known}, tags="dim")
    row = result.rows[0]
    assert row.share == pytest.approx(
        sum(filter(None, known)) / sum(each is not None for each in known)
    )
    part = f"unknown on {N // every} rows (25.0 %): share and gain are of the other rows"
    assert (part in row.note) is much
    assert f"unknown on {N // every} row" in row.note


def test_no_difference_is_said_so():
    result = analyze({"half": HALF}, tags="half")
    assert note(result, "half").endswith("no difference from the rest")
    assert "no number of examples" not in note(result, "half")


def test_untagged_is_no_tag():
    result = analyze({"some": (np.arange(N) % 3 == 0).tolist()}, tags="some")
    rest = next(row for row in result.rows if row.tag == "(untagged)")
    assert rest.note.endswith("no tag: neither ranked nor tested")
    assert rest.label_more is None
    assert "neither ranked" not in result.to_markdown()


def test_a_measure_in_squared_units_says_so():
    result = analyze({"half": HALF}, tags="half", measure="rmse")
    assert "RMSE is the root of a rate" in result.to_markdown()
    assert "How large is the squared error" in result.to_html()


def test_why_on_the_page_names_the_tag_that_holds_the_same_errors():
    first = WRONG | (np.arange(N) % 3 == 0)
    columns = {"first": first.tolist(), "second": (WRONG & (np.arange(N) % 4 == 0)).tolist()}
    page = analyze(columns, tags=["first", "second"]).to_html()
    assert "100 % of its errors are also errors of first, which ranks before it." in page


def test_the_page_says_where_the_room_is_of_the_answered_rows_alone():
    about = WRONG | (np.arange(N) % 20 == 1)
    partly = analyze({"half": HALF, "person": asked(about)}, tags="half", human="person")
    whole = analyze({"half": HALF}, tags="half", human=0.01)
    assert partly.rows[0].room > partly.rows[0].error_rate
    assert "(answered rows)" in partly.to_html()
    assert "(answered rows)" not in whole.to_html()
    # the band is the room of the answered rows, wherever the model's rate on all rows lies
    spec = partly.chart().to_dict()
    band = spec["vconcat"][0]["layer"][0]
    assert (band["mark"]["style"], band["encoding"]["x2"]["field"]) == ("room", "gap")
    drawn = spec["datasets"][band["data"]["name"]][0]["gap"]
    assert drawn == pytest.approx(100 * partly.rows[0].room)
