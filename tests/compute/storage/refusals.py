"""Refusals: with which words a file that nobody vouches for is not loaded."""

import pytest

from lossvista.compute.errors import LossvistaError
from lossvista.compute.storage import load


def refusal(path):
    """The message with which a file is refused."""
    with pytest.raises(LossvistaError) as caught:
        load(path)
    assert str(path) in caught.value.message
    assert "Traceback" not in str(caught.value)
    return str(caught.value)
