"""Network: what somebody gives as a model, without the wrappers that run it elsewhere, or the sentence why it cannot be one."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_module
from torch.nn.parameter import is_lazy

from ..errors import LossvistaError
from ..weights import wide

_PARALLEL = (nn.DataParallel, nn.parallel.DistributedDataParallel)


def network_of(model: nn.Module) -> nn.Module:
    """The network inside DataParallel, DistributedDataParallel or torch.compile; others as they are. Raises LossvistaError for what
    has no weights of its own that can be moved: TorchScript, lazy layers without a shape, complex or whole numbers."""
    while isinstance(model, _PARALLEL) or _is_compiled(model):
        model = model.module if isinstance(model, _PARALLEL) else model._orig_mod  # type: ignore[assignment]
    script = next((name for name, m in model.named_modules() if isinstance(m, torch.jit.ScriptModule)), None)
    if script is not None:
        what = f"holds a part that is a TorchScript program, '{script}'" if script else "is a TorchScript program"
        raise LossvistaError(
            f"The network {what}: its weights cannot be moved.", "Give the nn.Module that it was made from."
        )
    for name, parameter in model.named_parameters():
        if is_lazy(parameter):
            raise LossvistaError(
                f"The parameter '{name}' has no shape yet: its layer is lazy.",
                "Call the network once, on a batch of the data, before you give it.",
            )
        if not parameter.is_floating_point():
            kind = str(parameter.dtype).removeprefix("torch.")
            raise LossvistaError(
                f"The parameter '{name}' holds {kind} numbers; a direction moves real numbers only.",
                "Keep its real and imaginary parts as two parameters."
                if parameter.is_complex()
                else "Give the network before it was quantized, or make it a buffer.",
            )
    return model


def private(model: nn.Module) -> nn.Module:
    """A copy, in evaluation mode and without gradients, to be changed at will: half precision is widened to single, and compiled
    parts run as they were written. Raises what copy.deepcopy raises."""
    copied = copy.deepcopy(model, dict(_detached(model))).eval().requires_grad_(False)
    for part in copied.modules():
        if _is_compiled(part):  # compiling takes longer than a landscape of a small network
            part.__dict__["forward"] = cast(nn.Module, part._orig_mod).__call__
    return copied._apply(lambda t: t.to(wide(t.dtype)))


def placed_network(model: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The same module on a device and of a type. nn.Module.to would make complex buffers (rotations, as an example) real."""
    pair = {torch.float32: torch.complex64, torch.float64: torch.complex128}

    def there(tensor: Tensor) -> Tensor:
        kind = dtype if tensor.is_floating_point() else pair[dtype] if tensor.is_complex() else None
        return tensor.to(device=device, dtype=kind)

    return model._apply(there)


def hooked(model: nn.Module) -> bool:
    """Whether something of somebody's is called before or after a module's forward pass."""
    everywhere = torch_module._global_forward_hooks or torch_module._global_forward_pre_hooks
    return bool(everywhere) or any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def expect_finite(state: Mapping[str, Tensor], where: str) -> None:
    """Raises LossvistaError where a tensor holds NaN or infinity: there is no landscape around it."""
    for name, tensor in state.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise diverged(where, f"'{name}' holds NaN or infinite numbers")


def diverged(where: str, what: str) -> LossvistaError:
    """That weights are no numbers. where: "The checkpoint 'a.pt'"."""
    return LossvistaError(
        f"{where} is of a training that diverged: {what}.", "Take a checkpoint from before, or train with a lower rate."
    )


def _detached(model: nn.Module) -> Iterator[tuple[int, Tensor]]:
    """For deepcopy: tensors that modules keep from a forward pass, which it would refuse, without their graph."""
    for module in model.modules():
        for value in vars(module).values():
            for tensor in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(tensor, Tensor) and not tensor.is_leaf:
                    yield id(tensor), tensor.detach().clone()


def _is_compiled(module: nn.Module) -> bool:
    return type(module).__name__ == "OptimizedModule" and hasattr(module, "_orig_mod")
