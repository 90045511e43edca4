"""Normalization: rescale a direction to the weights, so that landscapes of differently scaled networks compare
(Li et al. 2018, §4, eq. 1: d_F ← d_F / ‖d_F‖ · ‖θ_F‖ for every filter F)."""

from __future__ import annotations

import torch
from torch import Tensor

from ..units import Units
from ..weights import Weights, norm


def normalize(direction: Weights, weights: Weights, units: dict[str, Units], kind: str) -> Weights:
    """A new direction over the names of `direction`.

    kind: filter: ‖δ_F‖ = ‖θ_F‖ for every output unit F. layer: ‖δ_l‖ = ‖θ_l‖ for every tensor l. model: ‖δ‖ = ‖θ‖ over these
    names. weight: |δ| = |d| ⊙ |θ|. none: unchanged. A unit whose weights, or whose direction, are zero gets 0, never NaN.
    """
    if kind == "none":
        return {name: d.clone() for name, d in direction.items()}
    if kind == "model":
        there = {name: weights[name] for name in direction}
        factor = _ratio(torch.tensor(norm(there)), torch.tensor(norm(direction)))
        return {name: (d.double() * factor).to(d.dtype) for name, d in direction.items()}
    return {name: _tensor(d, weights[name], units[name], kind) for name, d in direction.items()}


def unit_norm_gap(direction: Weights, weights: Weights, units: dict[str, Units]) -> float:
    """max over output units F with ‖d_F‖ > 0 of |‖d_F‖ − ‖θ_F‖| / ‖θ_F‖: how far a direction is from filter normalization (0 to
    rounding after it); inf where a unit moves whose weights are zero."""
    worst = 0.0
    for name, d in direction.items():
        own, theirs = (units[name].rows(t).double().norm(dim=1) for t in (d, weights[name]))
        gap = ((own - theirs).abs() / theirs)[own > 0]
        worst = max(worst, float(gap.max())) if len(gap) else worst
    return worst


def _tensor(d: Tensor, theta: Tensor, units: Units, kind: str) -> Tensor:
    if kind == "weight":
        return d * theta.abs()
    if kind == "layer":
        return (d.double() * _ratio(theta.double().norm(), d.double().norm())).to(d.dtype)
    if kind == "filter":
        rows = units.rows(d).double()
        factor = _ratio(units.rows(theta).double().norm(dim=1), rows.norm(dim=1))
        return units.tensor((rows * factor[:, None]).to(d.dtype), d.shape)
    raise ValueError(f"no normalization called {kind!r}")


def _ratio(numerator: Tensor, denominator: Tensor) -> Tensor:
    return torch.where(denominator > 0, numerator / denominator, torch.zeros_like(numerator))


def orthogonalize(direction: Weights, against: Weights) -> Weights:
    """direction − its component along `against`, over the names of `direction`; twice, which removes the rounding error of
    the first pass (Kahan's "twice is enough")."""
    rest = {name: tensor.double() for name, tensor in direction.items()}
    square = sum(float((against[name].double() ** 2).sum()) for name in direction)
    for _ in range(2 if square > 0 else 0):
        share = sum(float((rest[name] * against[name].double()).sum()) for name in direction) / square
        rest = {name: tensor - share * against[name].double() for name, tensor in rest.items()}
    return {name: tensor.to(direction[name].dtype) for name, tensor in rest.items()}
