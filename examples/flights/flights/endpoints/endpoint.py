"""What the demo knows about a pair of views."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Endpoint:
    """One answer in two ways, under one path: bytes must be equal, and DRF's hold the path."""

    name: str
    """Short, for the tables."""
    about: str
    """One sentence for the report."""
    path: str
    """The route."""
    django_way: Callable[..., Any]
    native: Callable[..., Any]
    query: str = ""
    """The query string that the demo asks with."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """What the demo puts in the route's places."""
    is_loaded_with_wrk: bool = False
    """Whether the demo also measures requests per second."""

    @property
    def url(self) -> str:
        """The path and query that the demo asks for."""
        path = re.sub(r"<str:(\w+)>", lambda place: self.arguments[place[1]], self.path)
        return f"/{path}" + (f"?{self.query}" if self.query else "")
