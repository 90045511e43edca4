"""Commands about a point of a landscape: `point`, the network there; `zoom`, a part of the landscape computed finer; `drop`, balls that
roll from there."""

from __future__ import annotations

import json as json_format
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from .descent.choices import Descent
from .errors import LossvistaError
from .flags import Json, TrustAll, trusted, with_flags


def point(
    file: Path,
    *,
    alpha: float,
    beta: float = 0.0,
    split: Annotated[list[str], Parameter(negative=())] = [],  # noqa: B006  # never changed
    data: Annotated[list[str], Parameter(negative=())] = [],  # noqa: B006
    worst: int = 24,
    checkpoint: Path | None = None,
    images: Path | None = None,
    trust: TrustAll = False,
    json: Json = False,
) -> int:
    """Look at the network at a point of a landscape: loss, accuracy, confusion matrix, and the samples it is most confidently wrong on.

    The network, data and code that the landscape was computed with must still be there; that they are the same is checked.

    Parameters
    ----------
    file
        The landscape.
    alpha
        The point's α.
    beta
        The point's β.
    split
        train or test; both, where the landscape's recipe has both.
    data
        Further data to try it on, as in digits:test or imagefolder:DIR.
    worst
        How many of the worst samples are told and drawn.
    checkpoint
        Save the network as NAME.safetensors, or NAME.pt for torch.load.
    images
        A folder for pictures of the worst samples.
    """
    from .console import watch
    from .point.checkpoint import expect_suffix, save_checkpoint_at
    from .point.inspect import inspect_point
    from .point.told import describe, summary, write_images

    if checkpoint is not None:
        expect_suffix(checkpoint)
    report = watch(inspect_point(file, alpha, beta, split, data=data, worst=worst, trust=trusted(trust)))
    written = [] if images is None else write_images(report, images)
    saved = (
        None if checkpoint is None else watch(save_checkpoint_at(file, alpha, beta, checkpoint, trust=trusted(trust)))
    )
    if json:
        print(
            json_format.dumps(
                summary(report) | {"checkpoint": saved, "images": list(map(str, written))}, ensure_ascii=False
            )
        )
        return 0
    for line in describe(report):
        print(line)
    if written:
        print(f"{len(written)} pictures in {images}")
    if saved:
        print(saved)
    return 0


def zoom(
    file: Path,
    *,
    alpha: str,
    beta: str = "",
    resolution: int = 51,
    out: Path,
    overwrite: Annotated[bool, Parameter(negative=(), help="Replace a file that holds another landscape.")] = False,
    trust: TrustAll = False,
) -> int:
    """Compute a part of a landscape finer: the same plane, directions and samples. The same command again resumes where it was.

    Parameters
    ----------
    file
        The landscape.
    alpha
        LOW:HIGH, the part's range of α, as in --alpha=0.1:0.3
    beta
        The same of β; not for a line.
    resolution
        Points a side.
    out
        The part's file, NAME.h5.
    """
    from .console import watch
    from .point.zoom import zoom as job

    landscape = watch(
        job(
            file,
            _range(alpha, "alpha"),
            _range(beta, "beta") if beta else None,
            resolution,
            str(out),
            overwrite=overwrite,
            trust=trusted(trust),
        )
    )
    print(f"{out}: {landscape.title}, {' × '.join(map(str, landscape.surface.grid.shape[::-1]))} points")
    return 0


@with_flags(Descent)
def drop(
    choices: Descent,
    file: Path,
    *,
    alpha: float,
    beta: float = 0.0,
    on: Literal["slice", "weights"] = "slice",
    out: Path | None = None,
    trust: TrustAll = False,
    json: Json = False,
) -> int:
    """Drop balls at a point of a landscape and let optimizers race from there: on the interpolated surface, or, training the network on
    its data, in the full weight space.

    Parameters
    ----------
    file
        The landscape.
    alpha
        The point's α.
    beta
        The point's β.
    on
        slice: on the surface as it is drawn, at once; weights: truly, with every step computed.
    out
        Save the landscape with the balls' ways on it, NAME.h5.
    """
    from .console import watch
    from .descent.outcome import outcome
    from .descent.roll import balls_on
    from .levels import number
    from .storage import load, save

    landscape = load(file)
    if on == "slice":
        balls = balls_on(landscape, alpha, beta, choices)
    else:
        from .descent.weights import descend

        balls = watch(descend(file, alpha, beta, choices, trust=trusted(trust)))
    for name, path in balls.items():
        found = outcome(path)
        if json:
            print(
                json_format.dumps(
                    {"name": name, "learning_rate": path.how["learning_rate"], **asdict(found)}, ensure_ascii=False
                )
            )
            continue
        print(
            f"{name}: {found.end} after {found.steps} steps; lowest loss {number(found.lowest)} at step {found.at}, "
            f"last {number(found.final)}, {number(found.distance)} from the plane (learning rate {path.how['learning_rate']:.3g})"
        )
    if out is not None:
        landscape.trajectories.update(balls)
        print(save(landscape, out), file=sys.stderr if json else sys.stdout)
    return 0


def _range(text: str, name: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    try:
        if colon:
            return float(low), float(high)
    except ValueError:
        pass
    raise LossvistaError(f"The range of {name}, '{text}', is written LOW:HIGH.", f"As in --{name}=-0.2:0.3")
