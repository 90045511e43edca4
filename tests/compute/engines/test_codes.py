"""Codes: images as bytes on the device give the network what it would have got, to the last bit."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.engines import codes
from lossvista.compute.engines.codes import as_they_are, coded, packed

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The samples of these tests are worth it, and come in several chunks."""
    monkeypatch.setattr(codes, "WORTH", 1)
    monkeypatch.setattr(codes, "AT_ONCE", 1024)


def images(count: int, channels: int, seed: int) -> torch.Tensor:
    """Bytes, normalized as data sets do."""
    draw = torch.Generator().manual_seed(seed)
    numbers = torch.randint(0, 256, (count, channels, 5, 7), generator=draw, dtype=torch.uint8)
    mean, spread = torch.rand(2, channels, 1, 1, generator=draw) + 0.1
    return (numbers / 255 - mean) / spread


@given(st.integers(1, 40), st.integers(1, 4), st.integers(0, 99), st.booleans())
def test_what_comes_of_bytes_is_kept_to_the_last_bit(count: int, channels: int, seed: int, last: bool) -> None:
    x = images(count, channels, seed)
    found = coded(x, CPU, torch.float32)
    assert found is not None and found.numbers.dtype == torch.uint8
    numbers = found.numbers.contiguous(memory_format=torch.channels_last) if last else found.numbers
    again = found.decoded(numbers[: count // 2 + 1])
    assert torch.equal(again, x[: count // 2 + 1])
    layout = torch.channels_last if last else torch.contiguous_format
    assert again.is_contiguous(memory_format=layout)


def test_other_samples_stay_as_they_are() -> None:
    real = torch.randn(30, 3, 5, 7)
    assert coded(real, CPU, torch.float32) is None
    assert coded(torch.zeros(30, 3), CPU, torch.float32) is None
    assert coded(torch.zeros(30, 3, 4, dtype=torch.long), CPU, torch.float32) is None
    broken = images(30, 3, 0)
    broken[29, 2, 4, 6] = float("nan")
    assert coded(broken, CPU, torch.float32) is None
    numbers, unpacked = packed(real, CPU, torch.float32)
    assert torch.equal(numbers, real) and unpacked is as_they_are


def test_a_tree_is_packed_where_it_can_be() -> None:
    tree = {"image": images(20, 3, 1), "more": (torch.randn(20, 2), torch.arange(20))}
    numbers, unpacked = packed(tree, CPU, torch.float32)
    assert numbers["image"].dtype == torch.uint8 and numbers["more"][1].dtype == torch.long
    again = unpacked(numbers)
    assert torch.equal(again["image"], tree["image"])
    assert all(torch.equal(a, b) for a, b in zip(again["more"], tree["more"], strict=True))
