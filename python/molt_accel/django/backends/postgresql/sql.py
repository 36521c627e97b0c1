"""SQL as psycopg would read it, with the parameters where the server expects them.

SELECT "a" || '%%' FROM "t" WHERE "id" %% 2 = %s AND "b" = %s
  ->  SELECT "a" || '%' FROM "t" WHERE "id" % 2 = $1 AND "b" = $2
"""

from __future__ import annotations

import re

from molt_accel.django.reasons import NotNative, Reason

__all__ = ["with_dollars"]

# What PostgreSQL reads as one token whatever is in it, and the two signs that mean something
# outside: psycopg's % and the server's $. A string may hold doubled quotes, E'...' backslashes.
_TOKEN = re.compile(
    r"""
      (?P<quoted>
          (?<![\w$]) [eE] ' (?: [^'\\] | \\. | '' )* '
        | ' (?: [^'] | '' )* '
        | " (?: [^"] | "" )* "
        | -- [^\n]*
      )
    | (?P<refused> /\* | \$ (?: [^\W\d]\w* )? \$ | (?<![\w$]) \$ \d | ' | " )
    | % (?P<directive> .? )
    """,
    re.VERBOSE | re.DOTALL,
)


def with_dollars(sql: str) -> str:
    """``%s`` -> ``$1``, ``$2``, …, and ``%%`` -> ``%``.

    Raises `NotNative` for SQL that only psycopg can fill: a parameter inside quotes or a comment,
    which is text to the server, and parameters that it names or numbers itself.
    """
    count = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal count
        quoted = match["quoted"]
        if quoted is not None:
            if "%" in quoted.replace("%%", ""):
                raise _refusal("a parameter inside quotes or a comment")
            return quoted.replace("%%", "%")
        if match["refused"] is not None:
            raise _refusal(f"{match['refused']!r}, which only a driver that knows it can pass on")
        directive = match["directive"]
        if directive == "%":
            return "%"
        if directive != "s":
            raise _refusal(f"the placeholder {match[0]!r}")
        count += 1
        return f"${count}"

    return _TOKEN.sub(replaced, sql)


def _refusal(what: str) -> NotNative:
    return NotNative(Reason.QUERY, f"The SQL has {what}: use %s and plain quotes.")
