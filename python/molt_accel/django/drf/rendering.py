"""Renderers and parsers of Django REST framework on Molt's codecs.

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": [
        "molt_accel.django.drf.MoltJSONRenderer",
        "molt_accel.django.drf.MessagePackRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["molt_accel.django.drf.MoltJSONParser"],
}
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from rest_framework.compat import INDENT_SEPARATORS, LONG_SEPARATORS, SHORT_SEPARATORS
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from molt_accel import cbor, json, msgpack

__all__ = [
    "CBORParser",
    "CBORRenderer",
    "MessagePackParser",
    "MessagePackRenderer",
    "MoltJSONParser",
    "MoltJSONRenderer",
]

_other_types: Final[Callable[[Any], Any]] = JSONEncoder().default
"""QuerySets, bytes, arrays and other iterables, as DRF's encoder has them."""


class MoltJSONRenderer(JSONRenderer):
    """JSONRenderer with the same bytes and errors; ``indent`` in the Accept header included.

    A subclass that has an ``encoder_class`` of its own renders as it would without Molt.
    """

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of `data`; none for None."""
        if data is None:
            return b""
        if self.encoder_class is not JSONEncoder:
            body: bytes = super().render(data, accepted_media_type, renderer_context)
            return body
        indent = self.get_indent(accepted_media_type, renderer_context or {})
        separators = SHORT_SEPARATORS if self.compact else LONG_SEPARATORS
        return json.dumpb(
            data,
            style="drf",
            ensure_ascii=bool(self.ensure_ascii),
            allow_nan=not self.strict,
            indent=indent,
            separators=separators if indent is None else INDENT_SEPARATORS,
            default=_other_types,
        )


class MoltJSONParser(JSONParser):
    """JSONParser with the same values and errors; NaN by the setting ``STRICT_JSON``."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of the body; ``ParseError`` for what is not JSON."""
        body = stream.read()
        if _is_utf8(parser_context):
            with contextlib.suppress(ValueError):
                return json.loads(body, rfc8259=True)
        # NaN where it is allowed, other charsets, and DRF's own sentence for what is wrong.
        return super().parse(io.BytesIO(body), media_type, parser_context)


class MessagePackRenderer(BaseRenderer):
    """MessagePack of what the JSON renderer would send; bytes as bin."""

    media_type = "application/vnd.msgpack"
    format = "msgpack"
    charset = None
    render_style = "binary"
    style: str | None = "drf"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of `data`; none for None."""
        if data is None:
            return b""
        return msgpack.packb(data, style=self.style, default=_other_types)


class MessagePackParser(BaseParser):
    """MessagePack bodies; timestamps as datetimes."""

    media_type = "application/vnd.msgpack"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of the body; ``ParseError`` for what is not MessagePack."""
        try:
            return msgpack.unpackb(stream.read(), timestamp=3)
        except ValueError as error:
            raise ParseError(f"MessagePack parse error - {error}") from error


class CBORRenderer(BaseRenderer):
    """CBOR of what the JSON renderer would send; with ``style = None`` tags instead of texts."""

    media_type = "application/cbor"
    format = "cbor"
    charset = None
    render_style = "binary"
    style: str | None = "drf"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of `data`; none for None."""
        if data is None:
            return b""
        return cbor.dumps(data, style=self.style, default=_encode_other)


class CBORParser(BaseParser):
    """CBOR bodies; tags become their values."""

    media_type = "application/cbor"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of the body; ``ParseError`` for what is not CBOR."""
        try:
            return cbor.loads(stream.read())
        except cbor.CBORDecodeError as error:
            raise ParseError(f"CBOR parse error - {error}") from error


def _encode_other(encoder: cbor.CBOREncoder, value: Any) -> None:
    encoder.encode(_other_types(value))


def _is_utf8(parser_context: Mapping[str, Any] | None) -> bool:
    encoding = (parser_context or {}).get("encoding")
    return str(encoding or settings.DEFAULT_CHARSET).lower() in ("utf-8", "utf8")
