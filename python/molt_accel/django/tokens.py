"""Whose token it is: the setting ``MOLT_JWT`` and the user that a token names.

    MOLT_JWT = {"key": PUBLIC_KEY, "algorithms": ["RS256"], "issuer": "https://issuer.example"}

| Key | Default | |
|---|---|---|
| ``key`` | | a secret, a key in PEM, or a dict: a key or a key set in JSON |
| ``keys`` | | instead of ``key``: a dict of such keys by ``kid``, all secrets or none |
| ``jwks`` | | instead of ``key``: the path of a key set in JSON |
| ``algorithms`` | | the algorithms that a token may name; has to be given |
| ``audience`` | None | a text or a list, of which ``aud`` names one |
| ``issuer`` | None | a text or a list, of which ``iss`` is one |
| ``leeway`` | 0 | by how many seconds clocks may differ |
| ``required`` | ``["exp"]`` | claims that have to be there |
| ``user_id_claim`` | ``"user_id"`` | the claim that names the user |
| ``user_id_field`` | ``"pk"`` | the field of the user model that it is compared with |
| ``token_type`` | ``"access"`` | a ``token_type`` of another value is refused; None: it is not |

With ``key`` the project's secret and ``algorithms`` ``["HS256"]`` these are the tokens that Simple
JWT makes by default. Keys are read once in a process, and no message has a part of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError

from molt_accel import jwt
from molt_accel.django import conf
from molt_accel.jwt.algorithms import NUMBERS, mask
from molt_accel.jwt.keys import Prepared, prepare

__all__ = [
    "TokenSettings",
    "Unaccepted",
    "current",
    "has_short_secret",
    "problems",
    "user_of",
    "verify",
]

SETTING = "MOLT_JWT"


class Unaccepted(Exception):
    """A token is not accepted, or names no active user; the text says why and shows no value."""


@dataclass(frozen=True)
class TokenSettings:
    """The values of ``MOLT_JWT``, with keys that were read."""

    algorithms: tuple[str, ...]
    key: Any = field(default=None, repr=False)
    keys: dict[str, Any] | None = field(default=None, repr=False)
    audience: Any = None
    issuer: Any = None
    leeway: float = 0.0
    required: tuple[str, ...] = ("exp",)
    user_id_claim: str = "user_id"
    user_id_field: str = "pk"
    token_type: str | None = "access"


_current: TokenSettings | None = None


def current() -> TokenSettings:
    """The setting in force; ImproperlyConfigured with the first of `problems`."""
    global _current
    if _current is None:
        found, wrong = _read()
        if found is None:
            raise ImproperlyConfigured(wrong[0])
        _current = found
    return _current


def problems() -> list[str]:
    """One sentence for each malformed part of ``MOLT_JWT``; none where there is no such setting."""
    return _read()[1] if hasattr(settings, SETTING) else []


def has_short_secret() -> bool:
    """Whether a secret is shorter than the digest of an algorithm that tokens may name."""
    chosen = current()
    allowed = mask(chosen.algorithms)
    keys = [chosen.key] if chosen.keys is None else chosen.keys.values()
    return any(_prepared(key).short & allowed for key in keys)


def verify(token: str | bytes) -> dict[str, Any]:
    """The claims of a token that the settings accept; `Unaccepted` otherwise."""
    chosen = current()
    try:
        key = chosen.key
        if chosen.keys is not None:
            key = chosen.keys.get(jwt.get_unverified_header(token).get("kid", ""))
            if key is None:
                raise Unaccepted("no key is known for the token")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            chosen.algorithms,
            {"require": chosen.required},
            audience=chosen.audience,
            issuer=chosen.issuer,
            leeway=chosen.leeway,
        )
    except jwt.PyJWTError as error:
        raise Unaccepted(str(error)) from None
    kind = claims.get("token_type", chosen.token_type)
    if chosen.token_type is not None and kind != chosen.token_type:
        raise Unaccepted("the token is of another type")
    return claims


def user_of(claims: dict[str, Any]) -> Any:
    """The active user that claims name; `Unaccepted` if there is none."""
    chosen = current()
    named = claims.get(chosen.user_id_claim)
    if not isinstance(named, (str, int)) or isinstance(named, bool) or "\0" in str(named):
        raise Unaccepted("the token names no user")
    model = get_user_model()
    try:
        user = model._default_manager.get(**{chosen.user_id_field: named})
    except (model.DoesNotExist, ValueError, TypeError, OverflowError, ValidationError):
        raise Unaccepted("there is no such user") from None
    if not user.is_active:
        raise Unaccepted("the user is inactive")
    return user


def _forget() -> None:
    global _current
    _current = None


conf.on_change(_forget)


# --- Reading the setting -------------------------------------------------------------------------


def _read() -> tuple[TokenSettings | None, list[str]]:
    given = getattr(settings, SETTING, None)
    if not isinstance(given, dict):
        return None, [f"{SETTING} must be a dict with a key and algorithms."]
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in given.items():
        low = name.lower() if isinstance(name, str) else ""
        check = _CHECKS.get(low)
        if check is None:
            wrong.append(_unknown(name))
        elif low in values:
            wrong.append(f"{SETTING} has {low!r} twice, in upper and lower case: keep one.")
        else:
            try:
                values[low] = check(value)
            except (ValueError, TypeError, OSError, jwt.PyJWTError) as error:
                wrong.append(f"{SETTING}[{name!r}] {_sentence(error)}.")
    if not wrong:
        wrong = _contradictions(values)
    if wrong:
        return None, wrong
    jwks = values.pop("jwks", None)
    return TokenSettings(**{**values, **({"key": jwks} if jwks is not None else {})}), []


_OF_SECRETS = mask(("HS256", "HS384", "HS512"))


def _unknown(name: object) -> str:
    close = get_close_matches(str(name).lower(), _CHECKS, n=1)
    hint = f"did you mean {close[0]!r}" if close else "the keys are " + ", ".join(_CHECKS)
    return f"{SETTING} has an unknown key {name!r}: {hint}."


def _sentence(error: Exception) -> str:
    if isinstance(error, jwt.PyJWTError):
        return f"cannot be used: {error}".rstrip(".")
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    return str(error)


def _contradictions(values: dict[str, Any]) -> list[str]:
    ways = [name for name in ("key", "keys", "jwks") if name in values]
    if len(ways) != 1:
        return [f'{SETTING} needs one of "key", "keys" and "jwks".']
    if "algorithms" not in values:
        return [f'{SETTING} needs "algorithms": the list of those that a token may name.']
    found = values[ways[0]]
    prepared = [_prepared(key) for key in (found.values() if ways == ["keys"] else [found])]
    if len({key.algorithms & _OF_SECRETS > 0 for key in prepared}) > 1:
        return [f'{SETTING}["keys"] must be secrets or other keys, not both.']
    bits = 0
    for key in prepared:
        bits |= key.algorithms
    useless = [name for name in values["algorithms"] if not bits >> NUMBERS[name] & 1]
    if useless:
        return [f'{SETTING}["algorithms"] has {useless[0]!r}, for which there is no key.']
    return []


def _prepared(key: Any) -> Prepared:
    return key.prepared if isinstance(key, (jwt.PyJWK, jwt.PyJWKSet)) else prepare(key)


def _key(value: Any) -> Any:
    """A key as `jwt.decode` takes it, once it has been read."""
    if isinstance(value, dict):
        made = jwt.PyJWKSet.from_dict(value) if "keys" in value else jwt.PyJWK(value)
        if isinstance(made, jwt.PyJWKSet) or value.get("alg"):
            _prepared(made)
            return made
        # A key without an algorithm is for all of its kind, not for PyJWT's choice alone.
        whole = jwt.PyJWKSet([value])
        _prepared(whole)
        return whole
    try:
        prepare(value)
    except TypeError:
        raise TypeError("must be a text, bytes, a dict or a key of cryptography") from None
    return value


def _keys(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not value or not all(isinstance(name, str) for name in value):
        raise TypeError("must be a dict of keys by their names")
    return {name: _key(key) for name, key in value.items()}


def _jwks(value: Any) -> jwt.PyJWKSet:
    if not isinstance(value, (str, Path)):
        raise TypeError("must be the path of a file")
    try:
        made = jwt.PyJWKSet.from_json(Path(value).read_bytes())
    except ValueError:
        raise ValueError("names a file that is no JSON") from None
    _prepared(made)
    return made


def _algorithms(value: Any) -> tuple[str, ...]:
    listed = _texts(value)
    if not listed or any(name not in NUMBERS for name in listed):
        raise ValueError("must be a list of " + ", ".join(NUMBERS))
    return listed


def _texts(value: Any) -> tuple[str, ...]:
    is_list = isinstance(value, (list, tuple, set, frozenset))
    if not is_list or not all(isinstance(each, str) for each in value):
        raise TypeError("must be a list of texts")
    return tuple(value)


def _choice(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else _texts(value)


def _leeway(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e9:
        raise ValueError("must be a number of seconds, 0 or more")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("must be a text")
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _field(value: Any) -> str:
    name = _text(value)
    try:
        get_user_model()._default_manager.filter(**{name: None})
    except FieldError:
        raise ValueError("must be a field of the user model") from None
    except ValueError:
        pass  # a field that does not take None
    return name


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "key": _key,
    "keys": _keys,
    "jwks": _jwks,
    "algorithms": _algorithms,
    "audience": _choice,
    "issuer": _choice,
    "leeway": _leeway,
    "required": _texts,
    "user_id_claim": _text,
    "user_id_field": _field,
    "token_type": _optional_text,
}
