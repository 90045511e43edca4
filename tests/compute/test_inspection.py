"""Inspection: what is found is what there is, nothing is computed that was not asked for, and estimates hold."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError, Untrusted
from lossvista.compute.findings import Estimate, Findings, Layer, SplitFound, Trial
from lossvista.compute.inspected import describe
from lossvista.compute.inspection import inspect
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.weights import perturbed

CNN = {"model": "cnn", "data": "digits"}


def model():
    return build_model("cnn", (1, 8, 8), 10, seed=3)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("inspection") / "net.pt"
    torch.save(model().state_dict(), path)
    return str(path)


def test_the_table_of_layers_is_the_network_s(weights: str) -> None:
    recipe = Recipe.of(**CNN, weights=(weights,))
    found = drain(inspect(recipe, forward=False))
    plain = model()
    assert found.trial is None and found.estimate(recipe) is None
    assert [(layer.name, layer.shape) for layer in found.layers] == [
        (name, tuple(p.shape)) for name, p in plain.named_parameters()
    ]
    assert found.parameters == sum(p.numel() for p in plain.parameters())
    rows = {layer.name: (layer.kind, layer.units, layer.quiet) for layer in found.layers}
    assert rows["stem.weight"] == ("Conv2d", 8, "") and rows["output.bias"] == ("Linear", 10, "bias")
    assert rows["bn.weight"] == ("BatchNorm2d", 8, "norm")
    assert found.batch_norms == sum(isinstance(m, torch.nn.BatchNorm2d) for m in plain.modules())
    (split,) = found.splits
    assert (split.name, split.shape) == ("train", "1×8×8") and split.available > 1000
    assert any("a bias" in line for line in describe(found))


@pytest.mark.parametrize("ignore", ["auto", "biases-and-norms", "none"])
@pytest.mark.parametrize("only", ["", "block1.*", "*conv*", "output.bias"])
@pytest.mark.parametrize("directions", ["random", "gradient"])
def test_what_moves_without_torch_is_what_moves_with_it(weights: str, ignore: str, only: str, directions: str) -> None:
    recipe = Recipe.of(**CNN, weights=(weights,), ignore=ignore, only=only, directions=directions)
    plain = model()
    found = Findings("", "", recipe, LAYERS, (), ())
    try:
        wanted = perturbed(plain, recipe.ignores, recipe.only)
    except LossvistaError:
        wanted = []
    assert [layer.name for layer, why in found.moved(recipe) if not why] == wanted
    assert found.perturbed(recipe) == sum(dict(plain.named_parameters())[name].numel() for name in wanted)


def layers() -> tuple[Layer, ...]:
    from lossvista.compute.inspection import _layers

    return tuple(_layers(model()))


LAYERS = layers()


def test_the_centre_is_the_one_that_the_run_finds(weights: str, tmp_path: Path) -> None:
    recipe = Recipe.of(**CNN, weights=(weights,), samples=200, resolution=3)
    found = drain(inspect(recipe))
    landscape = drain(run(recipe, str(tmp_path / "a.h5")))
    assert found.trial is not None and found.trial.same and found.trial.evaluated == 200
    assert found.trial.fields["train_loss"] == pytest.approx(landscape.trust["centre_loss"], rel=1e-6)
    estimate = found.estimate(recipe)
    assert estimate is not None and estimate.points == 9 and estimate.memory > 50e6
    there = (tmp_path / "a.h5").stat().st_size
    assert 0.5 * there < estimate.disk < 2 * there


def test_a_checkpoint_s_peculiarities_are_told(tmp_path: Path) -> None:
    state = {f"module._orig_mod.{name}": t for name, t in model().state_dict().items() if "num_batches" not in name}
    state = {name: t.half() for name, t in state.items()}
    path = tmp_path / "odd.pt"
    torch.save({"state_dict": state, "epoch": 3}, path)
    (found,) = drain(inspect(Recipe.of(**CNN, weights=(str(path),)), forward=False)).checkpoints
    assert found.kind == "torch.save" and found.tensors == len(state) and found.bytes == path.stat().st_size
    assert found.prefixes == ("module._orig_mod.",) and found.types == ("float16",)
    assert found.missing and all(name.endswith("num_batches_tracked") for name in found.missing)
    assert not found.extra and len(found.remarks) == 3


def test_a_plain_checkpoint_has_no_remarks(weights: str) -> None:
    (found,) = drain(inspect(Recipe.of(**CNN, weights=(weights,)), forward=False)).checkpoints
    assert found.remarks == []


def test_trust_is_asked_for_file_by_file(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("a.pt", "b.pt")]
    for path in paths:
        torch.save({"state_dict": model().state_dict(), "extra": SimpleNamespace(of=path)}, path)
    recipe = Recipe.of(**CNN, weights=paths, directions="between")
    with pytest.raises(Untrusted) as first:
        drain(inspect(recipe, forward=False))
    assert first.value.path == paths[0]
    with pytest.raises(Untrusted) as second:
        drain(inspect(recipe.replace(trust_pickle=(first.value.sha256,)), forward=False))
    assert second.value.path == paths[1]
    both = recipe.replace(trust_pickle=(first.value.sha256, second.value.sha256))
    assert len(drain(inspect(both, forward=False)).checkpoints) == 2


def test_what_was_agreed_to_is_known_by_its_content(tmp_path: Path) -> None:
    """Wherever the file is; and asked for anew when it has changed."""
    path = tmp_path / "a.pt"
    torch.save({"state_dict": model().state_dict(), "extra": SimpleNamespace()}, path)
    with pytest.raises(Untrusted) as asked:
        drain(inspect(Recipe.of(**CNN, weights=[str(path)]), forward=False))
    known = (asked.value.sha256,)
    assert len(known[0]) == 64
    path = path.rename(tmp_path / "b.pt")
    recipe = Recipe.of(**CNN, weights=[str(path)], trust_pickle=known)
    assert drain(inspect(recipe, forward=False)).trusted == {str(path): known[0]}
    torch.save({"state_dict": model().state_dict(), "extra": SimpleNamespace(a=1)}, path)
    with pytest.raises(Untrusted) as again:
        drain(inspect(recipe, forward=False))
    assert again.value.sha256 not in known
    folder = tmp_path / "run"
    folder.mkdir()
    path.rename(folder / "epoch_1.pt")
    recipe = Recipe.of(**CNN, trajectory=str(folder))
    with pytest.raises(Untrusted) as whole:
        drain(inspect(recipe, forward=False))
    found = drain(inspect(recipe.replace(trust_pickle=(whole.value.sha256,)), forward=False))
    assert found.trusted == {str(folder): whole.value.sha256} and found.paths == {"run": 1}


def test_a_recording_of_pickles_is_trusted_as_a_whole(tmp_path: Path) -> None:
    for k in range(2):
        torch.save({"state_dict": model().state_dict(), "extra": SimpleNamespace()}, tmp_path / f"epoch_{k}.pt")
    recipe = Recipe.of(**CNN, trajectory=str(tmp_path))
    with pytest.raises(Untrusted) as refused:
        drain(inspect(recipe, forward=False))
    assert refused.value.path == str(tmp_path)
    found = drain(inspect(recipe.replace(trust_pickle=(refused.value.sha256,)), forward=False))
    assert found.paths == {tmp_path.name: 2}


def test_a_network_without_weights_is_a_sentence() -> None:
    with pytest.raises(LossvistaError, match="needs a trained network"):
        drain(inspect(Recipe.of(**CNN)))


def tried(seconds: float = 0.1, evaluated: int = 100, available: int = 1000, **more) -> Findings:
    trial = Trial({"train_loss": 1.0, "train_loss_se": 0.1}, evaluated, evaluated, seconds, True, "", "cpu", 10**8)
    split = SplitFound("train", available, 3072, "3×32×32")
    return Findings("", "", Recipe(), LAYERS, (), (split,), trial=trial, **more)


def estimated(found: Findings, **choices) -> Estimate:
    estimate = found.estimate(Recipe.of(**choices))
    assert estimate is not None
    return estimate


def test_a_point_s_time_grows_with_the_samples() -> None:
    found = tried()
    assert estimated(found).point == pytest.approx(1.0)
    assert estimated(found, samples=50).point == pytest.approx(0.05)
    assert estimated(found, samples=50).memory < estimated(found).memory


def test_the_estimate_counts_points_path_and_directions() -> None:
    found = tried(evaluated=1000, paths={"run": 5}, loading=2.0)
    assert estimated(found, resolution=5).seconds == pytest.approx(2 + 0.1 * (25 + 10 + 3))
    assert estimated(found, resolution=5, axes=1).seconds == pytest.approx(2 + 0.1 * (5 + 10 + 3))
    assert estimated(found, directions="eigen").rough and not estimated(found).rough
    assert estimated(found, directions="eigen").before > estimated(found).before + 10


@given(st.integers(3, 1001), st.integers(3, 1001), st.integers(0, 1000))
def test_more_points_never_cost_less(a: int, b: int, samples: int) -> None:
    less, more = (estimated(tried(), resolution=k, samples=samples) for k in sorted((a, b)))
    assert less.seconds <= more.seconds and less.disk <= more.disk and less.memory <= more.memory


def test_an_estimate_from_other_choices_is_stale() -> None:
    found = tried()
    assert found.stale(Recipe.of(resolution=5, seed=3)) == []
    assert found.stale(Recipe.of(precision="float64", batch_size=7)) == ["precision", "batch_size"]


def test_the_command(weights: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["inspect", "--model", "cnn", "--weights", weights, "--samples", "100", "--resolution", "11"]
    assert cli.main(arguments) == 0
    text = capsys.readouterr().out
    assert "one point takes" in text and "121 points" in text and "training loss" in text and "stem.weight" in text
    assert cli.main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["estimate"]["points"] == 121 and found["layers"][0]["name"] == "stem.weight"
    assert found["splits"][0]["used"] == 100
