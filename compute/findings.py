"""Findings: what an inspection found out about a recipe, before any surface is computed; and what the whole of it will take."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import isfinite

from .recipe import Recipe
from .surface import ASIDE

DIRECTIONS_KEPT = 64 * 2**20  # bytes of axis directions that a file keeps at most
FILE_OVERHEAD = 60_000  # bytes of an HDF5 file of ours that holds next to nothing
COPIES = 3  # of the samples in memory: as read, on the device, and in the order that convolutions like
PRODUCTS = 60  # Hessian–vector products that ARPACK takes for a few eigenvectors, roughly; each as long as five points
WHY = {"bias": "a bias", "vector": "a vector", "norm": "a norm layer's"}  # why `biases-and-norms` leaves it unperturbed


@dataclass(frozen=True)
class Layer:
    """One parameter tensor. kind: the layer that owns it, as in Conv2d. units: output units that filter normalization rescales.
    quiet: "bias", "vector" or "norm" where Li et al. leave it unperturbed, else ""."""

    name: str
    kind: str
    shape: tuple[int, ...]
    units: int
    quiet: str = ""

    @property
    def parameters(self) -> int:
        count = 1
        for side in self.shape:
            count *= side
        return count


@dataclass(frozen=True)
class CheckpointFound:
    """One checkpoint as it was found. kind: of file. tensors, bytes: in it. prefixes: what was taken off its names. types: of its
    numbers that are no float32. missing, extra: buffers that the model has and it has not, and the reverse."""

    path: str
    kind: str
    tensors: int
    bytes: int
    prefixes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def remarks(self) -> list[str]:
        """What is worth knowing about it, as sentences."""
        told = []
        if self.prefixes:
            told.append(f"The prefix {' and '.join(repr(p) for p in self.prefixes)} was taken off its names.")
        if self.types:
            told.append(f"Its numbers are {' and '.join(self.types)}; they are computed with as float32.")
        if self.missing:
            told.append(f"It lacks {_some(self.missing)}; the model's own are used.")
        if self.extra:
            told.append(f"It also holds {_some(self.extra)}, which no evaluation reads.")
        return told


@dataclass(frozen=True)
class SplitFound:
    """name: "train" or "test". available: samples in the data. bytes: of one sample and its target, as float32. shape: of an
    input, spelled."""

    name: str
    available: int
    bytes: int
    shape: str

    def used(self, recipe: Recipe) -> int:
        """Samples that the recipe evaluates."""
        return min(recipe.samples, self.available) if recipe.samples else self.available


@dataclass(frozen=True)
class Trial:
    """A forward pass at the centre. fields: as of a point ("train_loss", …), on `samples` samples of each split at most. seconds:
    of one point on these. evaluated: samples of all splits. same: whether a second pass gave the same numbers, to the last bit.
    note: how the evaluator works. peak: bytes of memory at most so far; gpu: of a GPU's."""

    fields: dict[str, float]
    samples: int
    evaluated: int
    seconds: float
    same: bool
    note: str
    device: str
    peak: int
    gpu: int = 0


@dataclass(frozen=True)
class Estimate:
    """points: of the grid. path: evaluations of recorded checkpoints. point: seconds of one point, on all samples of the recipe.
    before: seconds until the first point. seconds: of the whole. memory, gpu: bytes at the peak. disk: of the finished file;
    peak_disk: while it is computed. rough: why the time is no better than an order of magnitude, "" where it is."""

    points: int
    path: int
    point: float
    before: float
    seconds: float
    memory: int
    gpu: int
    disk: int
    peak_disk: int
    rough: str = ""


@dataclass(frozen=True)
class Findings:
    """name: the problem's. recipe: as inspected, completed by the recording. checkpoints: the weights that were loaded. paths: name →
    recorded checkpoints. batch_norms: layers with running statistics. tied: parameters that have several names. notes: sentences.
    loading: seconds before the first sample was read; reading: seconds a sample. trial: None where no forward pass was asked for.
    trusted: file or folder that could run code, and was opened because it may → its content's hash (SHA-256)."""

    name: str
    model: str
    recipe: Recipe
    layers: tuple[Layer, ...]
    checkpoints: tuple[CheckpointFound, ...]
    splits: tuple[SplitFound, ...]
    paths: dict[str, int] = field(default_factory=dict)
    batch_norms: int = 0
    notes: tuple[str, ...] = ()
    loading: float = 0.0
    reading: float = 0.0
    weight_norm: float = 0.0
    trial: Trial | None = None
    trusted: dict[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        return sum(layer.parameters for layer in self.layers)

    def moved(self, recipe: Recipe) -> list[tuple[Layer, str]]:
        """(layer, why it stays as it is: "" where it is perturbed) under these choices."""
        return [(layer, _why(layer, recipe)) for layer in self.layers]

    def perturbed(self, recipe: Recipe) -> int:
        """How many parameters move."""
        return sum(layer.parameters for layer, why in self.moved(recipe) if not why)

    def stale(self, recipe: Recipe) -> list[str]:
        """The choices that decide the time of a point and differ from those of the trial."""
        timed = ("precision", "device", "batch_size", "batch_norm", "problem", "model", "data", "test_data", "weights")
        own = [name for name in timed if getattr(self.recipe, name) != getattr(recipe, name)]
        given = recipe.model_fields_set
        return [name for name in own if name in given or name not in ("problem", "model", "data")]

    def estimate(self, recipe: Recipe) -> Estimate | None:
        """What the recipe will take, from the trial; None without one."""
        trial = self.trial
        if trial is None:
            return None
        points = recipe.grid().size
        checkpoints = sum(self.paths.values())
        used = sum(split.used(recipe) for split in self.splits)
        point = trial.seconds * used / max(trial.evaluated, 1)
        before = self.loading + self.reading * used
        method, rough = recipe.directions.partition(":")[0], ""
        if method == "gradient":
            before += 3 * point
        elif method in ("eigen", "eigen-ends"):
            before += 5 * PRODUCTS * recipe.axes * point
            rough = "how many products the Hessian's eigenvectors take is not known before"
        held = sum(split.used(recipe) * split.bytes for split in self.splits)
        tried = sum(min(trial.samples, split.used(recipe)) * split.bytes for split in self.splits)
        directions = 4 * self.perturbed(recipe) * recipe.axes
        kept = directions if directions <= DIRECTIONS_KEPT else 0
        columns = len(trial.fields) + bool(recipe.weight_decay) + 2
        disk = FILE_OVERHEAD + kept + 8 * columns * points + 8 * 14 * checkpoints
        memory = trial.peak + COPIES * max(held - tried, 0) + 3 * disk
        return Estimate(
            points=points,
            path=2 * checkpoints,
            point=point,
            before=before,
            seconds=before + point * (points + 2 * checkpoints + 3),
            memory=int(memory),
            gpu=int(trial.gpu + COPIES * max(held - tried, 0)) if trial.gpu else 0,
            disk=int(disk),
            peak_disk=int(3 * disk),
            rough=rough,
        )


def said(fields: dict[str, float]) -> str:
    """A point's fields in one line: "training loss 0.031 ± 0.002, training accuracy 99.1 %"."""
    parts = []
    for name, value in fields.items():
        if name.endswith(ASIDE):
            continue
        split, _, what = name.partition("_")
        error = fields.get(f"{name}_se")
        text = f"{100 * value:.1f} %" if what == "accuracy" else f"{value:.4g}"
        if error is not None and isfinite(error) and error:
            text += f" ± {error:.2g}"
        parts.append(f"{'training' if split == 'train' else split} {what.replace('_', ' ')} {text}")
    return ", ".join(parts)


def _why(layer: Layer, recipe: Recipe) -> str:
    if recipe.ignores == "biases-and-norms" and layer.quiet:
        return WHY[layer.quiet]
    return f"does not match '{recipe.only}'" if recipe.only and not fnmatchcase(layer.name, recipe.only) else ""


def _some(names: tuple[str, ...], most: int = 2) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
