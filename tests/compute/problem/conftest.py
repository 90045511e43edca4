"""For the tests of problems: small_problems can be imported."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
