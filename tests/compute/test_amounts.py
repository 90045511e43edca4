"""Amounts: times and sizes in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.amounts import duration, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0004, "0.4 ms"),
        (0.2, "200 ms"),
        (0.999, "1.0 s"),
        (2.54, "2.5 s"),
        (59.7, "1 min"),
        (200, "3 min 20 s"),
        (598, "10 min"),
        (18_620, "5 h 10 min"),
        (400_000, "5 days"),
    ],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (20 * 2**20, "20 MiB"), (1023 * 2**10, "1.0 MiB")],
)
def test_size(count, text):
    assert size(count) == text


@given(st.floats(0, 1e12))
def test_they_are_never_written_as_powers_of_ten(amount):
    assert "e" not in duration(amount).replace("days", "") and "e+" not in size(amount)
