"""Paths: the checkpoints of a recording, projected onto a plane."""

from __future__ import annotations

import numpy as np

from .plane import Plane
from .problem.network import diverged
from .training.recording import Recording
from .trajectory import Trajectory


def projected(recording: Recording, plane: Plane, start: int = 0) -> Trajectory:
    """The path of the checkpoints from number `start` on; its losses are entered as they are evaluated. Columns, besides what the
    recording says of its steps: alpha, beta, distance from the plane, offset ‖θ_t − θ‖, weight_norm ‖θ_t‖;
    rounding, where checkpoints are stored rounded: by how much.
    Raises LossvistaError for a checkpoint that is not finite."""
    states = [recording.stored(k) for k in range(start, len(recording))]
    found = plane.projections(states)
    for k in np.flatnonzero(~np.isfinite(found.length)):
        raise diverged(f"Checkpoint {start + k} of '{recording.folder}'", "it holds NaN or infinite numbers")
    alpha, beta = (*found.coordinates.T, np.zeros(len(states)))[:2]
    columns: dict[str, np.ndarray] = {
        "alpha": alpha.copy(),
        "beta": beta.copy(),
        "distance": found.distance,
        "offset": found.offset,
        "weight_norm": found.length,
    }
    if recording.rounding[start:].any():
        columns["rounding"] = recording.rounding[start:] * columns["weight_norm"]
    steps = {k: np.asarray(recording.steps[k][start:], float) for k in ("step", "epoch", "learning_rate")}
    how: dict[str, str | float | int] = {"source": str(recording.folder)}
    if optimizer := (recording.meta.get("training") or {}).get("optimizer"):
        how["optimizer"] = str(optimizer)
    return Trajectory({**columns, **steps, "evaluated": np.zeros(len(states))}, how)
