"""Scale invariance: one function under two sets of weights, with and without filter normalization (Li et al. 2018, §3)."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.torch import save as packed

from ..errors import LossvistaError
from ..landscape import Landscape
from ..prepare import prepare
from ..problem.build import lasting_spec
from ..problem.data import lasting
from ..problem.rescaled import rescaled
from ..progress import Job, Progress
from ..recipe import Recipe
from ..run import run
from ..storage import load, save
from ..storage.disk import put, trouble
from ..table import Table
from ..training.layout import FINAL
from ..training.recipe import Training
from ..training.train import train
from ..weights import norm, perturbed, weights_of
from .rescaling import CURVES, TABLE, Rescaling

SAME = 1e-3  # relative: how well the two must agree at the centre


def scale_invariance(choices: Rescaling, out: str, *, overwrite: bool = False) -> Job[Landscape]:
    """Train the network, or load it; rescale it; compute its line or plane into `out`, and the three others into the folder OUT.scaled,
    along the same draw of random directions. Adds the table `scale_invariance`: alpha (and beta), step (α without normalization), and
    the losses original_filter, rescaled_filter, original_none, rescaled_none (nats). The same choices again go on where they were
    interrupted.

    Raises LossvistaError as `rescaled`, a training and `run` do, and where the rescaled network computes something else."""
    folder = Path(out).expanduser().absolute().with_suffix(".scaled")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(error, folder) from error
    files, layers, share = yield from _networks(choices, folder, overwrite)
    landscape, others = None, dict[str, Landscape]()
    for name, (network, kind) in CURVES.items():
        recipe = _recipe(choices, files[network], network, kind, choices.reach * (share if kind == "none" else 1.0))
        if landscape is None:
            landscape = others[name] = yield from run(recipe, out, overwrite=overwrite)
        else:
            others[name] = yield from _aside(run(recipe, str(folder / f"{name}.h5"), overwrite=overwrite), name)
    assert landscape is not None
    how: dict[str, object] = {**choices.model_dump(mode="json"), "layers": layers, "step": share}
    landscape.tables[TABLE] = _table(others, share, how)
    save(landscape, out)
    return load(out)


def _networks(choices: Rescaling, folder: Path, overwrite: bool) -> Job[tuple[dict[str, str], list[str], float]]:
    """Checkpoint files of the original and the rescaled network; what was done; and ‖θ‖ / √n of what is perturbed, the step without
    normalization that is expected to be as long as the weights."""
    if choices.weights:
        file = str(Path(choices.weights[0]).expanduser().absolute())
    else:
        keys = ("problem", "model", "data", "normalize", "download", "epochs", "samples", "seed", "device")
        training = Training.of(lr=0.05, batch_size=64, test_every=0, **{key: getattr(choices, key) for key in keys})
        yield from train(training, str(folder / "training"))
        file = str(folder / "training" / FINAL)
    yield Progress("rescaling the weights")
    prepared = prepare(_recipe(choices, file, "original", "filter", 1.0))
    model = prepared.problem.model
    other, layers = rescaled(model, choices.factor)
    state = {name: tensor.detach().contiguous().clone() for name, tensor in other.state_dict().items()}
    target = folder / "rescaled.safetensors"
    put(target, packed(state))
    theta = weights_of(model)
    names = perturbed(model, "biases-and-norms", "")
    count = sum(theta[name].numel() for name in names)
    share = norm({name: theta[name] for name in names}) / math.sqrt(count)
    share = float(f"{share:.3g}")
    yield Progress("rescaling the weights", 1, 1, note=f"Rescaled: {'; '.join(layers)}.")
    return {"original": file, "rescaled": str(target)}, layers, share


def _recipe(choices: Rescaling, file: str, network: str, kind: str, reach: float) -> Recipe:
    named = {"problem": lasting_spec(choices.problem)} if choices.problem else {}
    if not choices.problem:
        named = {"model": lasting_spec(choices.model), "data": lasting(choices.data), "normalize": choices.normalize}
        named |= {"test_data": choices.test_data and lasting(choices.test_data), "download": choices.download}
    how = "filter-normalized" if kind == "filter" else "not normalized"
    return Recipe.of(
        **named,
        weights=(file,),
        trust_pickle=choices.trust_pickle,
        normalization=kind,
        axes=choices.axes,
        resolution=choices.resolution,
        reach=reach,
        seed=choices.seed,
        samples=choices.samples,
        device=choices.device,
        title=f"{choices.problem or choices.model}, {network} weights, {how}",
    )


def _aside(job: Job[Landscape], name: str) -> Job[Landscape]:
    """The progress of a landscape that is not the one to be looked at."""
    stage = name.replace("_", ", ").replace("none", "no normalization")
    while True:
        try:
            progress = next(job)
        except StopIteration as end:
            return end.value
        yield replace(progress, stage=f"{progress.stage} ({stage})", patch=None, start=None)


def _table(found: dict[str, Landscape], share: float, how: dict[str, object]) -> Table:
    grid = found["original_filter"].surface.grid
    points = grid.points(np.arange(grid.size))
    columns = {"alpha": points[:, 0], **({} if grid.line else {"beta": points[:, 1]}), "step": points[:, 0] * share}
    columns |= {name: one.surface.fields["train_loss"].ravel() for name, one in found.items()}
    centre = {CURVES[name][0]: float(one.trust["centre_loss"]) for name, one in found.items()}
    one, other = centre["original"], centre["rescaled"]
    if not math.isclose(one, other, rel_tol=SAME, abs_tol=1e-6):
        raise LossvistaError(
            f"The rescaled network computes something else: its loss at the centre is {other:.6g}, not {one:.6g}.",
            "Something in it is not positively homogeneous; rescale by a factor nearer to 1, or use mlp or cnn.",
        )
    return Table(columns, how | {"centre": centre})
