"""Edition: what an installation without PyTorch says. PyTorch is really not to be had: the interpreter is told so."""

from __future__ import annotations

import pytest

from lossvista.compute.edition import lacking

WITHOUT = "import sys; sys.modules['torch'] = sys.modules['torchvision'] = None\n"


def test_commands_that_compute_say_so_in_one_sentence_and_the_others_work(run_python, tmp_path) -> None:
    script = f"""{WITHOUT}
from contextlib import redirect_stderr
from io import StringIO
from importlib.resources import files
from lossvista.compute.cli import main
from lossvista.compute.edition import can_compute
example, out = str(files("lossvista.resources") / "examples" / "resnet56.h5"), {str(tmp_path)!r}
said = StringIO()
with redirect_stderr(said):
    codes = [main(c) for c in (["compute", "--model", "mlp", "--out", out + "/a.h5"], ["train", "--out", out + "/run"])]
fine = [main(["info", example]), main(["export", example, out + "/a.csv"])]
print("RESULT" + "|".join(map(str, [can_compute(), codes, fine, *said.getvalue().split("lossvista: ")[1:]])))
"""
    able, codes, fine, *sentences = run_python(script).partition("RESULT")[2].replace("\n", " ").split("|")
    assert (able, codes, fine) == ("False", "[2, 2]", "[0, 0]")
    assert len(sentences) == 2 and all("torch is not installed" in one and "full edition" in one for one in sentences)
    assert (tmp_path / "a.csv").exists() and not (tmp_path / "a.h5").exists()


def test_a_job_in_a_child_process_says_so_too() -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        raise ModuleNotFoundError("No module named 'torch.fx'", name="torch.fx")
    told = lacking(caught.value)
    assert told is not None and "torch is not installed" in told.message
    assert lacking(ModuleNotFoundError("No module named 'theirs'", name="theirs")) is None
    assert lacking(ValueError("torch")) is None


def test_a_torchvision_that_does_not_fit_is_a_sentence(run_python, tmp_path) -> None:
    unfit = 'import torch\ntorch.library.register_fake("torchvision::nms")(print)\n'  # as it does, and here, too, its library is not loaded
    (tmp_path / "torchvision.py").write_text(unfit)
    script = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from contextlib import redirect_stderr
from io import StringIO
from lossvista.compute.cli import main
said = StringIO()
with redirect_stderr(said):
    network = ["--model", "torchvision:resnet18", "--data", "digits", "--weights", "any.pt"]
    code = main(["compute", *network, "--out", {str(tmp_path / "a.h5")!r}])
print("RESULT", code, said.getvalue())
"""
    told = run_python(script).partition("RESULT ")[2]
    assert told.startswith("2 ") and "do not fit together" in told
