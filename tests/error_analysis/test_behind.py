"""What stands behind the rows, from the data: mistakes, edits and calibration by tag."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.exceptions import InputError

RNG = np.random.default_rng(4)
N = 300
LABEL = RNG.choice(["cat", "dog", "eel"], N).tolist()
SAID = [
    None if i % 40 == 7 else str(RNG.choice(["cat", "dog", "eel"])) if i % 3 == 0 else each
    for i, each in enumerate(LABEL)
]
DARK = [[True, False, None][i % 3] if i % 2 else bool(i % 5) for i in range(N)]
ROOM = RNG.choice(["hall", "attic"], N).tolist()
WHO = [["a", "b"] if i % 3 else ["b"] for i in range(N)]
DATA = {"truth": LABEL, "said": SAID, "dark": DARK, "room": ROOM, "who": WHO}
TAGS = ["dark", "room", "who"]
HAS = {
    "dark": [each is True for each in DARK],
    "room=hall": [each == "hall" for each in ROOM],
    "room=attic": [each == "attic" for each in ROOM],
    "a": ["a" in each for each in WHO],
    "b": ["b" in each for each in WHO],
    "(all)": [True] * N,
}


def analyze(data=DATA, tags=TAGS, **options):
    return tagline.analyze_errors(
        data, **{"label": "truth", "prediction": "said", "tags": tags, **options}
    )


def by_tag(table):
    found = {}
    for row in table.to_pylist():
        found.setdefault(row.pop("tag"), []).append(row)
    return found


@pytest.mark.parametrize("measure", ["accuracy", "f1(average='macro')"])
def test_worst_pairs_are_those_counted_by_hand(engine, measure):
    result = analyze(engine=engine, measure=measure, where="room != 'cellar'")
    found = by_tag(result.mistakes(top=3))
    assert list(found) == [row.tag for row in result.rows if row.tag in HAS]
    for tag, has in HAS.items():
        rows = zip(LABEL, SAID, has, strict=True)
        wrong = Counter((x, y) for x, y, h in rows if h and x != y)
        assert [row["n"] for row in found[tag]] == sorted(wrong.values(), reverse=True)[:3]
        for row in found[tag]:
            assert wrong[row["label"], row["prediction"]] == row["n"]
            assert row["total"] == wrong.total()
            assert row["kind"] == ("missing" if row["prediction"] is None else "confused")


def test_pairs_do_not_need_weights_or_groups_or_other_runs():
    plain = analyze().mistakes()
    assert (
        plain.num_rows == analyze(sample_weight=[2.0] * N, group=list(range(N))).mistakes().num_rows
    )


def test_the_page_shows_the_examples_that_are_asked_for(engine):
    data = {**DATA, "example_id": [f"e{i:03}" for i in range(N)], "Error": list(range(N))}
    long = pa.table({"example_id": data["example_id"][::2], "tag": ["even"] * (N // 2)})
    result = analyze(data, tags=long, engine=engine)
    tags = [row.tag for row in result.rows]
    worst = result.look.worst(tags, 4)
    assert list(worst) == tags
    for tag, table in worst.items():
        assert table.column_names == result.examples(tag).column_names
        assert table.to_pylist() == result.examples(tag, limit=4).to_pylist()
    assert result.look.worst([], 4) == {}


def test_transcripts_have_words_and_kinds_of_edits(engine):
    data = {
        "truth": ["the cat", "a cat", "the dog"] * 2,
        "said": ["The cap", "cat", "the dog uh"] * 2,
    }
    result = analyze(
        {**data, "loud": [True, True, False] * 2},
        tags=["loud"],
        measure="wer(normalize='basic')",
        engine=engine,
    )
    assert by_tag(result.mistakes(top=1))["(all)"] == [
        {"kind": "deleted", "label": "a", "prediction": None, "n": 2, "total": 6}
    ]
    columns = ("rows", "substitutions", "deletions", "insertions", "errors", "reference")
    found = {
        tag: tuple(row[each] for each in columns) for tag, (row,) in by_tag(result.edits()).items()
    }
    assert found["loud"] == (4, 2, 2, 0, 4, 8)
    assert found["(all)"] == (6, 2, 2, 2, 6, 12)
    page = result.to_html()
    assert "<dd>a left out (2), cap for cat (2)</dd>" in page
    assert "<dd>2 substituted, 2 deleted, 0 inserted</dd>" in page
    letters = analyze({**data, "loud": [True] * 6}, tags=["loud"], measure="cer").edits()
    assert letters["reference"][0].as_py() == sum(map(len, data["truth"]))


def test_what_has_no_classes_is_refused_in_one_sentence():
    lists = {**DATA, "truth": [[each] for each in LABEL], "said": [[each] for each in LABEL]}
    several = analyze(lists, measure="multilabel")
    with pytest.raises(InputError, match=r"single classes .* `label` is of type array<string>"):
        several.confusion()
    with pytest.raises(InputError, match="not for 'multilabel'"):
        several.mistakes()
    with pytest.raises(InputError, match="`top` must be a whole number from 1"):
        analyze().mistakes(top=0)
    amounts = analyze({**DATA, "truth": [1.0] * N, "said": [2.0] * N}, measure="mae")
    with pytest.raises(InputError, match="not for 'mae'"):
        amounts.mistakes()
    with pytest.raises(InputError, match="The measure is 'mae' instead"):
        amounts.edits()
    with pytest.raises(InputError, match=r"measure 'brier' or 'log_loss'\. The measure is 'mae'"):
        amounts.calibration()
    assert "Most often" not in amounts.to_html()


SURE = np.where(np.arange(N) % 2, 0.9, 0.2)
TRUE = [bool(i % 10 < 7) if i % 2 else bool(i % 10 < 2) for i in range(N)]  # 3 of 5, 1 of 5


@pytest.mark.parametrize("way", ["one column", "a class", "columns of classes"])
def test_calibration_is_that_of_the_columns_that_the_measure_reads(way):
    data = {"odd": [bool(i % 2) for i in range(N)], "truth": TRUE, "said": SURE}
    named = ["yes" if each else "no" for each in TRUE]
    if way == "one column":
        result = analyze(data, tags=["odd"], measure="brier")
    elif way == "a class":
        result = analyze({**data, "truth": named}, tags=["odd"], measure="brier(positive='yes')")
    else:
        data |= {"truth": named, "q_yes": SURE, "q_no": 1 - SURE}
        del data["said"]
        result = analyze(
            data, tags=["odd"], prediction=None, measure="log_loss(probability='q_{}')"
        )
    found = {tag: row for tag, (row,) in by_tag(result.calibration()).items()}
    assert list(found) == ["odd", "(untagged)", "(all)"]
    assert (found["odd"]["support"], found["(all)"]["support"]) == (150, 300)
    assert found["odd"]["gap"] == found["odd"]["ece"] == pytest.approx(0.3)
    assert 0.2 < found["odd"]["low"] < found["odd"]["rms"] < 0.3 < found["odd"]["high"] < 0.41
    assert found["odd"]["note"] == "too high by 30.0 points on average"
    assert found["(untagged)"]["rms"] == 0
    assert found["(untagged)"]["note"] == "perhaps chance: the interval reaches 0"
    with pytest.raises(InputError, match="`bins` must be"):
        result.calibration(bins=0)


def test_calibration_that_cannot_be_known_is_null():
    data = {"truth": [True] * 3, "said": [0.1, 0.5, 0.9], "one": [True, False, False]}
    row = analyze(data, tags=["one"], measure="brier").calibration(bins=1).to_pylist()[0]
    assert (row["tag"], row["rms"], row["low"]) == ("one", None, None)
    assert row["note"] == "too few examples to tell"


@pytest.mark.parametrize("n_tags", [3, 62])
def test_overlaps_are_those_of_a_loop_for_few_and_for_many_tags(n_tags):
    rng = np.random.default_rng(0)
    tags = {f"t{i}": rng.random(80) < 0.3 for i in range(n_tags)}
    wrong = rng.random(80) < 0.4
    rows = {"y": np.zeros(80, int), "p": wrong.astype(int), "w": rng.random(80) + 0.5, **tags}
    found = tagline.analyze_errors(
        rows, label="y", prediction="p", tags=list(tags), sample_weight="w"
    )
    pairs = found.overlaps(top=n_tags).to_pylist()
    assert len(pairs) == n_tags * (n_tags - 1) // 2
    for pair in pairs:
        both = tags[pair["tag"]] & tags[pair["other"]]
        assert pair["both"] == both.sum()
        assert pair["errors"] == pytest.approx((rows["w"] * both * wrong).sum())
        assert pair["weight"] == pytest.approx((rows["w"] * both).sum())
