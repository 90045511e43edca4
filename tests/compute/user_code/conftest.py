"""For the tests of somebody's own code: no project's folder stays on the module path."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def only_their_own_module_path():
    """A project's folder stays on the module path until the next one is loaded; it must not serve the next test."""
    arguments, path = list(sys.argv), list(sys.path)
    yield
    assert sys.argv == arguments
    sys.path[:] = path
