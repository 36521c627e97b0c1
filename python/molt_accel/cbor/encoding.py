"""Python objects to CBOR, with cbor2's keywords.

dumps({"id": 5})  ->  a1 62 69 64 05
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any, Final

from molt_accel._codecs import codecs, pure_codecs, shortcut
from molt_accel.cbor.errors import CBOREncodeTypeError, CBOREncodeValueError
from molt_accel.cbor.tags import encode_as_tag
from molt_accel.cbor.types import CBORTag

__all__ = ["CBOREncoder", "dump", "dumps"]

_EncoderHook = Callable[[Any, Any], None]

_dumps: Final[Callable[..., bytes]] = codecs.cbor_dumps
_TEXT_TYPES: Final = codecs.DJANGO_TYPES | codecs.DRF_TYPES | codecs.ISO_TYPES
_STYLES: Final = {
    None: 0,
    "django": codecs.DJANGO_TYPES,
    "drf": codecs.DRF_TYPES,
    "compact": codecs.ISO_TYPES,
}


class CBOREncoder:
    """What ``default`` is called with: `encode` says what stands in the value's place."""

    def __init__(self, canonical: bool, timezone: tzinfo | None, as_number: bool) -> None:
        self.canonical = canonical
        self.timezone = timezone
        self.datetime_as_timestamp = as_number
        self.values: list[Any] = []

    def encode(self, obj: Any) -> None:
        """Writes `obj` in the value's place."""
        self.values.append(obj)

    def encode_semantic(self, tag: int, value: Any) -> None:
        """Writes a tag with its value."""
        self.values.append(CBORTag(tag, value))


class _Rest:
    """The ``default`` of the codecs: the other types of cbor2, then the user's function."""

    __slots__ = ("as_datetime", "as_number", "default", "flags", "timezone")

    def __init__(
        self,
        as_number: bool,
        timezone: tzinfo | None,
        default: _EncoderHook | None,
        as_datetime: bool,
        canonical: bool | str,
        style: str | None,
    ) -> None:
        if canonical not in (False, True, "rfc8949"):
            raise ValueError(f'canonical is False, True or "rfc8949", not {canonical!r}')
        if style not in _STYLES:
            raise ValueError(f"there is no style {style!r}: use django, drf or compact")
        self.as_number = as_number
        self.timezone = timezone
        self.default = default
        self.as_datetime = as_datetime
        self.flags = int(_STYLES[style])
        if canonical:
            self.flags |= codecs.CBOR_SORTED if canonical == "rfc8949" else codecs.CBOR_CANONICAL
        if as_number:
            self.flags |= codecs.CBOR_DATETIME_NUMBERS

    def __call__(self, value: Any) -> Any:
        if self.flags & _TEXT_TYPES:
            return self.unknown(value)
        if isinstance(value, datetime):
            return self.aware(value)
        if self.as_datetime and isinstance(value, date):
            return self.aware(datetime.combine(value, time()))
        if isinstance(value, (set, frozenset)) and self.flags & (
            codecs.CBOR_CANONICAL | codecs.CBOR_SORTED
        ):
            return CBORTag(258, self.sorted(value))
        made = encode_as_tag(value, self.as_number)
        return self.unknown(value) if made is NotImplemented else made

    def unknown(self, value: Any) -> Any:
        """What the user's function answers, or an error."""
        if self.default is None:
            raise CBOREncodeTypeError(f"cannot encode type {type(value)}")
        return self.hook(self.default)(value)

    def aware(self, value: datetime) -> datetime:
        if value.tzinfo is not None or self.timezone is None:
            raise CBOREncodeValueError(
                "naive datetime encountered and no default timezone has been set"
            )
        return value.replace(tzinfo=self.timezone)

    def sorted(self, values: set[Any] | frozenset[Any]) -> list[Any]:
        """The elements of a set in the order of their encodings."""
        encoded = [(_dumps(value, self.flags, self), value) for value in values]
        is_bytewise = self.flags & codecs.CBOR_SORTED
        encoded.sort(key=lambda pair: pair[0] if is_bytewise else (len(pair[0]), pair[0]))
        return [value for _, value in encoded]

    def hook(self, function: _EncoderHook) -> Callable[[Any], Any]:
        """A function of cbor2's manner as one that answers what is written."""

        def encode(value: Any) -> Any:
            canonical = bool(self.flags & (codecs.CBOR_CANONICAL | codecs.CBOR_SORTED))
            encoder = CBOREncoder(canonical, self.timezone, self.as_number)
            function(encoder, value)
            if len(encoder.values) != 1:
                raise CBOREncodeValueError(
                    f"for a value of {type(value)} one value must be encoded, "
                    f"not {len(encoder.values)}"
                )
            return encoder.values[0]

        return encode


_NO_CHOICES: Final = (False, None, None, False, False, None)
_PLAIN: Final = _Rest(*_NO_CHOICES)


@shortcut("cbor_dumps", _PLAIN.flags, _PLAIN)
def dumps(
    obj: Any,
    *,
    datetime_as_timestamp: bool = False,
    timezone: tzinfo | None = None,
    value_sharing: bool = False,
    encoders: Mapping[type, _EncoderHook] | None = None,
    default: _EncoderHook | None = None,
    canonical: bool | str = False,
    date_as_datetime: bool = False,
    string_referencing: bool = False,
    indefinite_containers: bool = False,
    style: str | None = None,
) -> bytes:
    """`obj` as CBOR; the bytes of ``cbor2.dumps`` for the same keywords.

    ``canonical=True`` sorts keys by the length of their encoding first, as RFC 7049 and cbor2 do;
    ``canonical="rfc8949"`` sorts them bytewise (section 4.2.1). `timezone` is that of naive
    datetimes. ``default(encoder, value)`` gets a value of an unknown type and calls
    ``encoder.encode`` with what is written in its place. `style` (``django``, ``drf``,
    ``compact``) writes datetimes, Decimal and UUID as JSON does, as texts instead of tags; other
    types that JSON does not have then go to `default`.

    Raises `CBOREncodeError`, and ``RecursionError`` for nesting beyond 1,024 levels or a cycle.
    """
    choices = (datetime_as_timestamp, timezone, default, date_as_datetime, canonical, style)
    rest = _PLAIN if choices == _NO_CHOICES else _Rest(*choices)
    if value_sharing or string_referencing or indefinite_containers or encoders:
        extras = {
            "value_sharing": value_sharing,
            "string_referencing": string_referencing,
            "indefinite_containers": indefinite_containers,
            "encoders": {kind: rest.hook(encode) for kind, encode in (encoders or {}).items()},
        }
        return bytes(pure_codecs().cbor_dumps(obj, rest.flags, rest, extras))
    return _dumps(obj, rest.flags, rest)


def dump(obj: Any, fp: Any, **options: Any) -> None:
    """Writes `obj` to a binary file; the keywords of `dumps`."""
    fp.write(dumps(obj, **options))
