"""Memory: what operators free stays with the process, because having it back from the system at each of them can take as long as
the arithmetic: of the digits CNN's point on one thread 18 ms, or 11 ms without that."""

from __future__ import annotations

import ctypes
import platform
from functools import cache

_TRIM, _MMAP = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
KEPT = 256 * 2**20  # bytes that may lie free at the heap's end
LARGEST = 32 * 2**20  # bytes of an allocation that the heap serves: the most that glibc allows


@cache
def keep_freed() -> bool:
    """Ask glibc's allocator to keep memory, once a process; whether it does. Other systems' allocators are left as they are."""
    if platform.libc_ver()[0] != "glibc":
        return False
    set_option = ctypes.CDLL(None).mallopt
    return bool(set_option(_MMAP, LARGEST)) and bool(set_option(_TRIM, KEPT))
