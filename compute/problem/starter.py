"""Starter: the few lines that make a problem of somebody's own training script, written with the names that are in it."""

from __future__ import annotations

import inspect
from types import ModuleType

from torch import nn
from torch.utils.data import Dataset


def starter(module: ModuleType, function: str) -> str:
    """A file to put beside `module`, whose networks and data sets it names where there are any; what is left to fill in is said."""
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    classes = [value for value in own if inspect.isclass(value)]
    network = next((one.__name__ for one in classes if issubclass(one, nn.Module)), "Net")
    found = next((name for name, value in vars(module).items() if isinstance(value, Dataset)), "")
    data = found or next((one.__name__ for one in classes if issubclass(one, Dataset)), "train_dataset")
    known = [name for name in (network, data) if hasattr(module, name)]
    unknown = [name for name in (network, data) if name not in known]
    name = module.__name__.removesuffix(" (user)")
    lines = [
        f"# Save this beside {name.rpartition('.')[2]}.py, as problem.py, and name that file instead.",
        "from lossvista import Problem",
        "from torch import nn",
        *([f"from {name} import {', '.join(known)}"] if known else []),
        *(f"from … import {one}  # yours" for one in unknown),
        "",
        "",
        f"def {function}():",
        "    # train: a Dataset of (input, target), or two tensors (inputs, targets); prepared as for your training, without augmentation",
        f"    return Problem(model={network}(), train={data}, loss=nn.CrossEntropyLoss())",
    ]
    return "\n".join(lines)
