"""Several runs a side: a change must exceed what another random seed would do."""

import numpy as np
import pandas as pd
import pytest

import tagline
from tagline.exceptions import InputError
from tagline.stats import seed_change

N, RUNS = 600, 3
BEFORE = [f"old_{i}" for i in range(RUNS)]
AFTER = [f"new_{i}" for i in range(RUNS)]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    label, dim = rng.integers(0, 3, N), rng.random(N) < 0.3
    frame = pd.DataFrame({"example_id": np.arange(N), "y": label, "dim": dim})
    frame["speaker"] = rng.integers(0, 60, N)
    for name in [*BEFORE, *AFTER]:
        luck = rng.normal(0, 0.02)
        wrong = rng.random(N) < 0.1 + 0.2 * dim + luck
        frame[name] = np.where(wrong, (label + 1) % 3, label)
    return frame


def compare(data, **options):
    given = {"label": "y", "prediction": (BEFORE, AFTER), "tags": ["dim"]} | options
    return tagline.compare_runs(data, **given)


def rates(data, names, mask):
    return np.array([[(data[name] != data.y)[mask].mean()] for name in names])


def test_the_means_over_runs_are_compared_over_seeds(data, engine):
    found = compare(data, engine=engine)
    assert found.runs == RUNS
    for tag, mask in {"dim": data.dim, "(all)": data.dim | True}.items():
        before, after = rates(data, BEFORE, mask), rates(data, AFTER, mask)
        row = found.row(tag)
        assert row.before == pytest.approx(before.mean(), abs=1e-12)
        assert row.after == pytest.approx(after.mean(), abs=1e-12)
        assert row.change_low < row.change < row.change_high


def test_the_luck_of_rows_does_not_count_twice(data):
    """The variance is that of the formula, by a loop over rows."""
    error = {n: (data[n] != data.y).to_numpy(float) for n in [*BEFORE, *AFTER]}
    sides = [np.stack([error[n] for n in names]) for names in (BEFORE, AFTER)]
    change = sides[1].mean(axis=0) - sides[0].mean(axis=0)
    examples = ((change - change.mean()) ** 2).sum() / N**2
    within = sum(side.var(axis=0, ddof=1).sum() / RUNS / N**2 for side in sides)
    expected = seed_change(
        sides[0].mean(axis=1)[:, None],
        sides[1].mean(axis=1)[:, None],
        example_variance=[examples * N / (N - 1)],
        overlap=[within],
    )
    whole = compare(data).whole
    low, high = expected.interval()
    assert (whole.change_low, whole.change_high) == pytest.approx((low[0], high[0]), rel=1e-3)


def test_tables_of_runs_are_joined(data):
    def table(name):
        kept = ["example_id", "y", "dim", name]
        return data[kept].rename(columns={name: "said"}).sample(frac=1, random_state=1)

    joined = compare([table(n) for n in BEFORE], after=[table(n) for n in AFTER], prediction="said")
    for row, other in zip(joined.rows, compare(data).rows, strict=True):
        assert (row.tag, row.broken, row.fixed) == (other.tag, other.broken, other.fixed)
        ends = (row.change, row.change_low, row.change_high)
        assert ends == pytest.approx((other.change, other.change_low, other.change_high))
    assert "3 runs a side" in joined.to_markdown()


def test_groups_widen_and_examples_can_be_seen(data):
    grouped = compare(data, group="speaker").whole
    assert grouped.change == pytest.approx(compare(data).whole.change)
    assert grouped.change_low != pytest.approx(compare(data).whole.change_low, rel=1e-9)
    assert compare(data).examples(limit=2).num_rows == 2


def test_silence_of_any_run_is_wrong(data):
    quiet = data.assign(new_2=data.new_2.astype("Int64").where(data.index >= 30))
    found = compare(quiet)
    assert found.silent == 30
    assert found.whole.after > compare(data).whole.after


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"prediction": (BEFORE, AFTER[:2])},
            "the same number of runs, at least one. Got 3 before",
        ),
        ({"measure": "f1(average='macro')"}, "cannot be averaged for"),
        ({"prediction": (BEFORE, ["new_0", "new_1", "new_7"])}, "new_7"),
    ],
)
def test_what_cannot_be_compared_over_seeds(data, options, message):
    with pytest.raises(InputError, match=message):
        compare(data, **options)


def test_what_would_decide_an_undecided_tag_and_how_little_few_runs_show(data):
    found = compare(data, margin=0.0)
    row = found.row("dim")
    assert row.verdict == "undecided"
    assert "would decide" in row.note
    text = found.to_markdown()
    assert f"low power: {RUNS} runs a side show a change of all data in 80% of cases only" in text
    assert "would decide: in 80% of cases if the change is as large as it was seen" in text
