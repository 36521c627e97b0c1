"""Passwords and tokens: hashes, JSON Web Tokens and Django's login view beside their peers.

Hashes and tokens are computed in one process, in turns, from Python on both sides; medians count.
What everybody comes to is compared before anything is timed. Then Django's login view answers under
gunicorn, with Molt's hashers and with Django's, over the same stored hashes. What is not installed
is left out and said so.
"""

from __future__ import annotations

import argparse
import sys

import alternating
import recording
from auth_cases import login, passwords, tokens
from auth_cases.operation import Operation
from recording import Case, compared

PARTS = ["passwords", "tokens", "login"]


def main() -> int:
    """Measures everything, prints and writes."""
    options = arguments()
    cases: list[Case] = []
    for part in [options.only] if options.only else PARTS:
        found = measured(part, options.quick)
        recording.show(part.capitalize(), found)
        cases += found
    if not options.only:
        print(f"\n{recording.write('auth', cases)}")
    return 0


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--only", choices=PARTS, help="one of the parts")
    return parser.parse_args()


def measured(part: str, quick: bool) -> list[Case]:
    """The cases of one part."""
    if part == "login":
        return login.cases(1 if quick else 3, 3)
    operations = passwords.operations() if part == "passwords" else tokens.operations()
    rounds = {"passwords": 3 if quick else 9, "tokens": 10 if quick else 40}[part]
    return [case for operation in operations for case in compare(operation, rounds)]


def compare(operation: Operation, rounds: int) -> list[Case]:
    """One operation beside each of its peers."""
    operation.check()
    times = alternating.measure(operation.calls(), rounds, operation.turn)
    factor = {"ms": 1, "µs": 1e3}[operation.unit]
    ours = times["Molt"].median * factor
    return [
        compared(
            operation.case, ours, times[peer.name].median * factor, peer.name, peer.version,
            operation.unit,
        )
        for peer in operation.peers
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
