"""A full disk: every exporter says it in a sentence and leaves the old files as they were."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lossvista.compute.exporters import EXPORTERS

FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from ramp_to_export import descent, ramp
from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import EXPORTERS, export
made = descent(ramp(40, 30))
resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))
for suffix in EXPORTERS:
    try:
        export(made, Path(sys.argv[1]) / f"out{{suffix}}")
    except LossvistaError as error:
        print(suffix, error.exit_code, error)
"""


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE")
def test_a_full_disk_is_a_sentence_and_leaves_the_old_files(tmp_path):
    for suffix in EXPORTERS:
        (tmp_path / f"out{suffix}").write_bytes(b"old")
    script = FULL.format(here=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    said = {line.split()[0]: line.split(" ", 1)[1] for line in done.stdout.splitlines()}
    assert said.keys() == set(EXPORTERS), done.stderr
    assert all(line.startswith("4 The disk") for line in said.values())
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert files == {f"out{suffix}": b"old" for suffix in EXPORTERS}
