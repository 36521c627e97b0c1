"""Bearer tokens for Django REST framework.

    REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["molt_accel.django.drf.tokens.JWTAuthentication"],
    }
    MOLT_JWT = {"key": PUBLIC_KEY, "algorithms": ["RS256"], "audience": "api"}

``molt_accel.django.tokens`` says what the setting may have.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from molt_accel.django import tokens

__all__ = ["JWTAuthentication"]


class JWTAuthentication(BaseAuthentication):
    """The user that a bearer token names; ``request.auth`` are its claims.

    A request without such a token is left to the next class. One with a token that is not accepted
    gets 401 and ``WWW-Authenticate`` (RFC 6750).
    """

    keyword: ClassVar[str] = "Bearer"
    realm: ClassVar[str] = "api"

    def authenticate(self, request: Any) -> tuple[Any, dict[str, Any]] | None:
        """The user and the claims, or None without a bearer token."""
        token = self._token(request)
        if token is None:
            return None
        try:
            claims = tokens.verify(token)
            return self.get_user(claims), claims
        except tokens.Unaccepted as error:
            raise AuthenticationFailed(str(error), code="token_not_valid") from None

    def get_user(self, claims: dict[str, Any]) -> Any:
        """The user of claims; subclasses may take another than that of the database."""
        return tokens.user_of(claims)

    def authenticate_header(self, request: Any) -> str:
        """``WWW-Authenticate`` of an answer with 401."""
        challenge = f'{self.keyword} realm="{self.realm}"'
        has_token = self._words(request)[:1] == [self.keyword.lower().encode()]
        return f'{challenge}, error="invalid_token"' if has_token else challenge

    def _token(self, request: Any) -> bytes | None:
        words = self._words(request)
        if words[:1] != [self.keyword.lower().encode()]:
            return None
        if len(words) != 2:
            raise AuthenticationFailed(
                "The Authorization header must have one token.", code="bad_authorization_header"
            )
        return words[1]

    def _words(self, request: Any) -> list[bytes]:
        """The header's words, the first of them in small letters."""
        words: list[bytes] = get_authorization_header(request).split()
        return [words[0].lower(), *words[1:]] if words else []
