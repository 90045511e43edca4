"""Command line: what a user types, what is printed where, and the exit codes. In process, through `main`."""

import json
import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from lossvista.compute import cli
from lossvista.compute.console import watch
from lossvista.compute.flags import with_flags
from lossvista.compute.progress import Progress
from lossvista.compute.recipe import Recipe
from lossvista.compute.storage import load
from lossvista.compute.training.recipe import Training


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli") / "run"
    assert cli.main(["train", "--model", "mlp", "--epochs", "3", "--samples", "200", "--out", str(folder)]) == 0
    return str(folder)


@pytest.fixture(scope="module")
def landscape(recording: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = str(tmp_path_factory.mktemp("landscapes") / "a.h5")
    assert cli.main(["compute", "--trajectory", recording, "--resolution", "5", "--samples", "60", "--out", out]) == 0
    return out


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What stderr says of a command that fails with exit code 2; never a traceback, nothing on stdout."""
    capsys.readouterr()
    assert cli.main([str(a) for a in arguments]) == 2
    out, err = capsys.readouterr()
    assert "Traceback" not in err and out == ""
    return " ".join(err.split())


def test_every_choice_of_a_recipe_is_a_flag(capsys) -> None:
    for command, model in (("compute", Recipe), ("train", Training)):
        assert cli.main([command, "--help"]) == 0
        shown = capsys.readouterr().out
        assert all(f"--{name.replace('_', '-')}" in shown for name in model.model_fields)


def test_flags_that_are_not_given_stay_unset() -> None:
    def show(recipe: Recipe) -> Recipe:
        return recipe

    command = with_flags(Recipe)(show)
    assert command(alpha="-2:1", weights=["a.pt", "b.pt"], seed=None) == Recipe(
        alpha=(-2.0, 1.0), weights=("a.pt", "b.pt")
    )
    assert command(seed=0).model_fields_set == {"seed"}


def test_ranges_and_lists_reach_the_recipe(recording: str, tmp_path: Path) -> None:
    out = tmp_path / "b.h5"
    arguments = [
        "--trajectory",
        recording,
        "--resolution-x",
        "5",
        "--resolution-y",
        "3",
        "--samples",
        "20",
        "--out",
        str(out),
    ]
    assert cli.main(["compute", *arguments, "--alpha=-1:0.5", "--beta=-2:2"]) == 0
    grid = load(out).surface.grid
    assert grid.alpha.tolist() == [-1, -0.625, -0.25, 0.125, 0.5] and grid.beta.tolist() == [-2, 0, 2]


def test_info_says_what_is_there(landscape: str, capsys) -> None:
    assert cli.main(["info", landscape]) == 0
    text = capsys.readouterr().out
    assert "5 × 5 points" in text and "Loss at the centre" in text and "path 'run': 4 checkpoints" in text
    assert cli.main(["info", "--json", landscape]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["shape"] == [5, 5] and found["marks"]["evaluated"] == 25 and found["trust"]["samples"] == 60
    assert found["recipe"]["resolution"] == 5 and found["axes"][0]["normalization"] == "filter"


def test_verify_says_of_each_file_whether_it_is_whole(landscape: str, tmp_path, capsys) -> None:
    damaged = tmp_path / "damaged.h5"
    data = bytearray(Path(landscape).read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    capsys.readouterr()
    assert cli.main(["verify", landscape]) == 0
    assert "whole; its 25 points" in capsys.readouterr().out
    assert cli.main(["verify", str(damaged), landscape, str(tmp_path / "none.h5")]) == 2
    said = capsys.readouterr()
    assert said.out.count("whole") == 1 and "damaged.h5 is damaged" in said.err and "There is no file" in said.err
    assert cli.main(["verify"]) == 2
    assert "Traceback" not in said.err


def test_the_same_command_again_has_nothing_to_do(recording: str, landscape: str, capsys) -> None:
    before = Path(landscape).read_bytes()
    arguments = ["compute", "--trajectory", recording, "--resolution", "5", "--samples", "60", "--out", landscape]
    capsys.readouterr()
    assert cli.main(arguments) == 0
    assert "holds this landscape already" in capsys.readouterr().err and Path(landscape).read_bytes() == before
    assert "another landscape (resolution differs)" in fails(capsys, *[a if a != "5" else "7" for a in arguments])
    assert Path(landscape).read_bytes() == before


def test_json_progress_is_one_object_a_line(recording: str, tmp_path: Path, capsys) -> None:
    out = str(tmp_path / "c.h5")
    assert (
        cli.main(["compute", "--trajectory", recording, "--resolution", "3", "--samples", "20", "--out", out, "--json"])
        == 0
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["done"] == lines[-1]["total"] == 9 + 4


@pytest.mark.parametrize("suffix", [".ply", ".vtp"])
def test_export_writes_meshes(landscape: str, tmp_path: Path, suffix: str, capsys) -> None:
    capsys.readouterr()
    out = tmp_path / f"mesh{suffix}"
    clip = str(float(np.median(load(landscape).surface.fields["train_loss"])))
    assert cli.main(["export", landscape, str(out), "--clip", clip]) == 0
    assert out.stat().st_size > 500 and str(out) in capsys.readouterr().out
    assert ".ply" in fails(capsys, "export", landscape, tmp_path / "mesh.zork")


@pytest.mark.parametrize("name", ["map.svg", "map.pdf", "map.png"])
def test_render_draws_the_flat_map(landscape: str, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    assert cli.main(["render", landscape, str(out), "--view", "map", "--size", "400x300"]) == 0
    assert out.stat().st_size > 1000


def test_render_draws_the_surface_with_a_style(landscape: str, tmp_path: Path) -> None:
    from PIL import Image

    style, out = tmp_path / "look.json", tmp_path / "surface.png"
    style.write_text('{"colormap": "cividis", "levels": 8}')
    assert (
        cli.main(["render", landscape, str(out), "--view", "surface", "--style", str(style), "--size", "320x240"]) == 0
    )
    with Image.open(out) as picture:
        assert picture.size == (320, 240) and len(np.unique(np.asarray(picture))) > 50


def test_mistakes_in_pictures_are_said(landscape: str, tmp_path: Path, capsys) -> None:
    assert ".png" in fails(capsys, "render", landscape, tmp_path / "x.gif")
    assert "1600x1200" in fails(capsys, "render", landscape, tmp_path / "x.png", "--size", "big")
    assert "zork" in fails(capsys, "render", landscape, tmp_path / "x.png", "--view", "map", "--colormap", "zork")
    assert "wireframe" in fails(capsys, "render", landscape, tmp_path / "x.png", "--view", "zork")
    (tmp_path / "bad.json").write_text("[1")
    assert "no style" in fails(capsys, "render", landscape, tmp_path / "x.png", "--style", tmp_path / "bad.json")
    assert "no file" in fails(capsys, "render", landscape, tmp_path / "x.png", "--style", tmp_path / "none.json")
    assert list(tmp_path.glob("x.*")) == []


BAD = {
    "unknown model": (["--model", "resnet65", "--weights", "W"], "Did you mean 'resnet56'?"),
    "unknown data": (["--data", "digts", "--weights", "W"], "Did you mean 'digits'?"),
    "no weights": ([], "needs a trained network"),
    "missing weights": (["--weights", "nowhere.pt"], "nowhere.pt"),
    "no points": (["--trajectory", "R", "--resolution", "0"], "between 3 and 1001, not 0"),
    "a million points": (["--trajectory", "R", "--resolution", "1000000"], "between 3 and 1001, not 1000000"),
    "reach is no number": (["--trajectory", "R", "--reach", "far"], "far"),
    "reach is not a number": (["--trajectory", "R", "--reach", "nan"], "Reach (reach) must be"),
    "negative reach": (["--trajectory", "R", "--reach=-1"], "Reach (reach) must be"),
    "reversed range": (["--trajectory", "R", "--alpha=1:-1"], "the lower one first"),
    "unknown direction": (["--trajectory", "R", "--directions", "pac"], "Did you mean 'pca'?"),
    "pca without a path": (["--directions", "pca", "--weights", "W"], "need a trajectory"),
    "no such flag": (["--trajectory", "R", "--zork", "1"], "--zork"),
    "too many samples": (["--trajectory", "R", "--samples", "999999"], "999,999 samples"),
    "no such device": (["--trajectory", "R", "--device", "cuda:77"], "no GPU 'cuda:77'"),
    "no such pattern": (["--trajectory", "R", "--only", "zork.*"], "No parameter is left"),
    "no such folder": (["--trajectory", "nowhere/run"], "nowhere/run"),
}


@pytest.mark.parametrize("mistake", BAD)
def test_bad_input_is_one_sentence_and_exit_code_2(mistake: str, recording: str, tmp_path: Path, capsys) -> None:
    arguments, words = BAD[mistake]
    weights = tmp_path / "w.pt"
    torch.save({"some.weight": torch.ones(2)}, weights)
    given = [{"R": recording, "W": str(weights)}.get(a, a) for a in arguments]
    assert words in fails(capsys, "compute", *given, "--out", tmp_path / "x.h5")
    assert not list(tmp_path.glob("x.h5*"))


class Hostile:
    def __init__(self, witness: str) -> None:
        self.witness = witness

    def __reduce__(self):
        return Path.touch, (Path(self.witness),)


def test_a_hostile_pickle_runs_nothing(tmp_path: Path, capsys) -> None:
    witness, file = tmp_path / "it-ran", tmp_path / "evil.pt"
    file.write_bytes(pickle.dumps({"state_dict": Hostile(str(witness))}))
    assert "could run code" in fails(capsys, "compute", "--model", "mlp", "--weights", file, "--out", tmp_path / "x.h5")
    assert not witness.exists()


def test_weights_that_do_not_fit_are_named(recording: str, tmp_path: Path, capsys) -> None:
    said = fails(capsys, "compute", "--trajectory", recording, "--model", "cnn", "--out", tmp_path / "x.h5")
    assert "stem.weight" in said and "mlp" in said  # which tensors, and the likely cause


def test_files_that_are_not_ours_are_said(tmp_path: Path, capsys, landscape: str) -> None:
    (tmp_path / "words.h5").write_text("hello")
    (tmp_path / "half.h5").write_bytes(Path(landscape).read_bytes()[:-100])
    assert "not a landscape" in fails(capsys, "info", tmp_path / "words.h5")
    assert "cut off" in fails(capsys, "info", tmp_path / "half.h5")
    assert "no file nowhere.h5" in fails(capsys, "info", "nowhere.h5")
    assert "Did you mean 'compute'?" in fails(capsys, "comput")
    assert "no file 'nowhere.h5'" in fails(capsys, "nowhere.h5")


def test_a_folder_that_cannot_be_written_is_found_before_the_work(recording: str, tmp_path: Path, capsys) -> None:
    out = tmp_path / "missing" / "x.h5"
    said = fails(capsys, "compute", "--trajectory", recording, "--out", out)
    assert "missing" in said and "evaluating" not in said


def test_interrupting_saves_and_exits_130(recording: str, tmp_path: Path, monkeypatch, capsys) -> None:
    """A real Ctrl-C: SIGINT arrives while points are being evaluated."""
    import os
    import signal

    from lossvista.compute.engines.evaluator import Evaluator

    plain, calls = Evaluator.at, []

    def at(self, *coordinates: float) -> dict[str, float]:
        calls.append(coordinates)
        if len(calls) == 8:
            os.kill(os.getpid(), signal.SIGINT)
        return plain(self, *coordinates)

    out = tmp_path / "x.h5"
    arguments = ["compute", "--trajectory", recording, "--resolution", "5", "--samples", "20", "--out", str(out)]
    monkeypatch.setattr(Evaluator, "at", at)
    assert cli.main(arguments) == 130
    assert "goes on from there" in capsys.readouterr().err and Path(f"{out}.journal").exists() and not out.exists()
    monkeypatch.undo()
    assert cli.main(arguments) == 0 and load(out).surface.complete


def test_compare_draws_and_says_why_it_is_not_fair(recording: str, landscape: str, tmp_path: Path, capsys) -> None:
    other, line, out = tmp_path / "b.h5", tmp_path / "line.h5", tmp_path / "both.png"
    few = ["--trajectory", recording, "--resolution", "5", "--samples", "60"]
    assert cli.main(["compute", *few, "--reach", "2", "--out", str(other)]) == 0
    assert cli.main(["compute", *few, "--axes", "1", "--out", str(line)]) == 0
    capsys.readouterr()
    assert cli.main(["compare", landscape, str(other), str(out), "--size", "640x360"]) == 0
    shown, said = capsys.readouterr()
    assert shown.split() == [str(out)] and out.read_bytes().startswith(b"\x89PNG")
    assert "Not a fair comparison: reach: ±1 (" in said
    assert cli.main(["compare", landscape, landscape, str(tmp_path / "a.svg")]) == 0
    assert capsys.readouterr().err == ""
    assert "one picture" in fails(capsys, "compare", landscape, line, out)
    assert "at least two" in fails(capsys, "compare", landscape, out)
    assert "The last name must be the picture's, and 'b.h5' is none" in fails(capsys, "compare", landscape, other)
    assert "nothing is given" in fails(capsys, "compare")
    made, picture = tmp_path / "difference.h5", tmp_path / "difference.png"
    assert cli.main(["compare", landscape, str(other), str(picture), "--difference", str(made)]) == 0
    shown, said = capsys.readouterr()
    assert shown.split() == [str(made), str(picture)] and picture.read_bytes().startswith(b"\x89PNG")
    assert "Not a fair comparison: reach: ±1 (" in said
    found = load(made)
    assert found.provenance["difference"]["b"]["file"] == "b.h5" and found.surface.grid.alpha[[0, -1]].tolist() == [
        -1,
        1,
    ]
    assert "of two landscapes, and 1 are given" in fails(capsys, "compare", landscape, "--difference", made)


def test_silence_prints_no_json_twice(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [Progress("evaluating", 1, 3), Progress("evaluating", 1, 3), Progress("evaluating", 2, 3)]
    watch((step for step in steps), as_json=True)
    assert [json.loads(line)["done"] for line in capsys.readouterr().out.splitlines()] == [1, 2]


def test_no_line_of_progress_is_told_twice_in_a_row(tmp_path: Path, capsys) -> None:
    assert (
        cli.main(["train", "--model", "mlp", "--epochs", "1", "--samples", "60", "--out", str(tmp_path / "run")]) == 0
    )
    lines = capsys.readouterr().err.splitlines()
    assert any("measuring the trained network" in line for line in lines)
    assert all(one != then for one, then in pairwise(lines))
