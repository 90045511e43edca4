"""Peers: how other programs evaluate a point, by their own functions, for benchmarks/evaluation.py."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch
from evaluation_cases import Case
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

STEPS = 2  # of a plane in one call: 4 points, so that its copies of the network weigh little
Way = tuple[Callable[[], float], int]


def peer(name: str, case: Case, point: tuple[float, float]) -> Way | None:
    """(the loss at the point, points that one call evaluates), None where it is not installed."""
    try:
        return PEERS[name](case, point)
    except ImportError:
        return None


def _loss_landscapes(case: Case, point: tuple[float, float]) -> Way:
    """Its plane through three networks; all samples are one batch. The first value is that of 1/STEPS of the way to the third."""
    import loss_landscapes
    from loss_landscapes.metrics import Loss

    far, metric = case.at(*(STEPS * x for x in point)), Loss(F.cross_entropy, *case.samples)

    def once() -> float:
        with torch.no_grad():
            found = loss_landscapes.planar_interpolation(
                case.model, case.model, far, metric, STEPS, deepcopy_model=True
            )
        return float(found[0][0])

    return once, STEPS**2


def _losscape(case: Case, point: tuple[float, float]) -> Way:
    """What create_3D_losscape does at each point. Its loss is a mean of means over batches."""
    from losscape.compute_loss import compute_loss
    from losscape.create_landscape import _set_weights

    loader, (theta, *axes) = DataLoader(TensorDataset(*case.samples), case.batch), case.lists()

    def once() -> float:
        _set_weights(case.model, theta, axes, point)
        return compute_loss(case.model, loader, None, None, len(loader))

    return once, 1


def _loss_landscape_3d(case: Case, point: tuple[float, float]) -> Way:
    from loss_landscape_3d.calculator import LossLandscapeCalculator

    loader = DataLoader(TensorDataset(*case.samples), case.batch)
    calculator = LossLandscapeCalculator(case.model, loader, nn.CrossEntropyLoss())
    centre = {**{k: t.clone() for k, t in case.model.state_dict().items()}}
    alpha, beta = [[x] * STEPS for x in point]

    def once() -> float:
        return float(calculator.calculate(alpha, beta, *case.axes, centre)[0, 0])

    return once, STEPS**2


def li(case: Case, point: tuple[float, float], checkout: str) -> Way:
    """Li et al.'s set_weights and eval_loss, with the loader that their load_dataset makes (two workers, pinned memory), around tensors
    that are normalized already; their images would be decoded and normalized anew at each point."""
    if checkout not in sys.path:
        sys.path.insert(0, checkout)
    evaluation, net_plotter = _imported("evaluation_of_li", f"{checkout}/evaluation.py"), __import__("net_plotter")
    options: dict[str, Any] = {"num_workers": 2, "pin_memory": True}
    loader = DataLoader(TensorDataset(*case.samples), batch_size=case.batch, shuffle=False, **options)
    criterion, (theta, *axes) = nn.CrossEntropyLoss(), case.lists()

    def once() -> float:
        net_plotter.set_weights(case.model, theta, axes, point)
        return evaluation.eval_loss(case.model, criterion, loader)[0]

    return once, 1


PEERS = {
    "loss-landscapes": _loss_landscapes,
    "losscape": _losscape,
    "loss-landscape-3d": _loss_landscape_3d,
}


def _imported(name: str, path: str) -> Any:
    """A module of a name that ours has too."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
