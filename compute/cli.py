"""Command line: `lossvista …`. Results go to stdout, progress and mistakes to stderr.

Exit codes: 0 done, 2 the user's mistake, 3 done with failed points, 4 no space or memory, 130 interrupted and saved.
Commands import what they need when they run, so that `lossvista info` does not wait for torch.
"""

from __future__ import annotations

import json as json_format
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from .. import __version__
from .cli_desktop import install_desktop
from .cli_exchange import export, import_
from .cli_pictures import animate, compare, render
from .cli_point import drop, point, zoom
from .cli_rank import rank
from .cli_studies import commands
from .edition import lacking
from .errors import LossvistaError, gpu_fault, memory_is_full, nearest
from .flags import with_flags
from .picture import pictures
from .recipe import Recipe
from .there import is_there
from .training.recipe import Training

if TYPE_CHECKING:
    from .landscape import Landscape

app = App(
    name="lossvista",
    version=__version__,
    help="See, measure and explore the loss landscape of your own network.",
    suppress_keyboard_interrupt=False,  # `main` says what became of the work
)
Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON object a line on stdout.")]
Overwrite = Annotated[bool, Parameter(negative=(), help="Replace a file that holds another landscape.")]


@app.default
def window(*files: Path) -> int:
    """Open the window, on these files if any are given.

    Parameters
    ----------
    files
        Landscapes (NAME.h5).
    """
    for file in files:
        if not is_there(file):
            hint = nearest(str(file), list(app)) if not file.suffix else ""
            raise LossvistaError(f"There is no file '{file}'.", hint if hint.startswith("Did") else "")
    from ..app.main import main as open_window

    return open_window([str(file) for file in files])


@app.command
def demo(*, out: Path = Path("lossvista-demo"), no_window: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Train a small network on the embedded digits and show its landscape, from nothing, in under a minute.

    Parameters
    ----------
    out
        Folder for what is made.
    no_window
        Do not open the window at the end.
    """
    from ..app.scene.still import render as draw
    from .console import watch
    from .demo import demo as make
    from .demo import report

    files = watch(make(str(out)))
    made = watch(pictures(files, draw))
    report(files, made)
    if not no_window and _has_screen():
        return window(*map(Path, files))
    return 0


@app.command
@with_flags(Training)
def train(training: Training, *, out: Path, preset: str = "", json: Json = False) -> int:
    """Train a network and record the checkpoints of its path. The same command again goes on where it was interrupted.

    Parameters
    ----------
    out
        Folder of the recording; `lossvista compute --trajectory FOLDER` reads it.
    preset
        A training of the sources, li2018 or term-project, which the other flags change.
    """
    from .console import watch
    from .training.presets import with_preset
    from .training.train import train as job

    print(watch(job(with_preset(training, preset), str(out)), as_json=json))
    return 0


@app.command
@with_flags(Recipe)
def compute(
    recipe: Recipe, *, out: Path, repeats: int = 1, budget: str = "", overwrite: Overwrite = False, json: Json = False
) -> int:
    """Compute a landscape. The same command again resumes where it was; when all is done there is nothing to do.

    Parameters
    ----------
    out
        The landscape's file, NAME.h5.
    repeats
        With more than one: as many landscapes, NAME-1.h5, NAME-2.h5 …, along other draws of the random directions.
    budget
        How long it may take, as in 90s, 10m or 1.5h, for each landscape: then what there is, coarse to fine, is saved as it is, and
        the same command goes on from there.
    """
    from .amounts import seconds
    from .console import watch
    from .problem.consent import agree_to_code
    from .repeats import numbered
    from .run import run
    from .surface import Mark

    failed, most = False, seconds(budget) if budget else None
    for one, file in numbered(recipe, out, repeats):
        landscape = watch(run(one, str(file), overwrite=overwrite, budget=most), as_json=json)
        done = Recipe.stored(landscape)
        agree_to_code(done.problem, done.model)  # also what a recording named
        marks = [landscape.surface.evaluated, *(path["evaluated"] for path in landscape.trajectories.values())]
        failed |= any(bool((own == Mark.FAILED).any()) for own in marks)
        if not json:
            print(f"{file}: {landscape.title}, {' × '.join(map(str, landscape.surface.grid.shape[::-1]))} points")
            _print_trust(landscape)
    return 3 if failed else 0


@app.command
@with_flags(Recipe)
def inspect(recipe: Recipe, *, json: Json = False) -> int:
    """Look at a recipe's network, weights and data, evaluate its centre, and say what a landscape of it will take."""
    from .console import watch
    from .inspected import describe, summary
    from .inspection import inspect as job

    findings = watch(job(recipe))
    for line in [json_format.dumps(summary(findings), ensure_ascii=False)] if json else describe(findings):
        print(line)
    return 0


app.command(render)
app.command(animate)
app.command(compare)
app.command(point)
app.command(zoom)
app.command(export)
app.command(import_, name="import")
app.command(drop)
app.command(rank)
app.command(install_desktop)
for command in commands():
    app.command(command)


@app.command
def info(file: Path, *, json: Json = False) -> int:
    """Say what a landscape's file holds, how it was made, and how far it can be trusted.

    Parameters
    ----------
    file
        The landscape.
    """
    from .info import describe, summary
    from .storage import load

    landscape = load(file)
    if json:
        print(json_format.dumps(summary(landscape), ensure_ascii=False))
    else:
        for line in describe(landscape):
            print(line)
        _print_trust(landscape, whole=True)
    return 0


@app.command
def verify(*files: Path) -> int:
    """Say whether landscapes' files are whole: each is read to its end, and held against its schema and its checksum.

    Parameters
    ----------
    files
        One landscape or more; all are looked at, and the exit code is 2 where one is not whole.
    """
    from .storage import load

    if not files:
        raise LossvistaError("verify needs a landscape's file.", "For example: lossvista verify F.h5")
    bad = 0
    for file in files:
        try:
            landscape = load(file)
        except LossvistaError as error:
            _complain(str(error), error.details, error.exit_code)
            bad = max(bad, error.exit_code)
            continue
        print(f"{file}: whole; its {landscape.surface.grid.size:,} points and all else match its checksum.")
    return bad


@app.command
def doctor() -> int:
    """Say versions, graphics, GPUs and paths: to paste in a report."""
    from .doctor import report

    print(report())
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The console script. Returns the exit code."""
    try:
        return app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except LossvistaError as error:
        return _complain(str(error), error.details, error.exit_code)
    except CycloptsError as error:
        return _complain(str(error), "", 2)
    except BrokenPipeError:  # the reader, such as `| head`, has seen enough
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # nor may Python complain when it flushes at its end
        return 141
    except (MemoryError, RuntimeError, ModuleNotFoundError) as error:
        if memory_is_full(error):
            return _complain("The memory is full. Close other programs, or use fewer samples.", str(error), 4)
        if (told := lacking(error) or gpu_fault(error)) is None:
            raise
        return _complain(str(told), told.details, told.exit_code)
    except KeyboardInterrupt:
        return _complain("Interrupted. What was computed is saved: the same command goes on from there.", "", 130)


def _complain(sentence: str, details: str, code: int) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"lossvista: {sentence}", markup=False)
    if details:
        console.print(details, markup=False)
    return code


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _print_trust(landscape: Landscape, whole: bool = False) -> None:
    from .info import judgements

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    for line in judgements(landscape, whole=whole, utf8=utf8):
        print(f"  {line}")


if __name__ == "__main__":
    raise SystemExit(main())
