"""Keeps the machine's cores from falling asleep while something is measured.

A request through the worker needs two cores, and whichever has nothing to do falls asleep. If the
host of a virtual machine is busy, a core that wakes up shares a physical one with others for some
tenths of a second, and whatever runs there takes up to twice as long: a statement in process, too,
on such a core. So what one lane costs beyond the other is measured twice: with the cores as the
system leaves them, and awake.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEVICE = Path("/dev/cpu_dma_latency")
"""Holds every core at the wake-up time that is written to it, for as long as it is open."""

SETTLING = 3.0
"""Seconds that a host has to find a physical core for each."""


@contextmanager
def cores() -> Iterator[bool]:
    """Whether the cores stay awake inside; root may ask for that, on Linux."""
    try:
        device = DEVICE.open("wb", buffering=0)
    except OSError:
        yield False
        return
    with device:
        device.write(struct.pack("i", 0))
        time.sleep(SETTLING)
        yield True
