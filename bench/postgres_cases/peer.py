"""The form of a peer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version

from private_servers import PostgresServer

Call = Callable[[], object]


@dataclass(frozen=True)
class Peer:
    """Something to measure on a server."""

    name: str
    packages: tuple[str, ...]
    open: Callable[[PostgresServer], AbstractContextManager[Call]]
    """Connects, prepares and yields what is to be timed; disconnects afterwards."""
    queries: int = 1
    """How many queries a call makes."""

    @property
    def versions(self) -> str:
        """The versions of what it is made of."""
        return " + ".join(version(package) for package in self.packages)


@contextlib.contextmanager
def opened(peers: Iterable[Peer], server: PostgresServer) -> Iterator[dict[str, Call]]:
    """The calls of several peers by name, ready for `alternating.measure`."""
    with contextlib.ExitStack() as stack:
        yield {peer.name: stack.enter_context(peer.open(server)) for peer in peers}
