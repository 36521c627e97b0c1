"""One thing that ours and its peers do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

Call = Callable[[], Any]


@dataclass(frozen=True)
class Peer:
    """Somebody who does the same."""

    name: str
    version: str
    call: Call


@dataclass(frozen=True)
class Operation:
    """A case with everybody's call; all must come to the same when they are shown."""

    case: str
    unit: str
    ours: Call
    peers: list[Peer]
    turn: int
    """Calls of a turn."""
    shown: Callable[[Any], Any]
    """What a result must be compared by."""

    def check(self) -> None:
        """Raises: RuntimeError when a peer comes to something else."""
        expected = self.shown(self.ours())
        for peer in self.peers:
            if self.shown(peer.call()) != expected:
                raise RuntimeError(f"{self.case}: {peer.name} comes to something else")

    def calls(self) -> Mapping[str, Call]:
        """Everybody by name; ours is Molt."""
        return {"Molt": self.ours, **{peer.name: peer.call for peer in self.peers}}


def installed(package: str) -> str | None:
    """The version of a package; None, and a line that says so, where it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        print(f"{package} is not installed: left out")
        return None
