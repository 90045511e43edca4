"""For the tests of exporters: ramp_to_export can be imported."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # which child processes import too
