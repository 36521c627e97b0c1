"""Runs the Python examples of one document inside the flights example, natively.

    python run_examples.py README.md

The blocks of a document share one namespace, as if they stood in one file. Afterwards every view
in it answers a request. Fails unless

- each block runs, and prints what the comments below its `print` lines say;
- each view that uses Molt is answered natively (the example's settings are strict);
- two views `x` and `native_x` answer the same bytes.

MOLT_LIBRARY and FLIGHTS_DATABASE name the library and a file for the example's database.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import inspect
import io
import os
import re
import sys
from typing import Any

from pages import ROOT, Block, blocks

sys.path[:0] = [str(ROOT / "examples/flights"), str(ROOT / "python")]
os.environ["DJANGO_SETTINGS_MODULE"] = "flights_site.settings"


def main() -> None:
    """Runs the document that the command line names."""
    document = ROOT / sys.argv[1]
    import django

    django.setup()
    fill()
    namespace = given()
    before = set(namespace)
    for block in blocks(document, "python"):
        run(block, namespace)
    answers = asyncio.run(views(namespace, set(namespace) - before))
    for name, answer in answers.items():
        twin = answers.get("native_" + name)
        assert twin in (None, answer), f"{name} and native_{name} answer different bytes"
    print(f"{len(answers)} views answered: {', '.join(sorted(answers))}")


def fill() -> None:
    """Makes the example's tables and a few flights."""
    from django.core.management import call_command
    from flights.models import Airline, Airport, Flight

    call_command("migrate", verbosity=0)
    airline = Airline.objects.create(carrier="B6", name="JetBlue Airways")
    place = {"lat": 40.6398, "lon": -73.7789, "alt": 13, "tz": -5, "dst": "A"}
    origin = Airport.objects.create(faa="JFK", name="John F Kennedy Intl", **place)
    day, noon = datetime.date(2013, 1, 1), datetime.time(12)
    hour = datetime.datetime(2013, 1, 1, 17, tzinfo=datetime.timezone.utc)
    for number in (725, 79, 301):
        Flight.objects.create(
            date=day,
            number=number,
            airline=airline,
            origin=origin,
            sched_dep_time=noon,
            sched_arr_time=noon,
            dep_delay=number,
            distance=1576,
            time_hour=hour,
            cancelled=False,
        )


def given() -> dict[str, Any]:
    """What the examples take for granted: a project with flights."""
    from flights.endpoints.rest import FlightSerializer
    from flights.models import Flight

    from molt_accel.django import QuerySetResponse

    return {
        "Flight": Flight,
        "FlightSerializer": FlightSerializer,
        "QuerySetResponse": QuerySetResponse,
    }


def run(block: Block, namespace: dict[str, Any]) -> None:
    """Executes a block and compares what it prints with the comments below each `print` line."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.text, f"line {block.line}", "exec"), namespace)
    expected: list[str] = []
    follows_print = False
    for line in block.text.splitlines():
        if follows_print and line.startswith("# "):
            expected.append(line[2:])
        else:
            follows_print = line.startswith("print(")
    # Django 4.2 selects columns without AS.
    expected, found = (
        re.sub(r' AS "\w+"', "", "\n".join(lines)).splitlines()
        for lines in (expected, printed.getvalue().splitlines())
    )
    assert found == expected, f"line {block.line} prints {found}, not {expected}"


async def views(namespace: dict[str, Any], names: set[str]) -> dict[str, bytes]:
    """The answers of everything in a namespace that is a view."""
    answers = {}
    for name in sorted(names):
        view = as_view(namespace[name])
        if view is not None:
            answers[name] = await body(view)
    return answers


def as_view(found: Any) -> Any:
    """A view as a function of a request; None for anything else."""
    from molt_accel.django.drf import MoltListMixin

    if inspect.isclass(found):
        if not issubclass(found, MoltListMixin) or found is MoltListMixin:
            return None
        is_viewset = hasattr(found, "get_extra_actions")
        return found.as_view({"get": "list"}) if is_viewset else found.as_view()
    is_view = inspect.isfunction(found) and list(inspect.signature(found).parameters) == ["request"]
    return found if is_view else None


async def body(view: Any) -> bytes:
    """The body that a view answers; the synchronous ones run in a thread of their own."""
    from asgiref.sync import sync_to_async
    from django.test import RequestFactory

    from molt_accel.django import counters

    counters.reset()
    request = RequestFactory().get("/")
    if inspect.iscoroutinefunction(view):
        content: bytes = (await view(request)).content
    else:
        content = await sync_to_async(lambda: synchronous(view, request))()
    count = counters.snapshot()
    assert not count["python"], f"{view} took the Python path: {count}"
    uses_molt = "JsonResponse" not in getattr(view, "__code__", compile("0", "", "eval")).co_names
    assert bool(count["native"]) is uses_molt, f"{view} was not answered natively: {count}"
    return content


def synchronous(view: Any, request: Any) -> bytes:
    """The whole body of a synchronous view."""
    response = view(request)
    if hasattr(response, "render"):
        response.render()
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


if __name__ == "__main__":
    main()
