"""What Molt adds to a process and to a disk: load time, resident memory, the size of `molt`.

The peer of each case is a budget: a ratio above 1 keeps it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

import recording
import surroundings
from molt_accel._locations import binary_path, library_path
from recording import compared

BUDGETS = {"milliseconds": 20.0, "mebibytes": 15.0, "binary": 30.0}

# Runs in a fresh interpreter. The fixed cost of importing ctypes is Python's, so it comes first.
CHILD = """
import ctypes, json, sys, time
from pathlib import Path
def resident():
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096
before = resident()
started = time.perf_counter()
library = ctypes.CDLL(sys.argv[1])
library.molt_abi_version()
elapsed = time.perf_counter() - started
print(json.dumps({"milliseconds": elapsed * 1e3, "mebibytes": (resident() - before) / 2**20}))
"""


def main() -> int:
    """Measures fresh processes, prints and writes."""
    starts = 10 if surroundings.is_quick(__doc__) else 40
    library, binary = library_path(), binary_path()
    found = [loaded(str(library)) for _ in range(starts)]
    milliseconds = statistics.median(item["milliseconds"] for item in found)
    mebibytes = statistics.median(item["mebibytes"] for item in found)
    size = binary.stat().st_size / 2**20
    cases = [
        compared("libmolt.so load", milliseconds, BUDGETS["milliseconds"], "budget", ""),
        compared(
            "libmolt.so resident memory", mebibytes, BUDGETS["mebibytes"], "budget", "", "MiB"
        ),
        compared("molt binary size", size, BUDGETS["binary"], "budget", "", "MiB"),
    ]
    recording.show("Footprint", cases)
    print(f"\n{recording.write('footprint', cases)}")
    return 0


def loaded(library: str) -> dict[str, float]:
    """One fresh interpreter that loads the library."""
    command = [sys.executable, "-c", CHILD, library]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(output))


if __name__ == "__main__":
    sys.exit(main())
