"""The journal: a job that is stopped goes on where it was, here or in another folder, and its points come back bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_to_store import IDENTITY, beside, patch, start

from lossvista.compute.errors import LossvistaError
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import Journal, carry, identity_of, keep, load, save
from lossvista.compute.storage.digest import digest
from lossvista.compute.storage.records import decode_patch, encode_patch
from lossvista.compute.surface import Mark, Patch


def test_a_job_from_start_to_end(path):
    journal = Journal.create(path, start(), IDENTITY)
    for k in range(20):
        journal.add(patch(k))
    journal.add(Patch(np.array([1]), {"train_loss": np.array([7.0])}, where="run"))
    assert journal.landscape.surface.complete
    assert not path.exists()
    landscape = journal.finish()
    journal.close()
    assert beside(path) == ["a.h5"]
    assert digest(load(path)) == digest(landscape)
    assert identity_of(path) == IDENTITY
    np.testing.assert_array_equal(landscape.surface.fields["train_loss"].ravel(), np.arange(20) + 0.5)
    assert landscape.trajectories["run"]["train_loss"][1] == 7
    assert landscape.surface.info["train_loss"].units == "nats"


def test_a_stopped_job_goes_on_where_it_was(path):
    assert Journal.resume(path, IDENTITY) is None
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0, 7))
        before = digest(journal.landscape)
    assert beside(path) == ["a.h5.journal"]
    journal = Journal.resume(path, IDENTITY)
    assert digest(journal.landscape) == before
    assert set(journal.landscape.surface.missing.tolist()) == set(range(7, 20))
    assert journal.notes == []
    journal.add(patch(7, 13))
    assert journal.finish().surface.complete
    assert Journal.resume(path, IDENTITY) is None


def test_stop_and_keep_leaves_the_journal(path):
    with pytest.raises(LossvistaError, match="no unfinished run"):
        keep(path)
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0, 7))
        with pytest.raises(LossvistaError, match="being written by process"):
            keep(path)
    kept = keep(path)
    assert digest(load(path)) == digest(kept)
    assert len(kept.surface.missing) == 13
    assert identity_of(path) is None  # it is not the finished landscape
    with Journal.resume(path, IDENTITY) as journal:
        assert len(journal.landscape.surface.missing) == 13


@given(
    st.lists(st.integers(0, 2**60), max_size=5),
    st.dictionaries(st.text(max_size=5), st.floats(), max_size=3),
    st.sampled_from(list(Mark)),
    st.text(max_size=5),
)
@settings(deadline=None, max_examples=30)
def test_patches_come_back_bit_for_bit(index, fields, mark, where):
    sent = Patch(np.array(index, int), {k: np.full(len(index), v) for k, v in fields.items()}, 7, where, mark)
    back = decode_patch(encode_patch(sent))
    assert (back.samples, back.where, back.mark) == (7, where, mark)
    assert back.index.tolist() == index
    assert {k: v.tobytes() for k, v in back.fields.items()} == {k: v.tobytes() for k, v in sent.fields.items()}


def test_patches_that_do_not_fit_are_not_written(path):
    with Journal.create(path, start(), IDENTITY) as journal:
        size = journal._file.stat().st_size
        for bad in (
            patch(19, 2),
            patch(-1),
            Patch(np.array([0]), {}, where="other"),
            Patch(np.array([2]), {}, where="run"),
        ):
            with pytest.raises(ValueError, match="does not fit"):
                journal.add(bad)
        assert journal._file.stat().st_size == size


def test_a_stopped_job_goes_on_in_another_folder(path, tmp_path):
    """Fault 5: with all points that it has; never over another one."""
    there = tmp_path / "elsewhere" / "a.h5"
    there.parent.mkdir()
    with pytest.raises(LossvistaError, match="no unfinished run"):
        carry(path, there)
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0, 7))
        with pytest.raises(LossvistaError, match="being written"):
            carry(path, there)
    carry(path, there)
    with pytest.raises(LossvistaError, match="already"):
        carry(path, there)
    with Journal.resume(there, IDENTITY) as journal:
        assert set(journal.landscape.surface.missing.tolist()) == set(range(7, 20))


def test_an_older_landscape_is_replaced_only_at_the_end(path):
    save(Landscape(start().surface, "old"), path)
    journal = Journal.create(path, start(), IDENTITY)
    journal.add(patch(0, 20))
    assert load(path).title == "old"
    journal.finish()
    assert load(path).title == "a job"
