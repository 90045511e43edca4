"""Curves: what was written comes back, while it is being written, too; what is damaged or hostile is refused with a sentence."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.errors import LossvistaError
from lossvista.compute.training import curves as module
from lossvista.compute.training.curve_lines import BINS, COLUMNS, LayerHistogram, curve_line, histogram_line
from lossvista.compute.training.curves import CurveReader, Curves, read_curves

NUMBERS = st.floats() | st.integers(0, 2**53)
ROWS = st.lists(
    st.sampled_from(sorted(COLUMNS)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.dictionaries(st.sampled_from(COLUMNS[kind]), NUMBERS))
    ),
    max_size=40,
)
HISTOGRAM = st.builds(
    LayerHistogram,
    low=st.floats(),
    high=st.floats(),
    counts=st.lists(st.integers(0, 2**53), min_size=BINS, max_size=BINS),
    norm=st.floats(),
)


def append(file: Path, data: bytes) -> None:
    with file.open("ab") as stream:
        stream.write(data)


def column(curves: Curves, kind: str, name: str) -> list[float]:
    return (curves.iterations if kind == "iteration" else curves.epochs)[name].tolist()


@given(rows=ROWS)
def test_any_figures_come_back_and_the_lines_are_plain_json(tmp_path_factory: pytest.TempPathFactory, rows):
    folder = tmp_path_factory.mktemp("run")
    for kind, values in rows:
        line = curve_line(kind, **values)
        assert json.loads(line, parse_constant=pytest.fail)["kind"] == kind  # NaN and Infinity are no JSON
        append(folder / "curves.jsonl", line)
    curves = read_curves(folder)
    for kind, names in COLUMNS.items():
        told = [values for k, values in rows if k == kind]
        for name in names:
            wanted = [float(values.get(name, math.nan)) for values in told]
            np.testing.assert_array_equal(column(curves, kind, name), wanted)
    assert bool(curves) == bool(rows)


@given(moments=st.lists(st.dictionaries(st.sampled_from(["a", "b.weight", "ü"]), HISTOGRAM), max_size=5))
def test_any_histograms_come_back(tmp_path_factory: pytest.TempPathFactory, moments):
    folder = tmp_path_factory.mktemp("run")
    for step, layers in enumerate(moments):
        line = histogram_line("iteration" if step % 2 else "epoch", step, step / 2, layers)
        assert json.loads(line, parse_constant=pytest.fail)["step"] == step
        append(folder / "histograms.jsonl", line)
    layers = read_curves(folder).layers
    assert layers.keys() == {name for moment in moments for name in moment}
    for name, history in layers.items():
        steps = [step for step, moment in enumerate(moments) if name in moment]
        told = [moments[step][name] for step in steps]
        assert history.step.tolist() == steps and history.epoch.tolist() == [step / 2 for step in steps]
        assert history.epochal.tolist() == [step % 2 == 0 for step in steps]
        np.testing.assert_array_equal(history.counts, [h.counts for h in told])
        np.testing.assert_array_equal(
            np.stack([history.low, history.high, history.norm], 1), [(h.low, h.high, h.norm) for h in told]
        )


@given(data=st.data())
def test_a_growing_file_is_read_piece_by_piece(tmp_path_factory: pytest.TempPathFactory, data):
    """Cut anywhere, in the middle of a line too: each look gives the whole lines so far, and never changes what it gave before."""
    folder = tmp_path_factory.mktemp("run")
    whole = b"".join(curve_line("iteration", step=step, loss=1 / (step + 1)) for step in range(30))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    reader = CurveReader(folder, at_once=data.draw(st.integers(1, 300)))
    given_before: list[tuple[np.ndarray, list[float]]] = []
    for first, last in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        append(folder / "curves.jsonl", whole[first:last])
        curves = reader.read()
        while reader.behind:
            curves = reader.read()
        steps = curves.iterations["step"]
        assert steps.tolist() == list(range(whole[:last].count(b"\n")))
        given_before.append((steps, steps.tolist()))
    assert all(steps.tolist() == then for steps, then in given_before)


def test_what_was_given_cannot_be_changed(tmp_path: Path):
    append(tmp_path / "curves.jsonl", curve_line("epoch", step=1, train_loss=2.0))
    curves = read_curves(tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        curves.epochs["train_loss"][0] = 0
    with pytest.raises(TypeError):
        curves.epochs["train_loss"] = np.zeros(1)  # type: ignore[index]


def test_nothing_told_yet(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        curves = read_curves(folder)
        assert not curves and curves.iterations["loss"].shape == (0,) and not curves.layers
    assert not Curves()


def test_a_file_that_was_taken_back_is_read_anew(tmp_path: Path):
    """As after a resume, which takes back what a killed training had told beyond its last checkpoint."""
    file, reader = tmp_path / "curves.jsonl", CurveReader(tmp_path)
    append(file, b"".join(curve_line("iteration", step=step, loss=step) for step in range(100)))
    assert len(reader.read().iterations["step"]) == 100
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:40]))
    assert len(reader.read().iterations["step"]) == 40
    append(file, b"".join(curve_line("iteration", step=step, loss=-step) for step in range(40, 200)))
    assert reader.read().iterations["loss"].tolist() == [*range(40), *(-step for step in range(40, 200))]
    file.write_bytes(b"".join(curve_line("iteration", step=step, loss=7.0) for step in range(300)))  # longer at once
    assert reader.read().iterations["loss"].tolist() == [7.0] * 300
    file.unlink()
    assert not reader.read()


GOOD = curve_line("iteration", step=1, loss=1.0)
LAYER = json.loads(histogram_line("epoch", 1, 1.0, {"w": LayerHistogram(0.0, 1.0, [1] * BINS, 2.0)}))


def layer(**changes: object) -> bytes:
    return json.dumps(LAYER | {"layers": {"w": LAYER["layers"]["w"] | changes}}).encode()


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"{", b"[]", b"nonsense", b"\xff\xfe", b'{"kind": "iteration"', b"[" * 50_000, b"1" * 5000),
        *(b"{}", b'{"kind": "batch"}', b'{"kind": ["epoch"]}', b'{"kind": "iteration", "loss": "1.5"}'),
        *(b'{"kind": "iteration", "loss": null}', b'{"kind": "iteration", "loss": true}'),
        b'{"kind": "iteration", "loss": {"__reduce__": "os.system"}}',
        b'{"kind": "iteration", "step": ' + b"9" * 400 + b"}",
    ],
)
def test_a_damaged_line_is_named_and_what_stood_before_it_kept(tmp_path: Path, line: bytes):
    append(tmp_path / "curves.jsonl", GOOD + line + b"\n" + GOOD)
    reader = CurveReader(tmp_path)
    for _ in range(2):
        with pytest.raises(LossvistaError, match=r"Line 2 of '.*curves.jsonl' is damaged"):
            reader.read()
    (tmp_path / "curves.jsonl").write_bytes(GOOD * 3)  # repaired
    assert len(reader.read().iterations["step"]) == 3


@pytest.mark.parametrize(
    "line",
    [
        *(layer(counts=[1] * 31), layer(counts=[-1] * 32), layer(counts=[0.5] * 32), layer(counts=[True] * 32)),
        *(layer(counts=[2**60] * 32), layer(counts="x" * 32), layer(edges=[0]), layer(edges=[0, None])),
        *(layer(norm=None), json.dumps(LAYER | {"layers": [1]}).encode()),
        *(json.dumps(LAYER | {"layers": {"w" * 500: LAYER["layers"]["w"]}}).encode(), b'{"kind": "epoch"}'),
        json.dumps(LAYER | {"layers": {str(k): 0 for k in range(10_001)}}).encode(),
    ],
)
def test_damaged_histograms(tmp_path: Path, line: bytes):
    append(tmp_path / "histograms.jsonl", line + b"\n")
    with pytest.raises(LossvistaError, match=r"Line 1 of '.*histograms.jsonl' is damaged"):
        read_curves(tmp_path)


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "curves.jsonl"
    with file.open("wb") as stream:
        stream.truncate(2**40)  # a hole of a terabyte
    with pytest.raises(LossvistaError, match="is larger"):
        read_curves(tmp_path)
    file.write_bytes(b"{" * 100_000)
    with pytest.raises(LossvistaError, match="a line of more than 64 KiB"):
        read_curves(tmp_path)
    file.unlink()
    monkeypatch.setattr(module, "MAX_HISTOGRAMS", 3)
    append(tmp_path / "histograms.jsonl", 4 * (json.dumps(LAYER).encode() + b"\n"))
    with pytest.raises(LossvistaError, match="more than 3 histograms"):
        read_curves(tmp_path)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path):
    file = tmp_path / "curves.jsonl"
    file.mkdir()
    with pytest.raises(LossvistaError, match="no regular file"):
        read_curves(tmp_path)
    file.rmdir()
    if not hasattr(os, "mkfifo"):
        return
    os.mkfifo(file)
    with pytest.raises(LossvistaError, match="no regular file"):
        read_curves(tmp_path)
    file.unlink()
    (tmp_path / "elsewhere").write_bytes(GOOD)
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LossvistaError, match="cannot be read"):
        read_curves(tmp_path)


@given(noise=st.binary(max_size=200))
def test_noise_never_escapes_as_anything_but_a_sentence(tmp_path_factory: pytest.TempPathFactory, noise: bytes):
    folder = tmp_path_factory.mktemp("run")
    for name in ("curves.jsonl", "histograms.jsonl"):
        (folder / name).write_bytes(noise)
    with suppress(LossvistaError):
        assert not read_curves(folder)
