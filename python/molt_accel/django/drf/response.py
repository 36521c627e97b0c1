"""The framework's Response over bytes that are written already."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.response import Response

__all__ = ["NativeResponse"]


class NativeResponse(Response):
    """A ``Response`` whose content native code has written.

    Whoever reads ``data`` gets the same values, decoded from the content; from then on, and after
    ``data`` was set, the renderer writes it, so that changes to it are not lost.
    """

    def __init__(self, body: bytes, **options: Any) -> None:
        self._molt_body = body
        self._molt_data: Any = None
        self._molt_is_read = True  # Response.__init__ sets data
        super().__init__(None, **options)
        self._molt_is_read = False

    @property
    def data(self) -> Any:
        """The content as Python values."""
        if not self._molt_is_read:
            self._molt_data = json.loads(self._molt_body)
            self._molt_is_read = True
        return self._molt_data

    @data.setter
    def data(self, value: Any) -> None:
        self._molt_data = value
        self._molt_is_read = True

    @property
    def rendered_content(self) -> Any:
        """The bytes, with the headers that the renderer would have set."""
        if self._molt_is_read:
            return super().rendered_content
        self.renderer_context["response"] = self
        content_type = self.content_type
        self["Content-Type"] = (
            self.accepted_renderer.media_type if content_type is None else content_type
        )
        return self._molt_body
