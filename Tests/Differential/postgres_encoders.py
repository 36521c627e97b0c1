"""What Python's encoders make of one value: Django's, DRF's, MessagePack and `csv.writer`.

The encoders are written out here; where Django and DRF are installed, their own must say the same.
"""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import json
import struct
import uuid
from typing import Any

STYLES = ("django", "drf", "compact", "messagepack", "csv")

try:
    from django.core.serializers.json import DjangoJSONEncoder
    from rest_framework.utils.encoders import JSONEncoder as DRFEncoder
except ImportError:
    DjangoJSONEncoder = DRFEncoder = None


class Refused(Exception):
    """Molt does not answer this."""


def packed(value: Any) -> bytes:
    """Encode a value in MessagePack, as short as it gets."""
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        return _packed_integer(value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return _packed_header(len(data), 0xA0, 32, (0xD9, 0xDA, 0xDB)) + data
    if isinstance(value, bytes):
        return _packed_header(len(value), 0, 0, (0xC4, 0xC5, 0xC6)) + value
    if isinstance(value, list):
        head = _packed_header(len(value), 0x90, 16, (None, 0xDC, 0xDD))
        return head + b"".join(map(packed, value))
    head = _packed_header(len(value), 0x80, 16, (None, 0xDE, 0xDF))
    return head + b"".join(packed(key) + packed(item) for key, item in value.items())


def _packed_header(count: int, fix: int, limit: int, marks: tuple[int | None, int, int]) -> bytes:
    if count < limit:
        return bytes([fix | count])
    if marks[0] is not None and count < 2**8:
        return bytes([marks[0], count])
    return (
        struct.pack(">BH", marks[1], count)
        if count < 2**16
        else struct.pack(">BI", marks[2], count)
    )


def _packed_integer(value: int) -> bytes:
    if -32 <= value < 128:
        return struct.pack(">b", value) if value < 0 else bytes([value])
    for mark, form in (
        zip(range(0xCC, 0xD0), "BHIQ", strict=False)
        if value > 0
        else zip(range(0xD0, 0xD4), "bhiq", strict=False)
    ):
        try:
            return struct.pack(">B" + form, mark, value)
        except struct.error:
            continue
    raise Refused


def duration_iso(value: datetime.timedelta) -> str:
    """Return Django's `duration_iso_string`."""
    sign, value = ("-", -value) if value < datetime.timedelta(0) else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}P{value.days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S"


def duration_django(value: datetime.timedelta) -> str:
    """Return Django's `duration_string`."""
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = f"{value.days} " if value.days else ""
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{days}{hours:02d}:{minutes:02d}:{seconds:02d}{fraction}"


def with_z(text: str) -> str:
    """Shorten the offset of UTC."""
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def django_default(value: Any) -> Any:
    """Do what `DjangoJSONEncoder.default` does."""
    if isinstance(value, datetime.datetime):
        text = value.isoformat()
        return with_z(text[:23] + text[26:] if value.microsecond else text)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat()[:12] if value.microsecond else value.isoformat()
    if isinstance(value, datetime.timedelta):
        return duration_iso(value)
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    raise Refused


def drf_default(value: Any) -> Any:
    """Do what DRF's `JSONEncoder.default` does, but for bytes."""
    if isinstance(value, datetime.datetime):
        return with_z(value.isoformat())
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(value.total_seconds())
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    raise Refused


def json_answer(style: str, value: Any) -> bytes:
    """Return the answer `[value]` in a JSON style."""
    options: dict[str, Any] = {}
    if style != "django":
        options = {"ensure_ascii": False, "separators": (",", ":")}
    if style == "drf":
        options["allow_nan"] = False
    default = drf_default if style == "drf" else django_default
    try:
        text = json.dumps([value], default=default, **options)
    except ValueError:
        raise Refused from None
    theirs = DRFEncoder if style == "drf" else DjangoJSONEncoder
    if theirs is not None and text != json.dumps([value], cls=theirs, **options):
        raise AssertionError(f"{theirs} does not write {value!r} as {text}")
    if style == "drf":
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode()


def plain(value: Any) -> Any:
    """Return what MessagePack has for a value."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return (
        value if isinstance(value, (int, float, str, bytes, type(None))) else django_default(value)
    )


def csv_answer(value: Any) -> bytes:
    """Return the line of a CSV file."""
    if isinstance(value, (list, dict, bytes)):
        raise Refused
    output = io.StringIO()
    csv.writer(output).writerow([value])
    return output.getvalue().encode()


def answer(style: str, value: Any) -> bytes:
    """Return what a style makes of a list with one row of one value."""
    if style == "messagepack":
        return packed([plain(value)])
    if style == "csv":
        return csv_answer(value)
    return json_answer(style, value)
