"""Spectra of matrices that are only asked: ends, quadratures, density, trace, against NumPy's dense ones (invariants 24, 25)."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.errors import LossvistaError
from lossvista.compute.measures.asking import answered, asking
from lossvista.compute.measures.density import Estimate, density, probe
from lossvista.compute.measures.extremes import extremes
from lossvista.compute.measures.lanczos import lanczos


def symmetric(size: int, seed: int = 0) -> np.ndarray:
    matrix = np.random.default_rng(seed).normal(size=(size, size))
    return matrix + matrix.T


@given(
    size=st.integers(1, 60),
    count=st.integers(1, 4),
    seed=st.integers(0, 99),
    end=st.sampled_from(["both", "largest", "smallest"]),
)
def test_the_ends_of_random_quadratics(size: int, count: int, seed: int, end: str) -> None:
    matrix = symmetric(size, seed)
    exact = np.linalg.eigvalsh(matrix)
    found = answered(extremes(size, count, end, tolerance=1e-9, seed=seed), matrix.dot)
    low = [] if end == "largest" else range(min(count, size))
    high = [] if end == "smallest" else range(max(size - count, 0), size)
    wanted = exact[sorted({*low, *high})]
    width = np.abs(exact).max()
    assert np.allclose(found.values, wanted, atol=1e-8 * width)
    assert found.residuals.max() <= 1e-7 * width and np.allclose(np.linalg.norm(found.vectors, axis=0), 1)


def test_a_small_negative_end_beside_a_large_one_in_single_precision() -> None:
    values = np.r_[-1e-3, np.zeros(300), 1.0]  # ARPACK's own rule asks here for what single precision does not have
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(302, 302)))
    matrix = ((turn * values) @ turn.T).astype(np.float32)
    found = answered(extremes(302, 1, tolerance=1e-5, dtype=np.float32), matrix.dot)
    assert found.values == pytest.approx([-1e-3, 1.0], abs=2e-6) and found.residuals.max() < 1e-5


def test_nothing_and_no_number() -> None:
    found = answered(extremes(50, 2), np.zeros_like)
    assert list(found.values) == [0] * 4 and np.allclose(found.vectors.T @ found.vectors, np.eye(4))
    with pytest.raises(LossvistaError, match="not finite"):
        answered(extremes(50, 2), lambda vector: vector * np.nan)
    with pytest.raises(LossvistaError, match="not finite"):
        answered(extremes(2, 2), lambda vector: vector * np.nan)


def test_a_beginning_beside_the_answer_needs_fewer_products_and_finds_the_same() -> None:
    matrix = symmetric(400)
    cold = answered(extremes(400, 1, tolerance=1e-6), matrix.dot)
    warm = answered(extremes(400, 1, tolerance=1e-6, start=cold.vectors.sum(1)), matrix.dot)
    assert warm.values == pytest.approx(cold.values, rel=1e-8) and warm.products < cold.products


@given(size=st.integers(2, 40), seed=st.integers(0, 99), steps=st.integers(1, 60), kept=st.booleans())
def test_a_quadrature_is_exact_for_low_powers(size: int, seed: int, steps: int, kept: bool) -> None:
    matrix, start = symmetric(size, seed), np.random.default_rng(seed).normal(size=size)
    unit = start / np.linalg.norm(start)
    one = answered(lanczos(start, steps, reorthogonalize=kept or None), matrix.dot)
    assert (one.shares >= 0).all() and one.shares.sum() == pytest.approx(1)
    assert one.mean == pytest.approx(unit @ matrix @ unit, abs=1e-8)
    if len(one.nodes) > 1:
        assert one.shares @ one.nodes**2 == pytest.approx(np.linalg.norm(matrix @ unit) ** 2, rel=1e-8)
    exact = np.linalg.eigvalsh(matrix)
    assert exact[0] - 1e-9 <= one.nodes[0] and one.nodes[-1] <= exact[-1] + 1e-9
    if steps >= size:  # the Krylov space is whole
        assert np.allclose(one.nodes[[0, -1]], exact[[0, -1]])


def test_without_room_for_the_vectors_the_quadrature_is_as_good() -> None:
    values = np.r_[
        np.random.default_rng(0).normal(size=500) * 0.01, 3.0, 5.0
    ]  # ends that Lanczos finds again and again
    start = probe(502, 0, 0)
    lean = answered(lanczos(start, 80, reorthogonalize=False), lambda vector: values * vector)
    full = answered(lanczos(start, 80), lambda vector: values * vector)
    assert (np.abs(lean.nodes - 5) < 1e-6).sum() > (np.abs(full.nodes - 5) < 1e-6).sum() == 1
    for power in range(1, 8):
        assert lean.shares @ lean.nodes**power == pytest.approx(full.shares @ full.nodes**power, rel=1e-9)


def test_the_density_is_one() -> None:
    matrix = symmetric(120)
    probes = [answered(lanczos(probe(120, 3, k), 40), matrix.dot) for k in range(10)]
    for smoothing in (0.002, 0.005, 0.2):
        at, heights = density(probes, smoothing)
        assert (heights >= 0).all() and np.trapezoid(heights, at) == pytest.approx(1, abs=0.001)
        moment = np.mean([one.mean for one in probes])
        assert np.trapezoid(heights * at, at) == pytest.approx(moment, abs=1e-3 * np.ptp(at))
    exact = np.linalg.eigvalsh(matrix)  # a semicircle
    share = np.trapezoid(np.where(at < 0, heights, 0), at)
    assert share == pytest.approx((exact < 0).mean(), abs=0.1)
    assert np.trapezoid(density(probes[:1], 0.01)[1], density(probes[:1], 0.01)[0]) == pytest.approx(1, abs=0.02)
    assert np.isfinite(density([answered(lanczos(np.ones(5), 5), np.zeros_like)], 0.01)[1]).all()  # one node, at 0


def test_hutchinsons_trace_lies_in_its_own_interval() -> None:
    matrix, held = symmetric(40), 0
    for seed in range(100):
        draws = [40 * answered(lanczos(probe(40, seed, k), 1), matrix.dot).mean for k in range(8)]
        trace = Estimate.of(draws)
        assert draws[0] == pytest.approx(probe(40, seed, 0) @ matrix @ probe(40, seed, 0))
        held += trace.low <= np.trace(matrix) <= trace.high
    assert held >= 88  # 95 of 100 are expected
    assert np.isnan(Estimate.of([1.0]).low)
    with pytest.raises(ValueError, match="nothing"):
        Estimate.of([])


def test_probes_are_signs_drawn_by_the_seed() -> None:
    assert set(probe(100, 1, 0)) == {-1.0, 1.0}
    assert (probe(100, 1, 0) == probe(100, 1, 0)).all() and not (probe(100, 1, 0) == probe(100, 1, 1)).all()


def test_a_question_left_unanswered_ends_its_thread() -> None:
    before = threading.active_count()
    waiting = asking(lambda product: product(np.ones(3)))
    assert list(next(waiting)) == [1, 1, 1] and threading.active_count() == before + 1
    waiting.close()
    assert threading.active_count() == before

    def failing(product):
        product(np.ones(2))
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        answered(asking(failing), np.copy)
    assert answered(asking(lambda product: "at once"), np.copy) == "at once"
    assert threading.active_count() == before
