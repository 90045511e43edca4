"""Commands about a point of a landscape: `point`, the network there, and `zoom`, a part of the landscape computed finer."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from .errors import LossvistaError

Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON object on stdout.")]
Trust = Annotated[
    bool, Parameter(negative=(), help="Open checkpoints that can run code. Only for files you made yourself.")
]


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
    trust_pickle: Trust = False,
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

    trust = trust_pickle
    if checkpoint is not None:
        expect_suffix(checkpoint)
    report = watch(inspect_point(file, alpha, beta, split, data=data, worst=worst, trust=trust))
    written = [] if images is None else write_images(report, images)
    saved = None if checkpoint is None else watch(save_checkpoint_at(file, alpha, beta, checkpoint, trust=trust))
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
        )
    )
    print(f"{out}: {landscape.title}, {' × '.join(map(str, landscape.surface.grid.shape[::-1]))} points")
    return 0


def _range(text: str, name: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    try:
        if colon:
            return float(low), float(high)
    except ValueError:
        pass
    raise LossvistaError(f"The range of {name}, '{text}', is written LOW:HIGH.", f"As in --{name}=-0.2:0.3")
