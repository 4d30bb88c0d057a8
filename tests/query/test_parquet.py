"""The Parquet that is written, read back by the reference implementation."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.query.parquet import GROUP, write


def read(rows, columns=()):
    return pq.read_table(io.BytesIO(b"".join(write(rows, columns)))).to_pylist()


def test_each_type_comes_back_over_several_groups():
    rows = [
        {
            "text": f"双跨{n}" if n % 3 else None,
            "flag": n % 2 == 0 if n % 5 else None,
            "count": n - 5000 if n % 7 else None,
            "share": n / 3,
            "data": [n, {"x": "值"}],
            "never": None,
        }
        for n in range(2 * GROUP + 345)
    ]
    found = read(rows)
    assert [row | {"data": json.loads(row["data"])} for row in found] == rows


def test_no_rows_make_a_file_with_the_columns_named():
    table = pq.read_table(io.BytesIO(b"".join(write([], ("id", "title")))))
    assert (table.num_rows, table.column_names) == (0, ["id", "title"])


def test_what_a_later_row_brings_that_its_column_cannot_hold_is_left_out():
    rows = [{"a": 1, "b": True, "c": None}] * GROUP + [{"a": "x", "b": 2, "c": "late"}, {"a": 2, "d": "new"}]
    found = read(rows)[GROUP:]
    assert found == [{"a": None, "b": None, "c": "late"}, {"a": 2, "b": None, "c": None}]


@pytest.mark.parametrize("late", [2**63, 1.5, True])
def test_a_number_is_held_to_its_last_digit_or_left_out(late):
    assert [row["a"] for row in read([{"a": 2**63 + 1}, {"a": None}])] == [str(2**63 + 1), None]
    assert read([{"a": 1}] * GROUP + [{"a": late}])[-1] == {"a": None}


_VALUES = st.none() | st.text() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)


@given(
    st.lists(
        st.fixed_dictionaries({"x": _VALUES, "y": st.none() | st.floats(allow_nan=False)}), min_size=1, max_size=40
    )
)
def test_any_values_come_back_as_they_are_or_as_json(rows):
    found = read(rows)
    assert [row["y"] for row in found] == [row["y"] for row in rows]
    for row, again in zip(rows, found, strict=True):
        as_text = row["x"] if isinstance(row["x"], str) else json.dumps(row["x"], ensure_ascii=False)
        assert again["x"] in (row["x"], as_text.encode("utf-8", "replace").decode())
