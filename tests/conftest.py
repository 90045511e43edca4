"""Shared by all tests: a virtual screen, a home of their own, small landscapes with known values, Hypothesis's profile."""

from __future__ import annotations

import ctypes
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.surface import FieldInfo, Mark, Patch, Surface
from lossvista.compute.trajectory import Trajectory

ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"
DRAWING = ("app", "end_to_end")  # rooms whose tests open windows and OpenGL
NEEDS_SCREEN = {"qapp", "qtbot", "qapp_cls"}  # fixtures that make a QApplication, in whatever folder

# One thread for torch and BLAS, in this process and in the children that the tests start: the same sums in the same order
# everywhere, and no quarrel over the cores. Set before anything imports them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

hypothesis.settings.register_profile("lossvista", deadline=None, max_examples=30)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=30, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "lossvista")

_screen: subprocess.Popen[bytes] | None = None
_home: tempfile.TemporaryDirectory[str] | None = None


# --- The session: settings and screen ---------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Settings, recent files and window geometry go to a folder that is thrown away, never to the user's."""
    global _home
    _home = tempfile.TemporaryDirectory(prefix="lossvista-tests-")
    for kind in ("CONFIG", "DATA", "STATE"):
        os.environ[f"XDG_{kind}_HOME"] = str(Path(_home.name, kind.lower()))
    runtime = Path(_home.name, "runtime")
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    if (
        signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    ):  # a script that ran us with & : our children would never hear Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    global _screen, _home
    if _screen is not None:
        _screen.terminate()
        try:
            _screen.wait(5)
        except subprocess.TimeoutExpired:
            _screen.kill()
            _screen.wait()
        _screen = None
    if _home is not None:
        _home.cleanup()
        _home = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real data where there is none, start a screen where a test needs one, and draw last: where Mesa's
    software OpenGL is loaded before torch's compiler (which comes with the first optimizer), their two copies of LLVM clash,
    and the process ends with a segmentation fault."""
    items.sort(key=lambda item: _room(item) in DRAWING)
    if "torch" in sys.modules and any(_room(item) in DRAWING for item in items):
        importlib.import_module("torch._dynamo")
    for item in items:
        if item.get_closest_marker("real_data") and not REAL_DATA.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"REAL DATA ABSENT: this test needs the folder {REAL_DATA}"))
    if any(_needs_screen(item) for item in items):
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")  # never "offscreen": it returns uninitialised memory for 3-D
        if not os.environ.get("DISPLAY"):
            _start_screen()


def _room(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").parts[0] if item.path.is_relative_to(ROOT / "tests") else ""


def _needs_screen(item: pytest.Item) -> bool:
    return _room(item) in DRAWING or bool(NEEDS_SCREEN & set(getattr(item, "fixturenames", ())))


def _start_screen() -> None:
    """One Xvfb for the session, on a number that it picks itself; it ends with this process even if that is killed."""
    global _screen
    program = shutil.which("Xvfb")
    if program is None:
        raise pytest.UsageError("The tests of the window need a screen, and Xvfb is missing. `make test` installs it.")
    read, write = os.pipe()
    arguments = [program, "-displayfd", str(write), "-screen", "0", "1920x1200x24", "-dpi", "96", "-nolisten", "tcp"]
    libc = ctypes.CDLL(None)

    def end_with_parent() -> None:
        libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

    _screen = subprocess.Popen(
        [*arguments, "-noreset"],
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent if hasattr(libc, "prctl") else None,
    )
    os.close(write)
    with os.fdopen(read) as answer:  # ends at once if the server does
        number = answer.readline().strip()
    if not number:
        raise pytest.UsageError(f"Xvfb ended with code {_screen.wait()} before it opened a screen.")
    os.environ["DISPLAY"] = f":{number}"


@pytest.fixture
def real_data() -> Path:
    """The folder of real checkpoints and surfaces. Mark tests that use it `@pytest.mark.real_data`."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"REAL DATA ABSENT: this test needs the folder {REAL_DATA}")
    return REAL_DATA


@pytest.fixture(scope="session")
def cifar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the first 20 JPEG test images of every class. Mark tests that use it `@pytest.mark.real_data`."""
    archive = REAL_DATA / "cifar10-jpeg.tar.xz"
    if not archive.is_file():
        pytest.skip(f"REAL DATA ABSENT: this test needs {archive}")
    folder = tmp_path_factory.mktemp("cifar")
    with tarfile.open(archive) as tar:
        for entry in tar:
            *_, split, _, name = ("", "", *Path(entry.name).parts)
            if entry.isfile() and split == "test" and int(Path(name).stem) < 20:
                tar.extract(entry, folder, filter="data")
    return next(folder.rglob("test"))


@pytest.fixture
def run_python() -> Callable[[str], str]:
    """Runs a script in a fresh interpreter, with warnings as errors off, and returns what it printed."""

    def run(script: str) -> str:
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


# --- Landscapes with known values -------------------------------------------------------------------------------------


def bowl(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """A positive quadratic form with its minimum 0.05 at (0.2, −0.1), off the nodes of a coarse grid."""
    u, v = alpha - 0.2, beta + 0.1
    return 0.05 + 3 * u**2 + 1.5 * u * v + 2 * v**2


def plain(grid: Grid, losses: np.ndarray, title: str) -> Landscape:
    """A landscape, fully evaluated on 60 samples, without a path."""
    surface = Surface(grid)
    accuracy = 1 / (1 + np.nan_to_num(np.abs(losses), nan=1.0, posinf=1e9))
    flat = {"train_loss": losses.ravel().astype(float), "train_accuracy": accuracy.ravel()}
    surface.add(Patch(np.arange(grid.size), flat, samples=60))
    surface.info = {
        "train_loss": FieldInfo("train", "nats", "training loss"),
        "train_accuracy": FieldInfo("train", "1", "training accuracy"),
    }
    labels = ("α",) if grid.line else ("α", "β")
    return Landscape(surface, title, axes=[Axis(label, "random", 0, "filter", 1.5) for label in labels])


def path(count: int = 9, per_epoch: int = 2) -> Trajectory:
    """A path that curls from a corner to the centre; `distance` > 0, so that its true loss differs from the slice's."""
    t = np.linspace(0, 1, count)
    alpha, beta = -0.9 * (1 - t), 0.8 * (1 - t) ** 2
    distance = 0.3 * (1 - t)
    slice_loss = bowl(alpha, beta)
    columns = {
        "alpha": alpha,
        "beta": beta,
        "step": 10.0 * np.arange(count),
        "epoch": np.arange(count) / per_epoch,
        "train_loss": slice_loss + distance,
        "train_accuracy": t,
        "slice_loss": slice_loss,
        "distance": distance,
        "learning_rate": np.full(count, 0.1),
        "weight_norm": 2 + t,
    }
    return Trajectory(columns, {"recording": "run"})


def square() -> Landscape:
    grid = Grid(ticks(-1, 1, 11), ticks(-1, 1, 11))
    landscape = plain(grid, bowl(grid.alpha[None, :], grid.beta[:, None]), "A bowl with a path")
    landscape.trajectories["run"] = path()
    landscape.recipe = {"model": "cnn", "data": "digits", "directions": "random", "seed": 0}
    landscape.trust = {"center_loss": float(bowl(np.zeros(1), np.zeros(1))[0]), "axis_cosine": 0.01}
    return landscape


def tilted() -> Landscape:
    """L = 12 + α + 10β on 7 × 5 points: tells α from β and each from its mirror image (invariant 32). All positive."""
    grid = Grid(ticks(-1, 2, 7), ticks(-1, 1, 5))
    return plain(grid, 12 + grid.alpha[None, :] + 10 * grid.beta[:, None], "A tilted plane")


def line() -> Landscape:
    grid = Grid(ticks(-1, 1, 21), np.zeros(1), line=True)
    return plain(grid, bowl(grid.alpha[None, :], np.zeros((1, 1))), "A line through a bowl")


def holed() -> Landscape:
    """Evaluated everywhere, with every loss that cannot be drawn: NaN, ±inf, 0 and negative (fault 12)."""
    landscape = square()
    losses = landscape.surface.fields["train_loss"]
    losses[2:4, 3:5] = np.nan
    losses[8, 8], losses[9, 1] = np.inf, -np.inf
    losses[6, 9], losses[7, 9] = 0.0, -0.5
    losses[0, 0] = 1e300
    return landscape


def bounded() -> Landscape:
    """Points above 4 were stopped there: their value is a lower bound."""
    landscape = square()
    losses = landscape.surface.fields["train_loss"]
    over = losses > 4
    losses[over] = 4.0
    landscape.surface.evaluated[over] = Mark.BOUND
    landscape.surface.samples[over] = 20
    return landscape


def constant() -> Landscape:
    grid = Grid(ticks(-1, 1, 5), ticks(-1, 1, 5))
    return plain(grid, np.full(grid.shape, 2.5), "A constant surface")


def all_nan() -> Landscape:
    grid = Grid(ticks(-1, 1, 5), ticks(-1, 1, 5))
    return plain(grid, np.full(grid.shape, np.nan), "Nothing finite")


def partly() -> Landscape:
    """The coarser lattices are there and half of the next one: what a stopped run leaves."""
    whole = square()
    grid = whole.surface.grid
    order = grid.coarse_to_fine()[: grid.size // 3]
    surface = Surface(grid, info=whole.surface.info)
    surface.add(Patch(order, {name: z.ravel()[order] for name, z in whole.surface.fields.items()}, samples=60))
    whole.surface = surface
    return whole


def unevaluated() -> Landscape:
    landscape = square()
    landscape.surface = Surface(landscape.surface.grid)
    return landscape


VARIANTS: dict[str, Callable[[], Landscape]] = {
    "square": square,
    "tilted": tilted,
    "line": line,
    "holed": holed,
    "bounded": bounded,
    "constant": constant,
    "all_nan": all_nan,
    "partly": partly,
}


@pytest.fixture
def small_landscape() -> Landscape:
    """11 × 11 points of a bowl (see `bowl`) with train_loss, train_accuracy and the path "run" of 9 checkpoints."""
    return square()


@pytest.fixture
def tilted_landscape() -> Landscape:
    """L = 12 + α + 10β, nx = 7, ny = 5, α −1…2, β −1…1."""
    return tilted()


@pytest.fixture
def line_landscape() -> Landscape:
    """One axis, 21 points."""
    return line()


@pytest.fixture
def holed_landscape() -> Landscape:
    """NaN, ±inf, 0, negative and 1e300 among the losses."""
    return holed()


@pytest.fixture
def bounded_landscape() -> Landscape:
    """Values above 4 are lower bounds."""
    return bounded()


@pytest.fixture
def constant_landscape() -> Landscape:
    """2.5 everywhere."""
    return constant()


@pytest.fixture
def nan_landscape() -> Landscape:
    """Evaluated everywhere, nothing finite."""
    return all_nan()


@pytest.fixture
def partly_landscape() -> Landscape:
    """A third of the points, coarse to fine."""
    return partly()


@pytest.fixture
def empty_landscape() -> Landscape:
    """A grid and a path, no field yet."""
    return unevaluated()


@pytest.fixture
def critical_landscape() -> Landscape:
    """Two wells, at α = −½ (depth 1) and ½ (depth 3), on 41 × 21 points, and their tables of critical points and of the merge tree."""
    from lossvista.compute.progress import drain
    from lossvista.compute.studies.critical import critical
    from lossvista.compute.studies.topology import TopologyChoices

    grid = Grid(ticks(-1, 1, 41), ticks(-2, 2, 21))
    a, b = grid.alpha[None, :], grid.beta[:, None]
    depth = np.exp(-40 * ((a + 0.5) ** 2 + b**2 / 4)) + 3 * np.exp(-40 * ((a - 0.5) ** 2 + b**2 / 4))
    landscape = plain(grid, 5 - depth + 0.1 * a**2 + 0.1 * b**2, "Two wells")
    drain(critical(landscape, TopologyChoices(scale="linear"))).into(landscape)
    return landscape


@pytest.fixture(params=VARIANTS)
def any_landscape(request: pytest.FixtureRequest) -> Landscape:
    """Each of the kinds above in turn (all hold at least one field)."""
    return VARIANTS[request.param]()
