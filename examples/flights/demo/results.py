"""What the demo measured, as plain values that the tables and the report read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

DJANGO, IN_PROCESS, WORKER = "django", "inprocess", "worker"
LANES = (IN_PROCESS, WORKER)
TITLES = {DJANGO: "Django", IN_PROCESS: "Molt in process", WORKER: "Molt worker"}
SHORT = {DJANGO: "Django", IN_PROCESS: "in process", WORKER: "worker"}


@dataclass
class Answer:
    """What identifies one answer."""

    status: int
    content_type: str
    byte_count: int
    digest: str
    problem: str = ""
    """Why there was no answer, in one line."""


@dataclass
class Load:
    """What wrk saw of one server."""

    requests_per_second: float
    p50: float
    """Milliseconds."""
    p99: float
    failures: int


@dataclass
class Result:
    """Everything about one endpoint, by way."""

    name: str
    about: str
    url: str
    sources: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    """Median milliseconds through Django's handler."""
    loads: dict[str, Load] = field(default_factory=dict)

    def is_identical(self, way: str) -> bool:
        """Whether a lane's answer is the Django way's: status, content type and every byte."""
        answer = self.answers.get(way)
        return answer is not None and not answer.problem and answer == self.answers[DJANGO]

    def speedup(self, way: str) -> float:
        """How many times sooner a lane answers in process."""
        return self.times[DJANGO] / self.times[way]

    def load_ratio(self, way: str) -> float:
        """How many times the requests per second a lane serves."""
        return self.loads[way].requests_per_second / self.loads[DJANGO].requests_per_second


@dataclass
class Report:
    """One run of the demo."""

    database: str
    """Its name and version, such as `SQLite 3.40.1`."""
    lanes: list[str]
    """Those that were compared with the Django way."""
    machine: dict[str, str]
    versions: dict[str, str]
    settings: dict[str, Any]
    results: list[Result]

    @property
    def ways(self) -> list[str]:
        """The Django way and the lanes."""
        return [DJANGO, *self.lanes]

    def different(self) -> list[tuple[Result, str]]:
        """The answers that are not the Django way's, with their lane."""
        return [
            (result, lane)
            for result in self.results
            for lane in self.lanes
            if not result.is_identical(lane)
        ]

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries, for results.json."""
        return asdict(self)
