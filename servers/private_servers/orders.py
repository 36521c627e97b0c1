"""What `servers/postgres.py serve` does for a program in any language, line by line.

    <- MOLT_TEST_POSTGRES=postgresql://molt@/molt?host=…    a line each, then an empty one
    -> kill
    <- ok
    -> start
    <- ok
    -> proxy delay=0.01 chunk=1
    <- ok 40117
    -> faults 40117 stall_after=0
    <- ok
    -> certificate nonesuch
    <- error there is no certificate nonesuch

The end of the input ends the server, so that it never outlives the program that started it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import TextIO

from .certificates import SUBJECTS
from .postgres import PostgresServer
from .processes import ServerFailed
from .proxy import Faults, FaultyProxy


class OrderError(Exception):
    """An order that makes no sense."""


def follow(
    server: PostgresServer,
    variables: dict[str, str],
    orders: TextIO | None = None,
    answers: TextIO | None = None,
) -> None:
    """Answers every order until the input ends."""
    answers = answers or sys.stdout
    print("".join(f"{name}={value}\n" for name, value in variables.items()), file=answers)
    answers.flush()
    with Orders(server) as desk:
        for line in orders or sys.stdin:
            print(desk.answer(line), file=answers, flush=True)


class Orders(contextlib.ExitStack):
    """The orders by name, and the proxies that some of them started."""

    def __init__(self, server: PostgresServer) -> None:
        super().__init__()
        self._server = server
        self._verbs: dict[str, Callable[[str], str]] = {
            "start": lambda _: done(server.start),
            "stop": lambda _: done(server.stop),
            "kill": lambda _: done(server.kill),
            "restart": lambda _: done(server.restart),
            "certificate": self._certificate,
            "proxy": self._proxy,
            "faults": self._faults,
            "cut": lambda port: done(self._found(port).cut),
        }
        self._proxies: dict[str, FaultyProxy] = {}

    def answer(self, line: str) -> str:
        """`ok` with a value, or `error` with a sentence."""
        verb, _, rest = line.strip().partition(" ")
        try:
            if verb not in self._verbs:
                raise OrderError(f"there is no order {verb}: they are {', '.join(self._verbs)}")
            return f"ok {self._verbs[verb](rest)}".rstrip()
        except (OrderError, ServerFailed) as error:
            return "error " + " | ".join(str(error).splitlines())

    def _certificate(self, name: str) -> str:
        if name not in SUBJECTS:
            raise OrderError(f"there is no certificate {name}: they are {', '.join(SUBJECTS)}")
        return done(lambda: self._server.use_certificate(name))

    def _proxy(self, words: str) -> str:
        proxy = self.enter_context(FaultyProxy(self._server.port, faults(words)))
        self._proxies[str(proxy.port)] = proxy
        return str(proxy.port)

    def _faults(self, words: str) -> str:
        port, _, rest = words.partition(" ")
        self._found(port).faults = faults(rest)
        return ""

    def _found(self, port: str) -> FaultyProxy:
        if port not in self._proxies:
            raise OrderError(f"there is no proxy on the port {port}")
        return self._proxies[port]


def done(action: Callable[[], None]) -> str:
    """The value of an order that has none."""
    action()
    return ""


def faults(words: str) -> Faults:
    """Faults from `delay=0.01 chunk=1 cut_after=100 stall_after=100 reset=1`."""
    kinds: dict[str, Callable[[str], float | int | bool]] = {
        "delay": float,
        "chunk": int,
        "cut_after": int,
        "stall_after": int,
        "reset": lambda word: bool(int(word)),
    }
    try:
        pairs = (word.split("=", 1) for word in words.split())
        return Faults(**{name: kinds[name](value) for name, value in pairs})  # type: ignore[arg-type]
    except (KeyError, ValueError) as error:
        raise OrderError(f"a proxy takes {', '.join(kinds)}, each as name=number") from error
