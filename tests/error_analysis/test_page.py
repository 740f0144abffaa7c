import json
import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import meta

from tagline.display.html import environment
from tagline.display.words import DASH
from tagline.error_analysis.company.charts import company_blocks
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.charts import chart_blocks
from tagline.error_analysis.shown.page import (
    AddedGain,
    ErrorPage,
    ExampleCard,
    Overlap,
    page_context,
    render_page,
)
from tagline.error_analysis.shown.page_rows import card_html
from tagline.error_analysis.shown.reading import questions, unit_notes

ROWS = [TagRow(**row) for row in json.loads(Path(__file__).with_name("course.json").read_text())]
remaining = {"remaining": 0.0, "remaining_low": None, "remaining_high": None}
NASTY = "<script>alert(1)</script>\"'&\x1b[31m\u202e"
PAGE = ErrorPage(
    headline="Fix people noise next: +0.60 points (0.00 to 1.43). Car noise would come first if.",
    rows=ROWS,
    measure_title="share of wrong predictions",
    left_out={"no reference": 3},
    facts={"run": "conformer-12"},
    wrong={"people noise": 390},
    examples={
        "people noise": [
            ExampleCard(example_id=f"a{i}", label="turn it on", prediction="turn on", words=True)
            for i in range(20)
        ],
        "car noise": [ExampleCard(example_id="b", text="too\nloud", columns={"snr": "4"})],
    },
    adds=[AddedGain("people noise", 0.006, 0.006, 0.006)],
    overlaps=[Overlap("car noise", "people noise", 120, 0.3, 0.04)],
    sensitivity="One step of importance leaves the order as it is.",
)


def without_people(row):
    names = [f.name for f in fields(TagRow) if f.name.startswith(("hlp", "gain"))]
    return replace(row, **dict.fromkeys(names), room=None, shrunk_gain=None, p_top=None)


class Text(HTMLParser):
    """What a reader sees, and the elements in which it stands."""

    def __init__(self, page):
        super().__init__()
        self.text, self.tags, self.open = "", [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "img", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.text += data


def test_answer_comes_before_the_table():
    text = Text(render_page(PAGE)).text
    assert text.index("Fix people noise next") < text.index("Car noise would come first")
    assert text.index("Car noise would come first") < text.index("error rate")


def test_a_tag_says_how_far_it_is_from_people():
    gaps = [
        PeopleGap("people noise", 0.02, 0.004, 0.036, ""),
        PeopleGap("low bandwidth", None, None, None, "nobody answered"),
    ]
    text = Text(render_page(replace(PAGE, gaps=gaps))).text
    assert "Gap to people2.0 points (0.4 to 3.6): worse than people" in text.replace("\n", "")
    assert "Gap to peoplenobody answered" in text.replace("\n", "")
    alone = replace(PAGE, gaps=gaps, rows=[without_people(row) for row in ROWS])
    assert "Gap to people" not in Text(render_page(alone)).text


def test_table_has_the_course_by_rank_and_the_rest_last():
    page = render_page(PAGE)
    names = re.findall(r'<td class="tag" data-v="([^"]*)"', page)
    assert names == [row.tag for row in ROWS]
    assert names[-2:] == ["(untagged)", "(all)"]
    text = Text(page).text
    for expected in ("13.0 model", "11.0 people", "2.0 room", "0.60 points", "0.16 points"):
        assert expected in text


def test_every_question_is_answered_for_every_tag():
    text = Text(render_page(PAGE)).text
    assert text.count("Of all data with the tag, what fraction is misclassified?") == len(ROWS)
    assert "What fraction of the errors has the tag?40.0 % (37.0 to 43.2)" in text
    assert "What fraction of all data has the tag?30.0 % (29.1 to 30.9)" in text
    assert "misclassified?13.0 % (11.8 to 14.3)" in text
    assert "2.0 points; people: 11.0 % (8.7 to 13.8)" in text


def test_elements_are_closed_and_anchors_lead_somewhere():
    found = Text(render_page(replace(PAGE, charts=chart_blocks(ROWS))))
    assert found.open == []
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {attrs["href"] for tag, attrs in found.tags if tag == "a"}
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_gaps_stand_with_their_intervals_and_words():
    row = AdjustedRow("dim", 0.071, 0.05, 0.09, 0.009, -0.01, 0.03, 0.4, 0.87, "night", **remaining,
                      note="mostly night: 7.1 points raw, 0.9 adjusted")  # fmt: skip
    text = Text(render_page(replace(PAGE, adjusted=[row, replace(row, gap=None)]))).text
    for expected in ("7.15.0 to 9.0", "0.9-1.0 to 3.0", "87 %", "mostly night: 7.1 points raw"):
        assert expected in text
    assert "Is it really this tag?" not in Text(render_page(PAGE)).text


def test_nothing_of_the_data_becomes_markup():
    rows = [replace(ROWS[0], tag=NASTY, note=NASTY), *ROWS[1:]]
    card = ExampleCard(
        example_id=NASTY,
        label=NASTY,
        prediction=f"{NASTY} b",
        words=True,
        text=NASTY,
        error=NASTY,
        image=NASTY,
        columns={NASTY: NASTY},
    )
    named = {NASTY: NASTY}
    adjusted = AdjustedRow(NASTY, *[0.1] * 8, explained_by=NASTY, **remaining, note=NASTY)
    pair = {"tag": NASTY, "other": rows[1].tag, "both": 4, "errors": 1.0, "weight": 4.0}
    page = render_page(
        ErrorPage(
            headline=NASTY,
            lead=NASTY,
            title=NASTY,
            measure_title=NASTY,
            rows=rows,
            facts=named,
            left_out={NASTY: 1},
            notes=[NASTY],
            descriptions=named,
            why=named,
            examples={NASTY: [card]},
            adds=[AddedGain(NASTY, 0, 0, 0)],
            overlaps=[Overlap(NASTY, NASTY, 1, 0, 0)],
            sensitivity=NASTY,
            charts=chart_blocks(rows),
            adjusted=[adjusted],
            company=company_blocks([adjusted], rows, [pair]),
        )
    )
    found = Text(page)
    assert page.count("<script>") == 0
    assert "<script>alert(1)</script>" in found.text
    assert not any("onload" in attrs or "alert" in attrs for _, attrs in found.tags)
    assert "\x1b" not in found.text
    assert "\u202e" not in found.text


def test_twelve_cards_a_tag_and_how_many_there_are():
    page = render_page(PAGE)
    assert page.count('<li class="card">') == 13
    assert "12 of 390 wrong examples shown" in page
    assert '<mark class="right">it</mark>' in page


def test_cards_stay_under_the_cap_and_the_page_says_so():
    whole, small = render_page(PAGE), render_page(PAGE, most_bytes=1000)
    assert len(small) < len(whole)
    assert sum(map(len, re.findall(r'<li class="card">.*?</li>', small, re.S))) <= 1000
    assert "to keep the file small" in small


def test_without_human_level_no_marks_of_people_but_words():
    page = render_page(replace(PAGE, rows=[without_people(row) for row in ROWS]))
    text = Text(page).text
    assert "no human level is known" in text.lower()
    assert "at most 3.90" in text
    assert 'class="people"' not in page
    assert "in top" not in re.search(r"<thead>.*?</thead>", page, re.S)[0]


def test_a_tag_that_nobody_asked_about_says_so():
    page = render_page(replace(PAGE, rows=[ROWS[0], without_people(ROWS[1]), *ROWS[2:]]))
    assert "people not asked" in page


def test_too_little_support_is_marked():
    whole = next(row for row in ROWS if row.tag == "(all)")
    few = replace(ROWS[2], support=40, mde=0.18, label_more=137)
    page = render_page(replace(PAGE, rows=[*ROWS[:2], few, whole]))
    assert page.count('<span class="mark">too few to tell: label about 140 more</span>') == 1
    shown_already = replace(few, label_more=0)
    assert 'class="mark"' not in render_page(replace(PAGE, rows=[shown_already, whole]))


def test_a_gain_above_all_errors_is_marked():
    row = replace(ROWS[2], room=0.5, gain=0.02)
    page = render_page(replace(PAGE, rows=[*ROWS[:2], row, ROWS[-1]]))
    assert page.count('<span class="mark">gain above all its errors</span>') == 1


def test_questions_and_unit_are_those_of_the_measure():
    asked, (unit,) = questions("rmse"), unit_notes("rmse")
    page = render_page(replace(PAGE, questions=asked, notes=[unit], percent=False))
    text = Text(page).text
    assert text.count(asked["error_rate"]) == len(ROWS)
    assert "misclassified" not in page
    assert unit in text
    assert text.index(unit) < text.index("car noise", text.index("lines are"))


def test_columns_of_weights_are_there_where_there_are_weights():
    plain = [replace(row, importance=1.0, ease=1.0) for row in ROWS]
    assert "importance</th>" in render_page(PAGE)
    assert "importance</th>" not in render_page(replace(PAGE, rows=plain))


def test_notes_of_many_tags_are_not_all_repeated_below():
    rows = [replace(ROWS[0], tag=f"t{i}", note=f"note {i}; of all") for i in range(30)]
    text = Text(render_page(replace(PAGE, rows=rows))).text
    assert "all 30 tags: of all" in text
    assert "19 more notes stand with their tags" in text


def test_words_that_the_measure_takes_for_equal_are_not_marked():
    card = ExampleCard(example_id="a", label="The cat , sat", prediction="the Cat. ran", words=True)
    made = card_html(replace(card, normalize="basic"))
    assert '<mark class="right">sat</mark>' in made
    assert made.count("<mark") == 2
    assert "The cat , sat" not in card_html(card)


def test_what_cannot_be_known_is_a_dash_with_its_note():
    page = render_page(PAGE)
    assert f'<span class="quiet" title="no example is without a tag">{DASH}</span>' in page


@pytest.mark.parametrize("rows", [[], ROWS[-1:], ROWS[:1]])
def test_any_rows_make_a_page(rows):
    page = ErrorPage(headline="Nothing to fix.", rows=rows, measure_title="word error rate")
    assert "Nothing to fix." in render_page(page)


def test_rates_that_are_no_fractions_have_no_percent():
    rows = [
        replace(row, error_rate=3.21, error_rate_low=3.0, error_rate_high=3.4) for row in ROWS[:1]
    ]
    text = Text(render_page(replace(PAGE, rows=rows, percent=False))).text
    assert "misclassified?3.2 (3.0 to 3.4)" in text


def test_page_is_small_without_charts_and_a_megabyte_with():
    assert len(render_page(PAGE)) < 60_000
    assert len(render_page(replace(PAGE, charts=chart_blocks(ROWS)))) < 1_050_000


@pytest.mark.parametrize("type_", [ErrorPage, ExampleCard, AddedGain, Overlap])
def test_every_field_says_what_it_holds(type_):
    for field in fields(type_):
        assert field.metadata["help"], field.name


def test_template_uses_nothing_but_the_context():
    made = environment("tagline.error_analysis")
    source, _, _ = made.loader.get_source(made, "errors.html.j2")
    used = meta.find_undeclared_variables(made.parse(source))
    context = page_context(PAGE)
    assert set(context) == {field.name for field in fields(ErrorPage)} | {"view"}
    assert used <= set(context)
    for name in set(re.findall(r"\bview\.(\w+)", source)):
        assert hasattr(context["view"], name)
    for name in set(re.findall(r"\bv\.(\w+)", source)):
        assert hasattr(context["view"].tags[0], name)
