"""Memory that operators free is not asked from the system anew."""

import sys

import pytest
import torch

from lossvista.compute.engines.memory import keep_freed


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator is that of Linux")
def test_tensors_of_some_megabytes_cause_no_page_faults_once_there_was_room_for_them() -> None:
    import resource

    if not keep_freed():
        pytest.skip("NO GLIBC: the allocator was left as it is")

    def faults() -> int:
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        for _ in range(20):
            torch.zeros(2**20)  # 4 MB: 1,024 pages
        return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before

    faults()
    assert faults() < 20 * 1024 / 4
