"""Child scripts: what processes of their own run for the tests of the storage, beside job_to_store, which they import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")


def run(script, *arguments):
    return subprocess.run([sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True)
