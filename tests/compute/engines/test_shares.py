"""Who gets what of a cluster, and what is said without Ray: no cluster is needed for that."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.engines.cluster import cluster, connect, shares
from lossvista.compute.errors import LossvistaError

machines = st.lists(st.tuples(st.integers(1, 64), st.integers(0, 8)), min_size=1, max_size=6).map(
    lambda found: [(f"node {k}", float(cpus), float(gpus)) for k, (cpus, gpus) in enumerate(found)]
)


@given(machines, st.integers(0, 40), st.sampled_from(["auto", "cpu"]))
def test_no_machine_is_asked_for_more_than_it_has(nodes, workers: int, device: str) -> None:
    found = shares(nodes, workers, device)
    gpus = sum(int(node[2]) for node in nodes) if device != "cpu" else 0
    assert len(found) == (workers or gpus or len(nodes))
    for name, cpus, there in nodes:
        own = [share for share in found if share.node == name]
        assert sum(share.cpus for share in own) <= cpus + 1e-9
        if gpus:  # Ray cannot place a part of a GPU across two of them
            assert all(share.gpus > 0 for share in own)
            slots = sum(int(1 / share.gpus + 1e-9) for share in own[:1]) * int(there)
            assert len(own) <= slots
        else:
            assert all(share.gpus == 0 for share in own)
    assert all(share.threads >= 1 and (share.cpus < 1 or share.cpus == int(share.cpus)) for share in found)


def test_one_worker_a_device_unless_told() -> None:
    nodes = [("a", 16.0, 4.0), ("b", 8.0, 0.0)]
    assert [(s.node, s.threads, s.gpus) for s in shares(nodes, 0, "auto")] == [("a", 4, 1.0)] * 4
    assert [(s.node, s.threads, s.gpus) for s in shares(nodes, 0, "cpu")] == [("a", 16, 0.0), ("b", 8, 0.0)]
    assert [s.node for s in shares(nodes, 3, "cpu")] == ["a", "a", "b"]
    with pytest.raises(LossvistaError, match="No machine of the cluster has a GPU"):
        shares(nodes[1:], 0, "cuda")
    with pytest.raises(LossvistaError, match="no machine with a CPU"):
        shares([("head", 0.0, 0.0)], 0, "auto")


def test_without_ray_one_sentence_says_what_to_do(place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # what a missing package looks like to `import`
    blueprint, tasks = place.blueprint()
    with pytest.raises(LossvistaError, match=r"needs Ray, which is not installed .*lossvista\[cluster\]"):
        list(cluster(blueprint, tasks))


@pytest.mark.parametrize("nobody", ["127.0.0.1:1", "127.0.0.1", "nowhere.invalid:6379"])
def test_an_address_where_nobody_answers_is_a_sentence(nobody: str) -> None:
    with pytest.raises(LossvistaError, match=f"No Ray cluster answers at '{nobody}'.*ray start --head"):
        connect(None, nobody)  # Ray itself, which would try for minutes, is not asked
