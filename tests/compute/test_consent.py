"""Consent: no file says of itself, or of another, that it may run code. Code and pickles run once a person has agreed to their content."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from lossvista.compute import cli
from lossvista.compute.consent import agree, agreed, revoke
from lossvista.compute.errors import LossvistaError, Untrusted
from lossvista.compute.follow import follow
from lossvista.compute.inspection import inspect
from lossvista.compute.landscape import Landscape
from lossvista.compute.point.inspect import inspect_point
from lossvista.compute.point.zoom import zoom
from lossvista.compute.problem.consent import content_hash
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save
from lossvista.compute.training.recorder import Recorder

SMALL = {"model": "mlp", "data": "digits", "samples": 30, "resolution": 3}

OWN = """
import torch
from lossvista import Problem

def make_problem():
    open({ran!r}, "a").close()
    torch.manual_seed(0)
    net = torch.nn.Linear(3, 2)
    return Problem(net, train=(torch.randn(12, 3), torch.arange(12) % 2), loss=torch.nn.CrossEntropyLoss())
"""


class Runs:
    """What it does when it is unpickled is seen in the folder."""

    def __init__(self, place: Path) -> None:
        self.place = str(place)

    def __reduce__(self) -> tuple[object, ...]:
        return os.makedirs, (self.place, 0o777, True)


@pytest.fixture(autouse=True)
def nothing_agreed() -> None:
    revoke()


@pytest.fixture
def pickled(tmp_path: Path) -> tuple[Landscape, Path]:
    """A landscape of a checkpoint that runs code when it is opened, computed with the person's consent."""
    file = tmp_path / "net.pt"
    torch.manual_seed(0)
    torch.save({"state_dict": build_model("mlp", (1, 8, 8), 10).state_dict(), "more": Runs(tmp_path / "ran")}, file)
    landscape = drain(run(Recipe.of(**SMALL, weights=(str(file),), trust_pickle=(content_hash(file),))))
    assert (tmp_path / "ran").exists()
    (tmp_path / "ran").rmdir()
    return landscape, tmp_path


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """A landscape of somebody's code, computed in another process."""
    (tmp_path / "own.py").write_text(OWN.format(ran=str(tmp_path / "ran")))
    words = ["compute", "--problem", f"{tmp_path / 'own.py'}:make_problem", "--resolution", "3"]
    assert cli.main([*words, "--out", str(tmp_path / "own.h5")]) == 0
    (tmp_path / "ran").unlink()
    return tmp_path / "own.h5"


@pytest.fixture
def elsewhere(coded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same on a machine whose owner has not run that code."""
    revoke()
    monkeypatch.setattr("lossvista.compute.problem.usercode._run", set())
    return coded


# --- Pickles ---


def test_a_landscape_says_nothing_of_trust(pickled: tuple[Landscape, Path]) -> None:
    landscape, folder = pickled
    assert "trust_pickle" not in landscape.recipe
    save(landscape, folder / "l.h5")
    assert "trust_pickle" not in load(folder / "l.h5").recipe


@pytest.mark.parametrize("says", [True, ["*"]])
def test_what_a_file_says_of_trust_is_not_believed(pickled: tuple[Landscape, Path], says: object) -> None:
    landscape, folder = pickled
    landscape.recipe = landscape.recipe | {"trust_pickle": says}
    save(landscape, folder / "theirs.h5")
    file = str(folder / "theirs.h5")
    for job in (
        inspect_point(landscape, 0.0, 0.0),
        inspect_point(file, 0.0, 0.0),
        zoom(file, (0.0, 1.0), (0.0, 1.0), 3),
    ):
        with pytest.raises(Untrusted) as refused:
            drain(job)
        assert refused.value.sha256 == content_hash(folder / "net.pt")
    for words in (
        ["curvature", file],
        ["point", file, "--alpha", "0"],
        ["drop", file, "--alpha", "0", "--on", "weights"],
        ["zoom", file, "--alpha=0:1", "--beta=0:1", "--resolution", "3", "--out", str(folder / "part.h5")],
    ):
        assert cli.main(words) == 2
    assert not (folder / "ran").exists()


def test_consent_is_to_a_content(pickled: tuple[Landscape, Path]) -> None:
    """The file that the person has agreed to is opened; another one in its place is not."""
    landscape, folder = pickled
    known = (content_hash(folder / "net.pt"),)
    drain(inspect_point(landscape, 0.0, 0.0, trust=known))
    assert (folder / "ran").exists()
    (folder / "ran").rmdir()
    torch.save({"more": Runs(folder / "ran")}, folder / "net.pt")
    with pytest.raises(Untrusted):
        drain(inspect_point(landscape, 0.0, 0.0, trust=known))
    assert not (folder / "ran").exists()


def test_the_command_line_trusts_when_told(pickled: tuple[Landscape, Path], capsys: pytest.CaptureFixture[str]) -> None:
    landscape, folder = pickled
    save(landscape, folder / "l.h5")
    assert cli.main(["point", str(folder / "l.h5"), "--alpha", "0"]) == 2
    assert "--trust-pickle" in capsys.readouterr().err
    assert cli.main(["point", str(folder / "l.h5"), "--alpha", "0", "--trust-pickle"]) == 0
    (folder / "ran").rmdir()
    words = ["zoom", str(folder / "l.h5"), "--alpha=0:1", "--beta=0:1", "--resolution", "3", "--trust"]
    assert cli.main([*words, "--out", str(folder / "part.h5")]) == 0
    assert "trust_pickle" not in load(folder / "part.h5").recipe


def test_a_path_is_not_followed_by_a_pickle_that_nobody_trusts(
    pickled: tuple[Landscape, Path], small_landscape: Landscape
) -> None:
    """Its recording is the person's own; the checkpoint that the landscape names beside it is not."""
    landscape, folder = pickled
    landscape.trajectories = dict(small_landscape.trajectories)
    landscape.recipe = landscape.recipe | {"trajectory": str(folder), "trust_pickle": True}
    with pytest.raises(LossvistaError):
        drain(follow(landscape, str(folder)))
    assert not (folder / "ran").exists()


# --- Code ---


def test_code_that_somebody_elses_file_names_is_not_run(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = elsewhere.parent
    connect = ["connect", "--weights", str(elsewhere), "--out", str(folder / "c.h5")]
    for words in (["curvature", str(elsewhere)], ["point", str(elsewhere), "--alpha", "0"], connect):
        assert cli.main(words) == 2
        said = capsys.readouterr().err
        assert "own.py" in said and "--trust" in said and "Traceback" not in said
    assert not (folder / "ran").exists()
    with pytest.raises(Untrusted) as refused:
        drain(inspect_point(elsewhere, 0.0, 0.0))
    assert refused.value.runs and refused.value.sha256 == content_hash(folder / "own.py")
    assert cli.main(["point", str(elsewhere), "--alpha", "0", "--trust"]) == 0
    assert (folder / "ran").exists()


def test_code_named_on_the_command_line_may_run_later(coded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In another process, where it is known by its content."""
    monkeypatch.setattr("lossvista.compute.problem.usercode._run", set())
    assert agreed() == (content_hash(coded.parent / "own.py"),)
    assert cli.main(["point", str(coded), "--alpha", "0"]) == 0


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A recording that names code beside its folder, as somebody else's archive might."""
    own = tmp_path / "own.py"
    own.write_text(OWN.format(ran=str(tmp_path / "ran")))
    with Recorder(tmp_path / "run", torch.nn.Linear(3, 2), problem=f"{own}:make_problem") as recorder:
        recorder.save()
    return tmp_path / "run"


def test_code_that_a_recording_names_is_not_run(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, run_folder = recorded.parent, str(recorded)
    revoke()
    out = ["--resolution", "3", "--out", str(folder / "a.h5")]
    for words in (
        ["compute", "--trajectory", run_folder, *out],
        ["inspect", "--trajectory", run_folder],
        ["connect", "--weights", run_folder, run_folder, "--out", str(folder / "c.h5")],
        ["ensemble", "--weights", run_folder, "--out", str(folder / "e")],
    ):
        assert cli.main(words) == 2
        said = capsys.readouterr().err
        assert "own.py" in said and "--trust" in said and "Traceback" not in said
    with pytest.raises(Untrusted) as refused:
        drain(inspect(Recipe.of(trajectory=run_folder)))
    known = (content_hash(folder / "own.py"),)
    assert refused.value.runs and (refused.value.sha256,) == known and not (folder / "ran").exists()
    assert drain(inspect(Recipe.of(trajectory=run_folder, trust_pickle=known))).trusted == {
        str(folder / "own.py"): known[0]
    }
    assert (folder / "ran").exists() and agreed() == ()
    assert cli.main(["compute", "--trajectory", run_folder, "--trust", *out]) == 0
    assert agreed() == known  # and from now on it needs no word


def test_code_of_ones_own_recording_runs_until_it_changes(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect", "--trajectory", str(recorded)]) == 0
    (recorded.parent / "ran").unlink()
    own = recorded.parent / "own.py"
    own.write_text(own.read_text() + "\n# another version\n")
    capsys.readouterr()
    assert cli.main(["inspect", "--trajectory", str(recorded)]) == 2
    assert "own.py" in capsys.readouterr().err and not (recorded.parent / "ran").exists()
    assert cli.main(["inspect", "--trajectory", str(recorded), "--problem", f"{own}:make_problem"]) == 0


def test_code_that_was_changed_is_not_run(coded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = coded.parent / "own.py"
    own.write_text(own.read_text() + "\n# another version\n")
    assert cli.main(["point", str(coded), "--alpha", "0", "--trust"]) == 2
    assert "other code" in capsys.readouterr().err
    assert not (coded.parent / "ran").exists()


def test_what_this_process_has_run_needs_no_consent(coded: Path) -> None:
    revoke()
    assert drain(inspect_point(coded, 0.0, 0.0)).splits[0].samples == 12


# --- What was agreed to ---


def test_it_is_remembered_until_it_is_revoked(tmp_path: Path) -> None:
    assert agreed(tmp_path) == ()
    for one in ("a" * 64, "b" * 64, "a" * 64):
        agree(one, tmp_path)
    assert agreed(tmp_path) == ("a" * 64, "b" * 64)
    revoke(tmp_path)
    assert agreed(tmp_path) == ()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"*\n", b"g" * 64, b"a" * 63, ("\N{FULLWIDTH DIGIT ONE}" * 64).encode(), b"a" * 2**21]
)
def test_a_damaged_memory_trusts_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trusted.txt").write_bytes(content)
    assert agreed(tmp_path) == ()


def test_plain_weights_are_never_asked_for(tmp_path: Path) -> None:
    torch.save(build_model("mlp", (1, 8, 8), 10).state_dict(), tmp_path / "plain.pt")
    landscape = drain(run(Recipe.of(**SMALL, weights=(str(tmp_path / "plain.pt"),))))
    assert drain(inspect_point(landscape, 0.0, 0.0)).splits[0].samples == 30


def test_a_hash_of_something_else_opens_nothing(tmp_path: Path) -> None:
    torch.save({"state_dict": {}, "more": SimpleNamespace()}, tmp_path / "net.pt")
    with pytest.raises(Untrusted):
        drain(run(Recipe.of(**SMALL, weights=(str(tmp_path / "net.pt"),), trust_pickle=("a" * 64,))))
