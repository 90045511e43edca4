"""Two jobs never mix (faults 9 and 10): a second writer of one output is refused, and so is the journal of another job."""

import json
import os
import socket

import pytest
from job_to_store import IDENTITY, beside, patch, start

from lossvista.compute.errors import LossvistaError
from lossvista.compute.storage import Journal


def test_the_second_writer_is_refused(path):
    first = Journal.create(path, start(), IDENTITY)
    for second in (lambda: Journal.create(path, start(), IDENTITY), lambda: Journal.resume(path, IDENTITY)):
        with pytest.raises(LossvistaError, match=f"is being written by process {os.getpid()} on"):
            second()
    first.add(patch(0))
    first.close()
    first.close()
    Journal.resume(path, IDENTITY).close()


def test_a_link_to_the_output_is_the_same_output(path, tmp_path):
    (tmp_path / "link.h5").symlink_to(path)
    with (
        Journal.create(path, start(), IDENTITY),
        pytest.raises(LossvistaError, match="being written"),
    ):
        Journal.create(tmp_path / "link.h5", start(), IDENTITY)


def test_the_lock_of_another_host_is_respected(path):
    lock = path.parent / "a.h5.lock"
    lock.write_text(json.dumps({"pid": 1, "host": "some-other-host"}))
    with pytest.raises(LossvistaError, match=r"process 1 on some-other-host.*delete a\.h5\.lock"):
        Journal.create(path, start(), IDENTITY)


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"pid": 999999999, "host": "HERE"}'])
def test_a_lock_that_nobody_holds_is_taken_over(left, path):
    (path.parent / "a.h5.lock").write_bytes(left.replace(b"HERE", socket.gethostname().encode()))
    Journal.create(path, start(), IDENTITY).close()
    assert beside(path) == ["a.h5.journal"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({**IDENTITY, "seed": 1}, "seed was 0, now 1"),
        ({**IDENTITY, "recipe": {"model": "cnn", "resolution": 9}}, "recipe.resolution was 5, now 9"),
        ({**IDENTITY, "new": [1]}, r"new was not set, now \[1\]"),
        ({**IDENTITY, "hash": "x" * 500}, 'hash was "ab", now "xxx'),
    ],
)
def test_the_journal_of_another_job_is_refused(other, words, path):
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0))
    before = (path.parent / "a.h5.journal").read_bytes()
    with pytest.raises(LossvistaError, match=words):
        Journal.resume(path, other)
    assert (path.parent / "a.h5.journal").read_bytes() == before
    assert beside(path) == ["a.h5.journal"]  # the lock is free again
    Journal.resume(path, IDENTITY).close()


def test_long_values_that_differ_in_the_middle_differ(path):
    Journal.create(path, start(), {"hash": "a" * 100 + "b" + "a" * 100}).close()
    with pytest.raises(LossvistaError, match="another job"):
        Journal.resume(path, {"hash": "a" * 100 + "c" + "a" * 100})
