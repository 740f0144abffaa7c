"""From a tagged sample to all data: intervals, a classifier that narrows them, a rule."""

import numpy as np
import pyarrow as pa
import pytest

from tagline.exceptions import InputError
from tagline.project import Project

N = 4_000


def made(folder, seed=7):
    """4,000 examples, 10 % wrong; 'dim' follows brightness closely, 'odd' follows nothing."""
    rng = np.random.default_rng(seed)
    wrong = rng.random(N) < 0.1
    brightness = np.where(rng.random(N) < np.where(wrong, 0.5, 0.08), 0.15, 0.6)
    brightness = brightness + rng.normal(0, 0.08, N)
    dim = brightness + rng.normal(0, 0.03, N) < 0.35
    odd = rng.random(N) < np.where(wrong, 0.3, 0.1)
    rows = pa.table(
        {
            "example_id": [str(i) for i in range(N)],
            "y": ["a"] * N,
            "said": np.where(wrong, "b", "a"),
            "brightness": pa.array(brightness, mask=rng.random(N) < 0.02),
            "device": rng.choice(["old", "new"], N),
        }
    )
    project = Project.init(folder)
    project.add_predictions(rows, run="first", label="y", prediction="said")
    truth = {"dim": dim, "odd": odd}
    rates = {
        tag: {
            "share": has.mean(),
            "error_rate": wrong[has].mean(),
            "error_share": has[wrong].mean(),
            "gain": max(0, (wrong & has).mean() - 0.02 * has.mean()),
        }
        for tag, has in truth.items()
    }
    return project, truth, rates


def tag_all(project, sample, truth, count=None):
    items = project.tags.store.take(sample, by="ann", count=10_000)[:count]
    choices = [
        (i.example_id, tag, bool(has[int(i.example_id)]))
        for i in items
        for tag, has in truth.items()
    ]
    project.tags.store.decide(choices, by="ann")
    for item in items:
        project.tags.store.finish(sample, item.example_id, by="ann")


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    project, truth, rates = made(tmp_path_factory.mktemp("estimates") / "p")
    for tag in truth:
        project.tags.add(tag, by="ann")
    project.tags.sample("first", size=300, twice=0.0, person="ann")
    tag_all(project, "first", truth)
    yield project, truth, rates
    project.close()


def test_the_rates_of_all_data_lie_in_the_intervals(speech):
    project, _, rates = speech
    found = project.tags.estimate(human=0.02)
    assert (found.n_examples, found.n_decided, found.sample) == (N, 300, "first")
    for row in found.rows:
        for name, true in rates[row.tag].items():
            low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
            assert low <= true <= high, (row.tag, name, true, low, high)
            assert low <= getattr(row, name) <= high


def test_a_classifier_that_helps_narrows_and_one_that_does_not_is_not_used(speech):
    project, _, _ = speech
    with_scores = {row.tag: row for row in project.tags.estimate().rows}
    without = {row.tag: row for row in project.tags.estimate(learn=False).rows}

    def width(row):
        return row.share_high - row.share_low

    assert width(with_scores["dim"]) < 0.75 * width(without["dim"])
    assert with_scores["dim"].power > 0.5
    assert with_scores["dim"].precision > 0.8
    assert width(with_scores["odd"]) < 1.25 * width(without["odd"])
    assert with_scores["odd"].power < 0.5


def test_a_rule_is_learned_and_can_be_accepted(speech):
    project, truth, _ = speech
    rule = project.tags.learn("dim")
    assert "brightness" in rule.rule
    assert rule.precision > 0.8
    assert rule.recall > 0.8
    assert rule.precision_low < rule.precision <= rule.precision_high
    project.tags.accept("dim by rule", rule.rule)
    row = next(row for row in project.tags.check().rows if row.tag == "dim by rule")
    assert row.yes == pytest.approx(truth["dim"].sum(), rel=0.25)


def test_few_decisions_say_so_and_are_wide(tmp_path):
    project, truth, rates = made(tmp_path / "p", seed=3)
    with project:
        project.tags.add("odd", by="ann")
        project.tags.sample("few", size=60, twice=0.0, person="ann")
        tag_all(project, "few", {"odd": truth["odd"]}, count=12)
        found = project.tags.estimate().rows[0]
        assert found.decided == 12
        assert "no classifier" in found.note
        assert found.share_low <= rates["odd"]["share"] <= found.share_high
        assert found.share_high - found.share_low > 0.1
        with pytest.raises(InputError, match="No rule for 'odd'"):
            project.tags.learn("odd")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda tags: tags.estimate("frist"), "Did you mean 'first'"),
        (lambda tags: tags.estimate(tags=["dmi"]), "Did you mean 'dim'"),
        (lambda tags: tags.estimate(level=95), "fraction between 0 and 1"),
        (lambda tags: tags.learn("dmi"), "Did you mean 'dim'"),
    ],
)
def test_a_wrong_call_is_one_sentence(speech, call, words):
    with pytest.raises(InputError, match=words):
        call(speech[0].tags)


def test_a_sample_that_says_nothing_is_refused(speech):
    project, _, _ = speech
    project.tags.sample("picked", size=5, first="brightness", person="ann")
    with pytest.raises(InputError, match="on purpose"):
        project.tags.estimate("picked")
    project.tags.sample("fresh", size=5, person="ann")
    with pytest.raises(InputError, match="Nobody has looked"):
        project.tags.estimate("fresh")


def test_every_form_says_the_same(speech):
    project, _, _ = speech
    found = project.tags.estimate("first")
    assert found.to_dict()["headline"] == found.headline
    assert found.headline in found.to_markdown().replace("\\", "")
    assert found.to_pandas().shape[0] == 2
    assert "dim" in found.to_html()


@pytest.mark.parametrize("learn", [True, False])
def test_intervals_cover_in_simulation(tmp_path, learn):
    """Nominal .95 over fresh samples of the same 4,000 rows: three numbers of two tags each."""
    project, truth, rates = made(tmp_path / "p", seed=11)
    covered, asked = 0, 0
    with project:
        for tag in truth:
            project.tags.add(tag, by="ann")
        for seed in range(6):
            name = f"s{seed}"
            project.tags.sample(name, size=150, twice=0.0, seed=seed, person="ann")
            tag_all(project, name, truth)
            for row in project.tags.estimate(name, learn=learn).rows:
                for which in ("share", "error_rate", "error_share"):
                    low, high = getattr(row, f"{which}_low"), getattr(row, f"{which}_high")
                    covered += low <= rates[row.tag][which] <= high
                    asked += 1
    assert covered / asked >= 0.85  # 36 answers that depend on each other


@pytest.fixture
def census(tmp_path):
    """200 examples, half of them wrong; all looked at; 'dim' stands on 50 wrong and 100 right."""
    rows = {
        "example_id": [f"{i:03}" for i in range(200)],
        "y": ["a"] * 200,
        "said": ["b" if i < 100 else "a" for i in range(200)],
        "old": [i % 2 == 0 for i in range(200)],
    }
    with Project.init(tmp_path / "census") as project:
        project.add_predictions(rows, run="first", label="y", prediction="said")
        project.tags.add("dim", by="ann")
        project.tags.sample("all", size=200, wrong=0.5, twice=0.0, person="ann")
        tag_all(project, "all", {"dim": np.arange(200) >= 50})
        yield project


def row_of(found, tag):
    return next(row for row in found.rows if row.tag == tag)


def test_doubted_labels_leave_the_estimate_as_they_leave_the_analysis(census):
    for i in range(50, 100):
        if i % 2:
            census.tags.label_is_wrong(f"{i:03}", by="ann")
    true = 25 / 125
    for learn in (True, False):
        row = row_of(census.tags.estimate(learn=learn), "dim")
        assert row.error_rate == pytest.approx(true)
        assert row.share == pytest.approx(125 / 175)
    analysed = row_of(census.analyze_errors(sample="all", tags="dim"), "dim")
    assert analysed.error_rate == pytest.approx(true)


def test_a_condition_is_a_part_of_the_sample(census):
    row = row_of(census.tags.estimate(where="old or said = 'a'", learn=False), "dim")
    assert row.error_rate == pytest.approx(25 / 125)


def test_a_back_fill_that_is_half_done_biases_nothing(census):
    census.tags.add("late", by="ann")
    order = [item.example_id for item in census.tags.store.items("all")]
    late = {each: int(each) < 40 for each in order}

    def say(examples):
        census.tags.store.decide([(each, "late", late[each]) for each in examples], by="ann")
        return row_of(census.tags.estimate(learn=False), "late")

    before = say(order[100:])
    assert before.decided == 100
    assert "100 looked-at examples left out" in before.note
    after = say([each for each in order[:99] if late[each]])  # the likeliest first
    assert (after.decided, after.share) == (before.decided, before.share)
    analysed = row_of(census.analyze_errors(sample="all", tags="late"), "late")
    assert analysed.share == pytest.approx(before.share, abs=0.02)
    assert say(order[:100]).share == pytest.approx(0.2)


def test_a_stratum_that_nobody_looked_at_is_named(census):
    with pytest.raises(InputError, match="wrong examples alone"):
        census.tags.sample("errors only", size=20, wrong=1.0, person="ann")
    census.tags.sample("by age", size=40, by="old", twice=0.0, person="ann")
    for each in census.tags.store.take("by age", by="ann", count=40):
        if each.stratum.startswith("right"):
            census.tags.store.finish("by age", each.example_id, by="ann")
    with pytest.raises(InputError, match="of the stratum 'wrong"):
        census.analyze_errors(sample="by age")
