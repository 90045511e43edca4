"""Lossvista: see, measure and explore the loss landscape of your own PyTorch model.

`import lossvista` imports neither torch nor Qt; the names below are looked up when they are first used.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "Landscape": "compute.landscape",
    "LossvistaError": "compute.errors",
    "Problem": "compute.problem.problem",
    "Recipe": "compute.recipe",
    "Recorder": "compute.training.recorder",
    "Style": "compute.style",
    "Training": "compute.training.recipe",
    "compare": "app.scene.draw",
    "export": "compute.exporters",
    "load": "compute.storage",
    "render": "app.scene.draw",
    "run": "compute.run",
    "save": "compute.storage",
    "study": "compute.studies.named",
    "train": "compute.training.train",
}
__all__ = ["__version__", *_HOMES]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'lossvista' has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
