"""For the tests of importers: ramp_to_import can be imported."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
