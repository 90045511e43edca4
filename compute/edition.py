"""Edition: whether this installation can compute. The Viewer has no PyTorch: it opens, explores, draws and exports."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from .errors import LossvistaError

NEEDED = ("torch", "torchvision")
REASON = "This is Lossvista Viewer, which has no PyTorch and computes nothing; the full edition does"


@cache
def can_compute() -> bool:
    """Whether PyTorch is installed; it is not imported."""
    return all(find_spec(name) is not None for name in NEEDED)


def lacking(error: BaseException) -> LossvistaError | None:
    """The sentence for an import that failed because this edition has no PyTorch, or a torchvision that does not fit it; None for
    anything else."""
    if isinstance(error, RuntimeError) and "torchvision::" in str(error):
        return LossvistaError(
            f"torch and torchvision come from different builds and do not fit together ({error}).",
            "Install both again, together: pip install --force-reinstall torch torchvision",
        )
    missing = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if missing not in NEEDED:
        return None
    return LossvistaError(
        f"Nothing can be computed here: {missing} is not installed.",
        "The Viewer opens, draws and exports; the full edition computes. In an environment of your own: pip install torch torchvision",
    )
