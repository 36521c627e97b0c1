"""A database in pure Python that answers as docs/formats/shape.md says.

It stands in for libmolt where that is not built, so that everything around the native call is
tested all the same. It reads the file through plain sqlite3, without Django's converters.
"""

import csv
import datetime
import decimal
import io
import json
import sqlite3
import uuid

from django.db.backends.sqlite3._functions import register
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.duration import duration_iso_string, duration_string

from molt_accel._messagepack import pack, unpack
from molt_accel.errors import InvalidInput, TooLarge, Unsupported


class OracleDatabase:
    def __init__(self, path):
        self.path = path

    def prepare(self, sql, shape):
        return OracleStatement(self.path, sql, unpack(shape))


class OracleStatement:
    runs = 0

    def __init__(self, path, sql, shape):
        assert set(shape) <= {"version", "style", "layout", "envelope", "fields", "header"}
        self.path, self.sql, self.shape = path, sql, shape

    def _rows(self, parameters):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        register(connection)
        try:
            return connection.execute(self.sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            raise InvalidInput(str(error)) from None
        finally:
            connection.close()

    def run(self, arguments, *, timeout=None, row_limit=0, byte_limit=0):
        parameters, envelope = unpack(arguments)
        rows = self._rows(parameters)
        OracleStatement.runs += 1
        if row_limit and len(rows) > row_limit:
            raise TooLarge(f"The answer has more than {row_limit} rows.")
        shape, style = self.shape, self.shape["style"]
        written = [self._row(row, number) for number, row in enumerate(rows)]
        if style == "csv":
            return self._csv(written)
        data = written
        if "envelope" in shape:
            parts = shape["envelope"]
            assert len(envelope) == len(parts["before"]) + len(parts["after"])
            values = iter(envelope)
            data = {name: next(values) for name in parts["before"]}
            data[parts["rows"]] = written
            data |= {name: next(values) for name in parts["after"]}
        if style == "messagepack":
            return messagepack(data, written)
        return dump(data, style)

    async def run_async(self, arguments, **limits):
        return self.run(arguments, **limits)

    def stream(self, arguments, **limits):
        body = self.run(arguments, **limits)
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    async def stream_async(self, arguments, **limits):
        for piece in self.stream(arguments, **limits):
            yield piece

    def _row(self, row, number):
        style, layout = self.shape["style"], self.shape["layout"]
        values = self._nest(self.shape["fields"], row, style, number)
        if layout == "objects":
            return values
        if layout == "arrays":
            return list(values.values())
        return next(iter(values.values()))

    def _nest(self, fields, row, style, number):
        nest = {}
        for field in fields:
            if "fields" in field:
                if "null_when" in field and row[field["null_when"]] is None:
                    nest[field["name"]] = None
                else:
                    nest[field["name"]] = self._nest(field["fields"], row, style, number)
            else:
                value = row[field["column"]]
                try:
                    nest[field["name"]] = None if value is None else leaf(value, field, style)
                except Unsupported as error:
                    error.offset = number
                    raise
        return nest

    def _csv(self, rows):
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        if self.shape.get("header"):
            writer.writerow([field["name"] for field in self.shape["fields"]])
        writer.writerows(rows)
        return buffer.getvalue().encode()


def messagepack(data, rows):
    """MessagePack with the rows as an array 32."""
    packed = b"\xdd" + len(rows).to_bytes(4, "big") + b"".join(pack(row) for row in rows)
    if data is rows:
        return packed
    pairs = [pack(key) + (packed if value is rows else pack(value)) for key, value in data.items()]
    return bytes((0x80 | len(data),)) + b"".join(pairs)


def dump(data, style):
    if style == "drf":
        try:
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except ValueError:
            raise Unsupported("not finite") from None
        return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()
    if style == "compact":
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return json.dumps(data).encode()


def leaf(value, field, style):
    """The JSON value of a stored value."""
    kind, cast = field["type"], field.get("cast", False)
    allowed = {"name", "column", "type", "notation", "cast", "digits", "places", "exact"}
    assert set(field) <= allowed | {"zone", "path"}, field
    if kind in ("any", "integer", "float", "text"):
        return _stored(value, kind if cast else None)
    if kind == "binary":
        return value
    handler = {
        "boolean": lambda: bool(value) if value in (0, 1) else value,
        "decimal": lambda: _decimal(value, field),
        "date": lambda: _parsed(value, parse_date).isoformat(),
        "time": lambda: _time(_parsed(value, parse_time), field),
        "datetime": lambda: _datetime(_parsed(value, parse_datetime), field),
        "duration": lambda: _duration(value, field),
        "uuid": lambda: str(uuid.UUID(value)),
        "json": lambda: _json(value, field),
    }
    return handler[kind]()


def _stored(value, cast):
    if isinstance(value, bytes) or (cast in ("integer", "float") and isinstance(value, str)):
        raise Unsupported("not stored as declared")
    if cast:
        try:
            return {"integer": int, "float": float, "text": str}[cast](value)
        except (ValueError, OverflowError):
            raise Unsupported("not finite") from None
    return value


def _parsed(value, parse):
    parsed = parse(value) if isinstance(value, str) else None
    if parsed is None or (str(parsed) != value):
        raise Unsupported("not in canonical form")
    return parsed


def _decimal(value, field):
    if isinstance(value, str):
        raise Unsupported("a decimal stored as text")
    if isinstance(value, int) and field.get("exact"):
        number = decimal.Decimal(value)
    else:
        number = decimal.Context(prec=15).create_decimal_from_float(value)
    try:
        if field["places"] is not None:
            step = decimal.Decimal(1).scaleb(-field["places"])
            number = number.quantize(step, context=decimal.Context(prec=field["digits"]))
    except decimal.InvalidOperation:
        raise Unsupported("too many digits") from None
    return format(number, "f") if field.get("notation") == "plain" else str(number)


def _time(value, field):
    text = value.isoformat()
    if field.get("notation", "django") == "django" and value.microsecond:
        return text[:12]
    return text


def _datetime(value, field):
    notation = field.get("notation", "django")
    suffix = ""
    if field["zone"] == "utc":
        suffix = "+00:00" if notation == "python" else "Z"
    text = value.isoformat(" " if notation == "python" else "T")
    if notation == "django" and value.microsecond:
        text = text[:23]
    return text + suffix


def _duration(value, field):
    if not isinstance(value, int):
        raise Unsupported("a duration that is no integer")
    span = datetime.timedelta(0, 0, value)
    notation = field.get("notation", "iso")
    writers = {
        "iso": duration_iso_string,
        "django": duration_string,
        "python": str,
        "seconds": lambda span: str(span.total_seconds()),
    }
    return writers[notation](span)


def _json(value, field):
    if not isinstance(value, str):
        if field.get("path"):
            return value
        raise Unsupported("JSON that is no text")
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value
