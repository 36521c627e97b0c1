"""Runs the demo: `python examples/flights/demo.py [--quick]`, or `make demo`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from demo import paths

paths.use_checkout()

from demo.main import main

if __name__ == "__main__":
    sys.exit(main())
