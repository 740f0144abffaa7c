"""Every registered measure obeys the same laws, row by row, on both engines.

All cases lie side by side in one table, and each engine answers them by one query.
"""

import doctest
import inspect
from collections.abc import Iterator
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

import tagline.measures
from tagline.engine import connect
from tagline.exceptions import InputError
from tagline.measures import MEASURES, Pair, find_measure, measure

BUILT_IN = sorted(set(MEASURES) & set(tagline.measures.__all__))


def view(wide: ibis.Table, place: int, case: Any) -> ibis.Table:
    """Return one case's rows under their own names."""
    own = wide.filter(wide.row < len(case.rows))
    return own.select("row", **{each: own[f"{each}_{place}"] for each in case.types})


@pytest.fixture(scope="session")
def wide(cases: list[Any]) -> pa.Table:
    """All cases side by side in one table, padded with nulls: one upload, one query."""
    longest = max(len(case.rows) for case in cases)
    columns: dict[str, pa.Array] = {"row": pa.array(range(longest), pa.int64())}
    for place, case in enumerate(cases):
        for name, values in zip(case.types, zip(*case.rows, strict=True), strict=True):
            padded = [*values, *[None] * (longest - len(values))]
            columns[f"{name}_{place}"] = pa.array(padded, case.types[name])
    return pa.table(columns)


@pytest.fixture(
    scope="module", params=["duckdb", pytest.param("spark", marks=pytest.mark.needs("java"))]
)
def answers(
    request: pytest.FixtureRequest, cases: list[Any], wide: pa.Table
) -> dict[int, list[tuple[Any, Any, Any]]]:
    """(error, weight, refused) of every row of every case."""
    asked = "duckdb://" if request.param == "duckdb" else request.getfixturevalue("spark")
    with connect(asked) as connection:
        uploaded = connection.table(wide, "cases")
        parts = []
        for place, case in enumerate(cases):
            rows = view(uploaded, place, case)
            pair = find_measure(case.measure).pairs(rows)
            refused = getattr(pair, "refused", None)
            parts.append(
                rows.select(
                    "row",
                    case=ibis.literal(place, "int64"),
                    error=(ibis.literal(0) + pair.error).cast("float64"),
                    weight=(ibis.literal(0) + pair.weight).cast("float64"),
                    refused=ibis.literal(False) if refused is None else refused,
                )
            )
        found = connection.fetch(ibis.union(*parts)).sort_by("row").to_pylist()
    by_case: dict[int, list[tuple[Any, Any, Any]]] = {place: [] for place in range(len(cases))}
    for each in found:
        by_case[each["case"]].append((each["error"], each["weight"], each["refused"]))
    return by_case


@pytest.fixture
def rows(wide: pa.Table, case: Any, place: int) -> Iterator[ibis.Table]:
    """One case's rows on a DuckDB of their own, numbered by the column `row`."""
    with connect() as connection:
        yield view(connection.table(wide, "cases"), place, case)


def test_each_row_is_what_a_second_implementation_says(answers: Any, case: Any, place: int) -> None:
    counted = answers[place]
    kind = find_measure(case.measure).kind
    assert len(counted) == len(case.rows)
    perfect = 0
    for row, (error, weight, refused) in zip(case.rows, counted, strict=True):
        expected = case.oracle(*row)
        if expected is None:
            assert error is None, row
            assert refused or kind == "open", "a bounded measure leaves no row out"
            continue
        assert not refused
        assert (error, weight) == pytest.approx(expected, rel=1e-12, abs=1e-12), row
        assert error >= 0
        assert kind == "open" or error <= weight
        assert kind != "binary" or (weight == 1 and error in (0, 1))
        if case.perfect(*row):
            perfect += 1
            assert error == 0, row
    assert perfect, "the case must hold a perfect prediction"


def test_sums_add_up_over_parts_of_the_rows(rows: ibis.Table, case: Any) -> None:
    def sums(part: ibis.Table) -> list[float]:
        pair = find_measure(case.measure).pairs(part)
        both = part.select(e=ibis.literal(0) + pair.error, w=ibis.literal(0) + pair.weight)
        both = both.filter(both.e.notnull())
        total = both.aggregate(e=both.e.sum(), w=both.w.sum()).to_pyarrow().to_pylist()[0]
        return [float(total[each] or 0) for each in ("e", "w")]

    cut = len(case.rows) // 2
    parts = np.array(sums(rows.filter(rows.row < cut))) + sums(rows.filter(rows.row >= cut))
    assert parts.tolist() == pytest.approx(sums(rows), rel=1e-12)


def test_every_registered_measure_has_a_case(cases: list[Any]) -> None:
    assert set(BUILT_IN) == {find_measure(case.measure).name for case in cases}


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_measure_is_documented_with_its_source_and_a_true_example(name: str) -> None:
    documented = inspect.getdoc(MEASURES[name]) or ""
    for part in ("Parameters", "Returns", "Notes", "Source:", "Examples", "weight"):
        assert part in documented, part
    parsed = doctest.DocTestParser().get_doctest(
        documented, dict(vars(tagline.measures)), name, None, 0
    )
    assert parsed.examples
    said: list[str] = []
    result = doctest.DocTestRunner().run(parsed, out=said.append)
    assert result.failed == 0, "".join(said)
    assert find_measure(name).title


def test_its_text_finds_the_same_measure(case: Any) -> None:
    found = find_measure(case.measure)
    assert find_measure(str(found)) == found


def test_a_measure_of_ones_own_is_one_function() -> None:
    @measure("cost of what went wrong", kind="bounded")
    def cost(table: ibis.Table, *, limit: float = 10.0) -> Pair:
        return Pair(ibis.ifelse(table.label != table.prediction, table.price, 0), limit)

    try:
        rows = ibis.memtable({"label": ["a", "b"], "prediction": ["a", "c"], "price": [5.0, 7.0]})
        pair = find_measure("cost(limit=8.0)").pairs(rows)
        assert rows.aggregate(e=pair.error.sum()).to_pyarrow().to_pylist() == [{"e": 7.0}]
        assert pair.weight == 8.0
    finally:
        del MEASURES["cost"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("acuracy", "Did you mean 'accuracy'"),
        ("wer(normalise='basic')", "Did you mean 'normalize'"),
    ],
)
def test_a_name_that_is_nearly_right_is_helped(asked: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        find_measure(asked)
