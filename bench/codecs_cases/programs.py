"""Peers and Molt as programs that take turns: `bench/codecs_peers/turns.hpp` has the protocol."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent / "codecs_peers"

# The source, what it is linked with, and the Debian package that brings it.
SOURCES = [
    ("simdjson.cpp", ["-lsimdjson"], "libsimdjson-dev"),
    ("rapidjson.cpp", [], "rapidjson-dev"),
    ("msgpack_c.cpp", ["-lmsgpackc"], "libmsgpack-dev"),
    ("libcbor.cpp", ["-lcbor"], "libcbor-dev"),
]
COMPILE = ["g++", "-std=c++17", "-O3", "-march=native", "-DNDEBUG", "-w"]


class Program:
    """A program that answers a line with a line."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.name, self.version = self._answer().split("\t")

    def turn(self, case: str, path: Path, milliseconds: float) -> float | None:
        """Nanoseconds of a call, the median of one turn; None where there is no such case."""
        answer = self._ask("run", case, str(path), str(milliseconds))
        return None if answer == "none" else float(answer)

    def result(self, case: str, path: Path) -> bytes | None:
        """What a call comes to; None where there is no such case."""
        with tempfile.NamedTemporaryFile(prefix="molt-bench-") as output:
            answer = self._ask("show", case, str(path), output.name)
            return None if answer == "none" else Path(output.name).read_bytes()

    def forget(self) -> None:
        """Does nothing: what a program keeps is in nobody's way."""

    def close(self) -> None:
        """Ends the program."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, *words: str) -> str:
        assert self._process.stdin
        print(*words, sep="\t", file=self._process.stdin, flush=True)
        answer = self._answer()
        if answer.startswith("failed\t"):
            raise RuntimeError(f"{self.name}: {answer[7:]}")
        return answer

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait()}")
        return line.rstrip("\n")


def compiled(folder: Path) -> tuple[list[Program], list[str]]:
    """The peers in C and C++, and a sentence for each that is not there."""
    programs, missing = [], []
    for source, libraries, package in SOURCES:
        output = folder / Path(source).stem
        command = [*COMPILE, str(PEERS / source), "-o", str(output), *libraries]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            missing.append(f"{source} was not compiled: there is no g++ (Debian: g++)")
        except subprocess.CalledProcessError as failure:
            reason = failure.stderr.decode(errors="replace").splitlines()[:1]
            missing.append(f"{source} was not compiled (Debian: {package}): {' '.join(reason)}")
        else:
            programs.append(Program([str(output)]))
    return programs, missing
