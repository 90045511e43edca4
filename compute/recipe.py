"""Recipe: everything that decides the numbers of a landscape. Frozen; each choice is declared once, here."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, model_validator

from . import shared_choices as shared
from .choices import choice
from .consent import Trust
from .directions import DIRECTIONS
from .doors import Door
from .engines import ENGINES
from .errors import nearest
from .grid import Grid, through_zero, ticks
from .problem.named import NamedProblem

if TYPE_CHECKING:
    from .landscape import Landscape

FEWER = "Fewer evaluations"
SourceNames = tuple[str, ...]


def _range(text: object) -> object:
    """ "-1:1" → (-1.0, 1.0)."""
    if isinstance(text, str):
        low, colon, high = text.partition(":")
        with suppress(ValueError):  # what is no number stays text, and gets its sentence below
            text = (float(low), float(high)) if colon else text
    if isinstance(text, str):
        raise ValueError("a range is written LOW:HIGH, as in -1:1")
    if isinstance(text, (tuple, list)):
        numbers = len(text) == 2 and all(isinstance(end, (int, float)) and math.isfinite(end) for end in text)
        if not (numbers and text[0] < text[1]):
            raise ValueError("a range needs two finite numbers, the lower one first, as in -1:1")
    return text


def known(kind: str, doors: dict[str, Door]) -> BeforeValidator:
    """Checks that a name is one of the doors, with an argument behind a colon where that one takes one; the mistake names the
    nearest."""

    def check(name: object) -> object:
        own, _, argument = str(name).partition(":")
        if not isinstance(name, str) or own not in doors:
            raise ValueError(f"there is no {kind} called '{name}'. {nearest(str(name), doors)}")
        if bool(argument) != bool(doors[own].argument):
            wanted = (
                f"write {own}:{doors[own].argument}" if doors[own].argument else f"'{own}' takes nothing after a colon"
            )
            raise ValueError(wanted)
        return name

    return BeforeValidator(check)


Range = Annotated[
    tuple[float, float],
    BeforeValidator(_range),
    PlainSerializer(lambda ends: f"{ends[0]!r}:{ends[1]!r}", return_type=str, when_used="json"),
]
Normalization = Literal["auto", "filter", "layer", "model", "weight", "none"]
SAVING = ("clip_stop", "clip", "target_se", "interpolate")  # choices that decide nothing where they are not made
INTERPOLATING = ("between", "points", "init")  # directions that lead from checkpoint to checkpoint


class Recipe(NamedProblem):
    """What to compute: problem, plane, grid, and how a point is evaluated."""

    weights: SourceNames = choice((), "Weights", "Checkpoint files. The first is the centre.", group="Problem")
    trajectory: str = choice(
        "", "Trajectory", "A folder of recorded checkpoints; its last one is the centre.", group="Problem"
    )
    also: SourceNames = choice(
        (),
        "Further paths",
        "Further folders of recorded checkpoints, drawn on the same plane; PCA directions then come from all of them.",
        group="Problem",
    )
    trust_pickle: Trust = shared.trust_pickle()

    directions: Annotated[str, known("direction", DIRECTIONS)] = choice(
        "random",
        "Directions",
        "What spans the plane: " + "; ".join(f"{n}: {d.help}" for n, d in DIRECTIONS.items()),
        group="Plane",
    )
    normalization: Normalization = choice(
        "auto",
        "Normalization",
        "Rescale each direction to the weights, unit by unit (Li et al. 2018, §4). auto: filter for random directions, else none.",
        group="Plane",
    )
    orthogonal: bool = choice(
        False, "Orthogonalize", "Make η orthogonal to δ before they are normalized.", group="Plane"
    )
    ignore: Literal["auto", "biases-and-norms", "none"] = choice(
        "auto",
        "Left unperturbed",
        "What stays as it is. auto: biases and normalization layers for random directions, else nothing: paths move them.",
        group="Plane",
    )
    only: str = choice(
        "", "Only", "Perturb only parameters whose name matches this pattern, as in 'layer4.*'.", group="Plane"
    )
    pca_centre: Literal["final", "mean"] = choice(
        "final",
        "PCA centred on",
        "final: differences to the last checkpoint (Li et al. 2018, §7.2); mean: to the path's mean, as in textbooks.",
        group="Plane",
    )
    seed: int = shared.seed("Of the random directions and of the sample choice.", group="Plane")
    repeat: int = choice(
        0, "Repeat", "Which draw of the seed's random directions: 0, 1, 2, …", group="Plane", low=0, high=10**6
    )
    axes: Literal[1, 2] = choice(2, "Axes", "1: a line; 2: a plane.", group="Plane")

    resolution: int = shared.resolution(51, "Points a side; odd, so that the centre is one.", group="Grid")
    resolution_x: int | None = choice(None, "Resolution in α", "If it differs.", group="Grid", low=3, high=1001)
    resolution_y: int | None = choice(None, "Resolution in β", "If it differs.", group="Grid", low=3, high=1001)
    reach: float = shared.reach("α and β run from −reach to +reach.")
    alpha: Range | None = choice(None, "Range of α", "LOW:HIGH instead of the reach, as in -1:1.", group="Grid")
    beta: Range | None = choice(None, "Range of β", "LOW:HIGH instead of the reach, as in -1:1.", group="Grid")

    samples: int = shared.samples("How many samples the loss is the mean of; 0 = all.", group="Evaluation")
    batch_size: int = choice(
        0, "Batch size", "Samples evaluated at once; 0 = chosen by their size.", group="Evaluation", low=0, high=10**6
    )
    weight_decay: float | None = choice(
        None,
        "Weight decay",
        "λ of the penalty ½λ‖θ‖², a field of its own that costs no evaluation. Not given: that of the recorded training.",
        group="Evaluation",
        low=0,
        high=1e6,
    )
    batch_norm: Literal["auto", "frozen", "interpolated", "re-estimated"] = choice(
        "auto",
        "Batch-norm statistics",
        "frozen: the centre's running mean and variance at every point; interpolated: between the checkpoints' own; "
        "re-estimated: those of the samples at each point. auto: interpolated between checkpoints, else frozen.",
        group="Evaluation",
    )
    precision: Literal["float32", "float64", "tf32", "bfloat16", "float16"] = choice(
        "float32",
        "Precision",
        "Of the forward pass; sums are float64. tf32 (GPUs only), bfloat16 and float16 are previews: faster where the device has them, "
        "and wrong, near a minimum by up to a third. How wrong is measured and shown.",
        group="Evaluation",
    )
    engine: Annotated[str, known("engine", ENGINES)] = choice(
        "auto",
        "Engine",
        "What evaluates the points: " + "; ".join(f"{n}: {d.help}" for n, d in ENGINES.items()),
        group="Evaluation",
    )
    workers: int = choice(
        0,
        "Workers",
        "Processes of the engines that have workers; 0 = one a device. On a CPU they divide its threads.",
        group="Evaluation",
        low=0,
        high=4096,
    )
    address: str = choice(
        "",
        "Cluster address",
        "Of the engine ray: HOST:PORT of a Ray cluster, or auto; empty: Ray is started on this machine.",
        group="Evaluation",
    )
    clip_stop: Literal["none", "proved", "six-sigma"] = choice(
        "none",
        "Stop above the clip",
        "proved: a point whose losses so far already sum to more than all samples at the clip is stored as that lower bound "
        "(losses must not be negative); six-sigma: one that is 6 standard errors above it is stored as an estimate.",
        group=FEWER,
    )
    clip: float | None = choice(
        None, "Clip", "The loss above which a point need not be known: for the stop above.", group=FEWER
    )
    target_se: float = choice(
        0.0,
        "Precision on demand",
        "Estimate each point from as many samples as this standard error, relative to its loss, needs, as in 0.01; 0 = all samples. "
        "Every k-th point is evaluated on all of them, and the others are compared with these.",
        group=FEWER,
        low=0,
        high=0.5,
    )
    interpolate: float = choice(
        0.0,
        "Interpolate",
        "Leave points out where held-out ones around them agree with interpolation to within this share of their loss, as in 0.01; "
        "0 = evaluate every point. Such points are marked as interpolated.",
        group=FEWER,
        low=0,
        high=0.5,
    )
    device: str = shared.device(group="Evaluation")
    title: str = choice("", "Title", "Shown above the picture.", group="Evaluation")

    @property
    def normalizes(self) -> str:
        """The normalization that `auto` stands for."""
        return (
            self.normalization
            if self.normalization != "auto"
            else ("filter" if self.directions == "random" else "none")
        )

    @property
    def ignores(self) -> str:
        """What `auto` leaves unperturbed."""
        return self.ignore if self.ignore != "auto" else ("biases-and-norms" if self.directions == "random" else "none")

    @property
    def statistics(self) -> str:
        """The batch-norm policy that `auto` stands for."""
        between = self.directions in INTERPOLATING
        return self.batch_norm if self.batch_norm != "auto" else ("interpolated" if between else "frozen")

    @model_validator(mode="after")
    def _whole(self) -> Recipe:
        if self.directions == "pca" and not self.trajectory:
            raise ValueError(
                "PCA directions need a trajectory: give the folder of recorded checkpoints (--trajectory RUN/)."
            )
        if self.directions == "init" and not self.trajectory:
            raise ValueError(
                "The line from the initialization needs a trajectory: give the folder of recorded checkpoints (--trajectory RUN/)."
            )
        if self.also and not self.trajectory:
            raise ValueError(
                "Further paths (--also) need a first one (--trajectory RUN/), whose last checkpoint is the centre."
            )
        if self.batch_norm == "interpolated" and self.directions not in INTERPOLATING:
            raise ValueError(
                "Batch-norm statistics can be interpolated between checkpoints only "
                f"(--directions {', '.join(INTERPOLATING[:-1])} or {INTERPOLATING[-1]})."
            )
        if self.clip_stop != "none" and self.clip is None:
            raise ValueError(
                "A stop above the clip needs the clip, the loss above which points need not be known (--clip 5)."
            )
        if self.interpolate and (self.target_se or self.clip_stop != "none"):
            raise ValueError(
                "Points are interpolated between computed ones only: --interpolate goes with neither --target-se nor --clip-stop."
            )
        if self.clip_stop == "proved" and self.target_se:
            raise ValueError(
                "A proof needs sums over all samples, precision on demand takes few: with --target-se the stop is six-sigma or none."
            )
        return self

    def grid(self, extent: np.ndarray | None = None) -> Grid:
        """The grid of these choices. extent (axes, 2): the range that the directions ask for (a path's), where none is set."""
        counts = (self.resolution_x or self.resolution, self.resolution_y or self.resolution)
        axes = []
        for k, (given, count) in enumerate(zip((self.alpha, self.beta)[: self.axes], counts, strict=False)):
            asked = (
                (-self.reach, self.reach)
                if extent is None
                else through_zero(float(extent[k, 0]), float(extent[k, 1]), count)
            )
            axes.append(ticks(*(given or asked), count))
        return Grid(axes[0], np.zeros(1), line=True) if self.axes == 1 else Grid(*axes)

    @classmethod
    def stored(cls, landscape: Landscape, trust: Trust = False) -> Recipe:
        """The recipe that a landscape holds. Which files may run code is the caller's to say: no file says so of another."""
        return cls.of(**landscape.recipe | {"trust_pickle": trust})

    def stored_form(self) -> dict[str, object]:
        """Plain values for a landscape to hold: all but which files may run code."""
        return self.model_dump(mode="json", exclude={"trust_pickle"})

    def numbers(self) -> dict[str, object]:
        """The choices that decide the numbers (not device or title): what two runs must share to be one."""
        left = {"title", "device", "engine", "workers", "address", "trust_pickle", "download"}
        left |= {name for name in SAVING if getattr(self, name) == type(self).model_fields[name].default}
        return self.model_dump(mode="json", exclude=left)
