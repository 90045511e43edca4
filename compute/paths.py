"""Paths: the checkpoints of a recording, projected onto a plane."""

from __future__ import annotations

import math

import numpy as np

from .plane import Plane
from .problem.network import diverged
from .training.recording import Recording
from .trajectory import Trajectory
from .weights import norm


def projected(recording: Recording, plane: Plane, start: int = 0) -> Trajectory:
    """The path of the checkpoints from number `start` on; its losses are entered as they are evaluated. Columns, besides what the
    recording says of its steps: alpha, beta, distance from the plane, offset ‖θ_t − θ‖, weight_norm ‖θ_t‖;
    rounding, where checkpoints are stored rounded: by how much.
    Raises LossvistaError for a checkpoint that is not finite."""
    rows = []
    for k in range(start, len(recording)):
        weights = {name: tensor for name, tensor in recording.weights(k).items() if name in plane.origin}
        if not math.isfinite(norm(weights)):
            raise diverged(f"Checkpoint {k} of '{recording.folder}'", "it holds NaN or infinite numbers")
        coordinates, distance = plane.project(weights)
        alpha, beta = (*coordinates, 0.0)[:2]
        offset = norm({name: tensor.double() - plane.origin[name].double() for name, tensor in weights.items()})
        rows.append((alpha, beta, distance, offset, norm(weights)))
    columns: dict[str, np.ndarray] = dict(
        zip(("alpha", "beta", "distance", "offset", "weight_norm"), np.array(rows).T.copy(), strict=True)
    )
    if recording.rounding[start:].any():
        columns["rounding"] = recording.rounding[start:] * columns["weight_norm"]
    steps = {k: np.asarray(recording.steps[k][start:], float) for k in ("step", "epoch", "learning_rate")}
    how: dict[str, str | float | int] = {"source": str(recording.folder)}
    if optimizer := (recording.meta.get("training") or {}).get("optimizer"):
        how["optimizer"] = str(optimizer)
    return Trajectory({**columns, **steps, "evaluated": np.zeros(len(rows))}, how)
