"""Kills (invariant 38): writers that end at any moment by a real SIGKILL lose no acknowledged point and leave whole files."""

import json
import random
import subprocess
import sys
from pathlib import Path

from child_scripts import HERE, posix
from job_to_store import IDENTITY, beside, start

from lossvista.compute.storage import Journal, load


@posix
def test_killed_at_any_moment():
    """50 times SIGKILL at random instants of runs that go on each time. `python tests/long/kills.py` does it 1,000 times."""
    script = Path(__file__).parents[2] / "long" / "kills.py"
    done = subprocess.run([sys.executable, script, "--count", "50", "--seed", "4"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)
    assert counts["kills"] == 50 and counts["acknowledged points"] > 100
    assert counts["acknowledged points lost"] == counts["wrong numbers"] == counts["unreadable files"] == 0
    assert counts["computed twice"] == 0


SAVER = """
import sys
sys.path.insert(0, {here!r})
import job_to_store as t
print("ready", flush=True)
for k in range(10**9):
    t.save(t.Landscape(t.start().surface, str(k)), sys.argv[1])
"""


@posix
def test_a_file_is_the_old_or_the_new_one(path):
    """Killed while it saves over and over, the file is always whole; what the dead writer left is swept by the next run."""
    random_ = random.Random(5)
    for _ in range(4):
        saver = subprocess.Popen([sys.executable, "-c", SAVER.format(here=HERE), str(path)], stdout=subprocess.PIPE)
        saver.stdout.readline()
        while not path.exists():
            pass
        for _ in range(random_.randrange(20)):
            load(path)
        saver.kill()
        saver.wait()
        saver.stdout.close()
        assert load(path).title.isdigit()
    Journal.create(path, start(), IDENTITY).close()
    assert beside(path) == ["a.h5", "a.h5.journal"]
