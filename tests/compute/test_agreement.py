"""Agreement with Li et al. 2018: on their two ResNet-56 networks, our surface is that of their definition, computed literally."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from lossvista.compute.prepare import prepare
from lossvista.compute.problem.checkpoints import load_weights
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run

IMAGES = 16
# In float32, the network without shortcuts is noisy near its minimum whoever evaluates it, plain PyTorch as well: 1.2e-4 of the mean
# loss a sample (root mean square, over 512 images), which averages out as 1/√n. Of 16 images, four standard deviations are 1.2e-4.
NOISE = {"resnet56": 1e-5, "resnet56-noshort": 4 * 1.2e-4 / IMAGES**0.5}


def resnet56(x: Tensor, state: dict[str, Tensor]) -> Tensor:
    """(n, 3, 32, 32) → (n, 10) logits, operator by operator from the checkpoint's names, in the checkpoint's precision."""

    def conv(x: Tensor, name: str, norm: str, stride: int = 1) -> Tensor:
        weight = state[f"{name}.weight"]
        x = F.conv2d(x, weight, None, stride, padding=weight.shape[-1] // 2)
        moments = (state[f"{norm}.running_mean"], state[f"{norm}.running_var"])
        return F.batch_norm(x, *moments, state[f"{norm}.weight"], state[f"{norm}.bias"], training=False, eps=1e-5)

    skips = any("shortcut" in name for name in state)
    x = F.relu(conv(x, "conv1", "bn1"))
    for layer in (1, 2, 3):
        for block in range(9):
            here, stride = f"layer{layer}.{block}", 2 if layer > 1 and block == 0 else 1
            y = F.relu(conv(x, f"{here}.conv1", f"{here}.bn1", stride))
            y = conv(y, f"{here}.conv2", f"{here}.bn2")
            if skips:
                projected = f"{here}.shortcut.0.weight" in state
                y = y + (conv(x, f"{here}.shortcut.0", f"{here}.shortcut.1", stride) if projected else x)
            x = F.relu(y)
    return F.linear(F.avg_pool2d(x, 8).flatten(1), state["linear.weight"], state["linear.bias"])


def direction(parameters: dict[str, Tensor], seed: int) -> dict[str, Tensor]:
    """Li et al. 2018, §4: Gaussian, every filter as long as the weights' filter, nothing for biases and batch-norm."""
    generator, found = torch.Generator().manual_seed(seed), {}
    for name, weight in parameters.items():
        found[name] = torch.zeros_like(weight)
        if weight.dim() > 1:
            for k, own in enumerate(weight):
                drawn = torch.randn(own.shape, generator=generator)
                found[name][k] = drawn * own.norm() / (drawn.norm() + 1e-10)
    return found


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["resnet56", "resnet56-noshort"])
def test_our_surface_is_li_et_als_definition_in_float64(
    real_data: Path, cifar: Path, tmp_path: Path, name: str
) -> None:
    """From their checkpoint, the image files and a direction file of theirs. Asked for float64, to 1e-6 relative at every point (what
    is left is the rounding of the normalized images, which we keep in float32); else to the rounding of float32."""
    checkpoint = real_data / f"li2018-{name}.t7"
    state = load_weights(checkpoint)
    parameters = {n: t for n, t in state.items() if "running" not in n and "num_batches" not in n}
    axes = [direction(parameters, seed) for seed in (1, 2)]
    with h5py.File(tmp_path / "directions.h5", "w") as file:
        for group, axis in zip(("xdirection", "ydirection"), axes, strict=True):
            for place, tensor in enumerate(axis.values()):
                file[f"{group}/{place}"] = tensor.numpy()
    recipe = Recipe(
        model=name,
        weights=(str(checkpoint),),
        data=f"imagefolder:{cifar}",
        directions=f"file:{tmp_path / 'directions.h5'}",
        samples=IMAGES,
        resolution=3,
        batch_size=8,  # small tensors: in float64 the memory's pages would cost as much as the arithmetic
    )
    surface = drain(run(recipe)).surface
    precise = drain(run(recipe.replace(precision="float64"))).surface

    files = sorted(cifar.rglob("*.jpg"), key=lambda path: (path.parent.name, path.name))
    chosen = [files[k] for k in prepare(recipe).problem.ids.tolist()]
    classes = sorted({path.parent.name for path in files})
    pixels = np.stack([np.asarray(Image.open(path).convert("RGB"), np.float64) for path in chosen])
    pixels = (pixels - np.array([125.3, 123.0, 113.9])) / np.array([63.0, 62.1, 66.7])
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    y = torch.tensor([classes.index(path.parent.name) for path in chosen])
    assert len(x) == IMAGES

    exact = {n: t.double() for n, t in state.items()}
    wanted = np.empty(surface.grid.shape)
    for j, beta in enumerate(surface.grid.beta):
        for i, alpha in enumerate(surface.grid.alpha):
            point = dict(exact)
            for n in parameters:
                point[n] = exact[n] + alpha * axes[0][n].double() + beta * axes[1][n].double()
            with torch.inference_mode():
                logits = torch.cat([resnet56(few, point) for few in x.split(8)])
            wanted[j, i] = F.cross_entropy(logits, y).item()
    error, exact_error = (np.abs(s.fields["train_loss"] / wanted - 1).max() for s in (surface, precise))
    print(f"{name}: {error:.1e} and {exact_error:.1e}, losses {wanted.min():.3f} … {wanted.max():.3f}")
    assert exact_error < 1e-6 and error < NOISE[name]
    assert wanted.max() > 3 * wanted[1, 1]  # a landscape, not a plain
