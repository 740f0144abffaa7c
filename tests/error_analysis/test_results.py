"""The result of an error analysis in all its forms."""

import csv
import io
import json
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from rich.console import Console

from tagline.display.images import png
from tagline.error_analysis.company.adjusted import Gap, TagGaps
from tagline.error_analysis.ranked.rates import People, tag_rows
from tagline.error_analysis.results import ErrorAnalysis
from tagline.error_analysis.rows import COLUMNS
from tagline.error_analysis.shown.reading import questions, unit_notes
from tagline.error_analysis.shown.report import added_gains, error_page, example_card, overlapping
from tagline.exceptions import InputError
from tagline.measures import find_measure
from tagline.measures.countable import Counts
from tagline.stats import Moments

TAGS = ("clean speech", "car noise", "people noise", "low bandwidth", "(untagged)", "(all)")
SUPPORT = np.array([6000, 400, 3000, 600, 0, 10_000])
WRONG = np.array([360, 44, 390, 180, 0, 974])


def counted():
    out, wrong_out = 10_000 - SUPPORT, 974 - WRONG
    total = np.stack([WRONG, SUPPORT, wrong_out, out], axis=1).astype(float)
    product = np.zeros((6, 4, 4))
    for error, weight in ((0, 1), (2, 3)):
        product[:, error, error] = product[:, error, weight] = total[:, error]
        product[:, weight, error], product[:, weight, weight] = total[:, error], total[:, weight]
    none = np.zeros(6, dtype=np.int64)
    moments = Moments(total, product, np.full(6, 10_000.0))
    return Counts(
        tags=TAGS,
        columns=("",) * 6,
        support=SUPPORT,
        unknown=none,
        answered=none,
        errors=WRONG.astype(float),
        moments=moments,
        left_out={"no label": 3},
        binary=True,
    )


class FakeLook:
    """Answers without data."""

    request = SimpleNamespace(
        data=SimpleNamespace(describe="calls.csv"),
        question=SimpleNamespace(
            label="said",
            prediction="tagline_p",
            person=None,
            where="snr < 9",
            group=None,
            sample_weight=None,
        ),
    )

    def examples(self, tag, wrong, limit):
        image = png(np.zeros((4, 4)))
        row = {"example_id": f"{tag} 1", "said": "turn <it> on", "prediction": "turn on"}
        return pa.Table.from_pylist(
            [{**row, "image": image, "snr": 4.0, "error": 1.0, "weight": 3.0}][:limit]
        )

    def worst(self, tags, limit):
        return {tag: self.examples(tag, True, limit) for tag in tags}

    def confusion(self, tag):
        return pa.table({"label": [tag], "prediction": ["x"], "n": [1]})

    def overlaps(self, order, top):
        return pa.table(
            {
                "tag": ["people noise", "clean speech"],
                "other": ["car noise", "car noise"],
                "both": [120, 1],
                "errors": [30.0, 0.0],
                "weight": [120.0, 1.0],
            }
        )

    def mistakes(self, top):
        columns = ["tag", "kind", "label", "prediction", "n", "total"]
        rows = [("car noise", "confused", "<on>", "off", 31, 33)]
        rows += [
            ("people noise", "missing", "on", None, 12, 14),
            ("gone", "missing", "a", "b", 2, 2),
        ]
        return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])

    def edits(self):
        return None

    def calibration(self, bins, level):
        return None

    def added(self, order, top):
        return pa.table({"tag": order[:2], "rows": [5, 5], "errors": [360.0, 195.0]})

    def adjusted(self, order, top, level):
        raw = Gap(0.05, 0.03, 0.07, 0.0001, 1.0)
        gone, none = Gap(0.004, -0.02, 0.03, 0.6, 0.9), Gap(None, None, None, None, None)
        people = TagGaps("people noise", raw, gone, (), "car noise", gone)
        return [people, TagGaps("car noise", raw, raw), TagGaps("clean speech", none, none)]


def analysis(measure="accuracy", look=None, draws=200):
    found, counts = find_measure(measure), counted()
    nan = np.nan
    errors = np.array([50, 70, 110, 300, nan, nan])
    asked = np.array([1000, 1000, 1000, 1000, nan, nan])
    people = People("stated", errors / asked, errors, asked)
    ranking = tag_rows(counts, people, found, importance={}, ease={}, draws=draws)
    return ErrorAnalysis.of(ranking, counts, found, look=look)


RESULT = analysis(look=FakeLook())


def test_document_is_that_of_the_design():
    document = json.loads(RESULT.to_json())
    expected = ["measure", "examples", "weight", "errors", "error_rate", "headline", "left_out"]
    assert list(document)[:8] == [*expected, "tags"]
    assert document == RESULT.to_dict()
    assert (document["examples"], document["errors"]) == (10_000, 974)
    assert document["error_rate"] == 0.0974
    assert document["left_out"] == {"no label": 3}
    assert document["headline"] == RESULT.headline
    assert all(tuple(row) == COLUMNS for row in document["tags"])
    assert [row["tag"] for row in document["tags"]][-2:] == ["(untagged)", "(all)"]
    assert "NaN" not in RESULT.to_json()


def test_frames_hold_the_rows_with_nulls():
    table = RESULT.to_arrow()
    assert tuple(table.column_names) == COLUMNS
    assert table.to_pylist() == [row.to_dict() for row in RESULT.rows]
    assert table.schema.field("rank").type == pa.int64()
    assert table.schema.field("note").type == pa.string()
    frame = RESULT.to_pandas()
    assert str(frame["label_more"].dtype) == "Int64"
    assert frame["rank"].isna().sum() == 2
    assert RESULT.to_polars()["rank"].to_list() == [row.rank for row in RESULT.rows]
    found = list(csv.DictReader(io.StringIO(RESULT.to_csv())))
    assert [row["tag"] for row in found] == [row.tag for row in RESULT.tags]
    assert found[-1]["rank"] == ""


def test_it_shows_itself():
    headline = RESULT.headline
    assert headline in RESULT.to_markdown().replace("\\", "")
    assert headline.split(";")[0] in RESULT._repr_html_()
    console = Console(width=160, file=io.StringIO())
    console.print(RESULT)
    assert "people noise" in console.file.getvalue()
    assert RESULT.chart().to_dict()


def test_page_holds_examples_reasons_and_charts(tmp_path):
    path = tmp_path / "errors.html"
    page = RESULT.to_html(path)
    assert path.read_text(encoding="utf-8") == page == error_page(RESULT)
    assert "turn &lt;it&gt; on" in page
    assert "data:image/png" in page
    assert "number 1 of 4" in page
    for name, value in {"data": "calls.csv", "label": "said", "where": "snr &lt; 9"}.items():
        assert f"<span>{name} <strong>{value}</strong></span>" in page
    assert "<span>prediction" not in page  # an array has no name
    assert analysis().to_html()  # without a way back to the data


def test_page_says_whose_the_gap_is():
    page = RESULT.to_html()
    assert "Is it really this tag?" in page
    assert "Its gap to the rest is mostly car noise: 5.0 points raw, 0.4 adjusted." in page
    assert page.count("its own: 5.0 points raw, 5.0 adjusted for the other tags") >= 2
    assert "Its gap to the rest is nothing" not in page
    assert "Two tags at once" in page
    table = RESULT.adjusted().to_pylist()
    assert [row["explained_by"] for row in table] == ["car noise", None, None]
    assert table[0]["remaining"] == 0.004


def test_cards():
    row = {"example_id": 7, "a": "x", "b": None, "text": "hello", "error": 2.0, "weight": 7.0}
    card = example_card(row, label="a", prediction="b", words=True)
    assert (card.example_id, card.label, card.prediction) == ("7", "x", None)
    assert (card.error, card.text, card.columns) == ("2 of 7", "hello", {})
    assert example_card({**row, "snr": 4}, label="a", prediction="b").columns == {"snr": "4"}


def test_mistakes_stand_with_their_tags():
    page = RESULT.to_html()
    assert page.count("<dt>Most often predicted</dt>") == 2
    assert "<dd>off for &lt;on&gt; (31)</dd>" in page
    assert RESULT.mistakes()["tag"].to_pylist() == ["people noise", "car noise"]  # by rank
    for ask, words in ((RESULT.edits, "transcripts"), (RESULT.calibration, "probabilities")):
        with pytest.raises(InputError, match=words):
            ask()


def test_added_gains_and_overlaps():
    first, second = added_gains(RESULT)
    assert (first.tag, second.tag) == tuple(row.tag for row in RESULT.rows[:2])
    gains = {row.tag: row.gain for row in RESULT.rows}
    assert first.adds == pytest.approx(gains[first.tag] * 360 / RESULT.rows[0].errors)
    assert second.total == pytest.approx(first.adds + second.adds)
    (pair,) = overlapping(RESULT.rows, RESULT.overlaps().to_pylist())
    assert (pair.of_tag, pair.of_other) == (0.04, 0.3)


def test_reweight_changes_order_and_headline_only():
    other = RESULT.reweight(importance={"car noise": 8})
    assert other.rows[0].tag == "car noise"
    assert other.headline.startswith("Fix car noise next")
    assert other.error_rate == RESULT.error_rate
    assert other.reweight(importance={}).rows == RESULT.rows
    with pytest.raises(InputError, match="Did you mean 'car noise'"):
        RESULT.reweight(ease={"car nois": 2})


def test_questions_about_a_tag():
    rate = RESULT.rate("car noise")
    assert (rate.value, rate.low < 0.11 < rate.high) == (0.11, True)
    assert np.isnan(RESULT.rate("(untagged)").value)
    assert "number 3 of 4" in RESULT.why("car noise")
    assert RESULT.confusion()["label"][0].as_py() == "(all)"
    assert RESULT.confusion("car noise")["label"][0].as_py() == "car noise"
    assert RESULT.examples("car noise").num_rows == 1
    for ask in (RESULT.why, RESULT.rate, RESULT.examples, RESULT.confusion):
        with pytest.raises(InputError, match="Did you mean 'car noise'"):
            ask("car noice")
    for ask in (
        analysis().overlaps,
        analysis().added,
        analysis().adjusted,
        analysis().mistakes,
        analysis().edits,
        analysis().calibration,
        lambda: analysis().examples("car noise"),
    ):
        with pytest.raises(InputError, match="cannot go back to its data"):
            ask()


def test_units_follow_the_measure():
    assert analysis("accuracy").percent
    assert analysis("wer").percent
    assert not analysis("mae").percent
    assert "point" not in analysis("mae").headline


@pytest.mark.parametrize("measure", ["accuracy", "wer(normalize='basic')", "mae", "rmse"])
def test_every_form_asks_the_questions_of_the_measure(measure):
    result = analysis(measure, look=FakeLook())
    asked, notes = questions(measure)["error_rate"], unit_notes(measure)
    console = Console(width=200, file=io.StringIO())
    console.print(result)
    for text in (console.file.getvalue(), result.to_markdown(), result.to_html()):
        assert asked in text
        assert all(note in text for note in notes)
    assert asked in result._repr_html_()
