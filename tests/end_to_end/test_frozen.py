"""The frozen program, where one was made (make viewer, packaging/freeze): it starts, opens a landscape, takes a picture, quits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
MADE = [ROOT / "build" / name / name for name in ("lossvista-viewer", "lossvista")]
PROGRAMS = [Path(os.environ["LOSSVISTA_FROZEN"])] if "LOSSVISTA_FROZEN" in os.environ else MADE


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_it_opens_a_landscape_and_quits(program: Path, tmp_path: Path) -> None:
    if not program.is_file():
        pytest.skip(
            f"NOT FROZEN: there is no {program.name} (make viewer, or set LOSSVISTA_FROZEN); it was not started"
        )
    picture = tmp_path / "smoke.png"
    landscape = ROOT / "resources" / "examples" / "resnet56.h5"
    command = [sys.executable, str(ROOT / "packaging" / "smoke"), str(program), str(landscape), str(picture)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with Image.open(picture) as taken:
        assert taken.size[0] > 800
