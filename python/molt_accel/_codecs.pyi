"""The contract of the codecs' native module, and of its twin in Python.

``libmolt.so`` makes the native module (``molt_python_module`` of molt.h); ``_codecs.py`` answers it
as ``codecs`` where CPython's stable ABI is there, and otherwise the twin, which has the same
functions. What users call (``molt_accel.json``, ``.msgpack``, ``.cbor``) wraps these functions, so
arguments are positional and options are bits of one integer: a call costs no keyword.

Common rules:

- ``data`` is bytes, str (JSON alone), bytearray, memoryview or another contiguous buffer.
- A hook that is None is absent. Trailing arguments may be left out.
- What a hook or ``default`` raises comes out unchanged.
- Exceptions of a format are made by the functions given to ``bind``.
- Nesting goes to ``DEPTH`` levels, in all directions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypeVar

IMPLEMENTATION: Final[Literal["native", "python"]]
DEPTH: Final = 1024

_Data: TypeAlias = bytes | bytearray | memoryview
_Text: TypeAlias = str | _Data
_Hook: TypeAlias = Callable[[Any], Any] | None
_Result = TypeVar("_Result")

# --- What Python gives to the module -------------------------------------------------------------

def bind(name: str, value: Any, /) -> None:
    """Gives the module a class or function that it cannot know; ``ValueError`` for other names.

    Functions that make exceptions (the module raises what they answer):

    - ``json_error(message: str, data, offset: int)``: bad JSON; ``offset`` counts bytes.
    - ``msgpack_error(message: str, data, offset: int, kind: str)`` and ``cbor_error(…)`` likewise;
      ``kind`` is ``"invalid"``, ``"truncated"``, ``"trailing"``, ``"limit"``, ``"depth"`` or
      ``"key"``.
    - ``decode_error(message: str, path: str, offset: int)``: a value that does not fit its type.
    - ``token_error(message: str, reason: int, offset: int)``: a token or a key that is refused;
      the reasons are those of molt_token.h, and ``offset`` is -1 where no byte is to blame.

    Others:

    - ``json_fallback(data, flags, *hooks)``: answers instead of an error, with ``JSON_COMPATIBLE``.
    - ``msgpack_ext(code, data)``: makes what stands for an extension; its instances are written as
      one, from their attributes ``code`` and ``data``.
    - ``msgpack_timestamp(seconds, nanoseconds)``: likewise for the timestamp extension, written
      from ``seconds`` and ``nanoseconds``.
    - ``cbor_tag(tag, value)``: likewise for a tag, written from ``tag`` and ``value``.
    - ``cbor_simple(value)``: likewise for a simple value, written from ``value``.
    - ``cbor_undefined``: the object that stands for undefined.
    - ``cbor_decode_tag(tag: int, value)``: answers the value of a tag that the module does not
      decode itself and for which no ``tag_hook`` is given. Without it: ``cbor_tag``.
    """

def shortcut(
    name: str, function: Callable[..., _Result], doc: str, /, *fixed: Any
) -> Callable[..., _Result]:
    """A builtin that looks like ``function`` and answers the same by a shorter way.

    A call with one argument and no keywords is one of this module's ``loads`` or ``dumps``, which
    gets the ``fixed`` arguments, two at most, too. All others go to ``function``, and so do
    MessagePack and CBOR that are refused with a ``ValueError``. ``name`` is ``json_loads``,
    ``json_dumps``, ``json_dumpb``, ``msgpack_packb``, ``msgpack_unpackb``, ``cbor_dumps`` or
    ``cbor_loads``, ``ValueError`` for another; one of each is in use. ``doc`` begins with a text
    signature.

    The twin answers ``function`` itself.
    """

# --- JSON ----------------------------------------------------------------------------------------

JSON_COMPATIBLE: Final = 1
"""What strict JSON refuses goes to ``json_fallback``, which answers a value or raises."""
KEEP_COLLECTING: Final = 2
"""Leaves the garbage collector on while values are made; it is paused where no hook is given."""
UNIQUE_KEYS: Final = 4
"""A key that comes twice in a map is an error; otherwise its last value counts."""

def json_loads(
    data: _Text,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    parse_float: _Hook = None,
    parse_int: _Hook = None,
    parse_constant: _Hook = None,
    /,
) -> Any:
    """The value of a document.

    ``parse_float`` gets numbers with a point or an exponent, ``parse_int`` the others, as str.
    """

def json_lines(
    data: _Text,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    parse_float: _Hook = None,
    parse_int: _Hook = None,
    parse_constant: _Hook = None,
    /,
) -> list[Any]:
    """The values of documents that stand one after the other (a line each, or only white space)."""

def json_document(data: _Text, flags: int = 0, /) -> Document:
    """A document whose values are made when they are asked for."""

def json_decode(data: _Text, plan: Plan, flags: int = 0, /) -> Any:
    """The value of a document, made by ``plan``."""

ESCAPE_ASCII: Final = 0  # as json.dumps(…)
ESCAPE_UTF8: Final = 1  # as json.dumps(…, ensure_ascii=False)
ESCAPE_DRF: Final = 2  # ESCAPE_UTF8, and U+2028 and U+2029 escaped
SPACED: Final = 4  # ", " and ": " instead of "," and ":"
SORT_KEYS: Final = 8
SKIP_KEYS: Final = 16  # leaves out keys that are neither str, int, float, bool nor None
NAN_NULL: Final = 32  # NaN and the infinities as null
NAN_LITERAL: Final = 64  # … as NaN, Infinity, -Infinity; with neither bit they raise ValueError
RESULT_BYTES: Final = 128  # bytes instead of str
NEW_LINE: Final = 256  # a line feed at the end
DJANGO_TYPES: Final = 512
"""datetime, date, time, timedelta, Decimal, UUID and Promise as DjangoJSONEncoder writes them.

Django's class ``Promise``, that of lazy strings, is known as soon as Django has been imported.
"""
DRF_TYPES: Final = 1024
"""The same types as Django REST framework's JSONEncoder writes them; all others go to default."""
ISO_TYPES: Final = 2048
"""datetime, date and time as ``isoformat()``, UUID and Decimal as ``str()``, an Enum's value."""
INDENT_SHIFT: Final = 16
"""Bits 16 to 23 are ``indent + 1``; 0 for none. With an indent, SPACED concerns colons alone."""

def json_dumps(
    value: Any, flags: int = 0, default: Callable[[Any], Any] | None = None, /
) -> str | bytes:
    """A value as JSON; the same bytes as ``json.dumps`` with the same choices.

    ``default`` gets what the module cannot write and answers what is written in its place.
    """

def json_dump_lines(
    values: Iterable[Any], flags: int = 0, default: Callable[[Any], Any] | None = None, /
) -> str | bytes:
    """Each value and a line feed; ``values`` is a list, tuple or other iterable."""

# --- MessagePack ---------------------------------------------------------------------------------

MSGPACK_RAW: Final = 256  # str and bin both as bytes
MSGPACK_TUPLES: Final = 512  # arrays as tuples
MSGPACK_STRICT_MAP_KEY: Final = 1024  # keys are str or bytes, others raise
MSGPACK_TIMESTAMP_SHIFT: Final = 16
"""Bits 16 and 17: 0 makes ``msgpack_timestamp``, 1 float, 2 int (nanoseconds), 3 datetime."""

_Limits: TypeAlias = tuple[int, int, int, int, int]
"""The largest str, bin, array, map and ext; -1 for none."""

def msgpack_loads(
    data: _Data,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    list_hook: _Hook = None,
    ext_hook: Callable[[int, bytes], Any] | None = None,
    limits: _Limits | None = None,
    /,
) -> Any:
    """The value of one message; what follows it is an error of kind ``trailing``."""

def msgpack_loads_from(
    data: _Data,
    offset: int,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    list_hook: _Hook = None,
    ext_hook: Callable[[int, bytes], Any] | None = None,
    limits: _Limits | None = None,
    /,
) -> tuple[Any, int]:
    """The value that begins at ``offset``, and where it ends."""

def msgpack_skip(
    data: _Data, offset: int, pending: int, limits: _Limits | None = None, /
) -> tuple[int, int, int]:
    """Passes over ``pending`` values from ``offset`` on, as far as they are there.

    Answers where it stopped, how many values are left, and how many bytes these have at least.
    Values inside an array or map that has not ended are counted among those that are left.
    """

def msgpack_document(data: _Data, flags: int = 0, /) -> Document: ...
def msgpack_decode(data: _Data, plan: Plan, flags: int = 0, /) -> Any: ...

PACK_OLD: Final = 1  # bytes and str both as raw of the old specification (use_bin_type=False)
PACK_SINGLE: Final = 2  # floats in 32 bits
PACK_DATETIME: Final = 4  # aware datetimes as the timestamp extension
PACK_STRICT: Final = 8  # subclasses and tuples go to default
# With DJANGO_TYPES, ISO_TYPES: the same texts as in JSON.

def msgpack_dumps(
    value: Any, flags: int = 0, default: Callable[[Any], Any] | None = None, /
) -> bytes: ...

# --- CBOR ----------------------------------------------------------------------------------------

def cbor_loads(
    data: _Data,
    flags: int = 0,
    object_hook: _Hook = None,
    tag_hook: Callable[[int, Any], Any] | None = None,
    /,
) -> Any:
    """The value of one data item.

    The module decodes the tags 0 and 1 (datetime), 2 and 3 (int), 4 (Decimal) and 37 (UUID)
    itself, unless there is a ``tag_hook``. Maps and arrays in keys become tuples.
    """

def cbor_loads_from(
    data: _Data,
    offset: int,
    flags: int = 0,
    object_hook: _Hook = None,
    tag_hook: Callable[[int, Any], Any] | None = None,
    /,
) -> tuple[Any, int]:
    """The data item that begins at ``offset``, and where it ends."""

def cbor_document(data: _Data, flags: int = 0, /) -> Document: ...
def cbor_decode(data: _Data, plan: Plan, flags: int = 0, /) -> Any: ...

CBOR_CANONICAL: Final = 1
"""Shortest floats, and keys sorted by the length of their encoding, then bytewise (RFC 7049)."""
CBOR_SORTED: Final = 2  # keys sorted bytewise (RFC 8949, 4.2.1), shortest floats
CBOR_DATETIME_NUMBERS: Final = 4  # datetimes as tag 1 instead of tag 0
# With DJANGO_TYPES, ISO_TYPES: texts as in JSON instead of tags.

def cbor_dumps(value: Any, flags: int = 0, default: Callable[[Any], Any] | None = None, /) -> bytes:
    """A value as CBOR: datetimes as tag 0, Decimal as tag 4, UUID as tag 37, big int as 2 and 3.

    Sets, naive datetimes and everything else go to ``default``.
    """

# --- Documents read where it is asked -----------------------------------------------------------

class Document:
    """A map or an array of a parsed document, or the document's single value.

    Scalars come out as Python values, maps and arrays as documents again, which keep the input and
    its tape alive. Nothing is made before it is asked for.
    """

    @property
    def kind(self) -> Literal["map", "array", "scalar"]: ...
    def value(self) -> Any:
        """Everything below as Python values."""
    def pointer(self, pointer: str, default: Any = ..., /) -> Any:
        """What an RFC 6901 pointer leads to; ``KeyError`` or ``IndexError`` without a default."""
    def get(self, key: Any, default: Any = None, /) -> Any: ...
    def keys(self) -> list[Any]: ...
    def values(self) -> list[Any]: ...
    def items(self) -> list[tuple[Any, Any]]: ...
    def __getitem__(self, key: Any, /) -> Any: ...
    def __contains__(self, key: Any, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]:
        """A map's keys, an array's elements."""
    def __eq__(self, other: object, /) -> bool: ...

# --- Values with types ---------------------------------------------------------------------------

class Plan:
    """How values of a document become objects; made once per class, used by any thread."""

def compile_plan(nodes: Sequence[tuple[Any, ...]], /) -> Plan:
    """Compiles the nodes; the first is the whole, others are named by their index.

    - ``("any",)``, ``("none",)``, ``("bool",)``, ``("int",)``, ``("str",)``, ``("bytes",)``
    - ``("float",)`` takes integers too
    - ``("datetime",)``, ``("date",)``, ``("time",)``, ``("uuid",)``, ``("decimal",)``: from texts
      (``fromisoformat`` with ``Z``), Decimal also from numbers, exactly
    - ``("list", item)``, ``("tuple", item)``, ``("set", item)``, ``("frozenset", item)``
    - ``("fixed", (item, …))``: a tuple of so many elements
    - ``("dict", key, value)``: texts become keys by ``key``, a scalar node
    - ``("optional", item)``: None or ``item``
    - ``("union", (item, …))``: the first that takes the value's kind
    - ``("choice", {value: result})``: an Enum by its values, a Literal by itself
    - ``("call", item, function)``: ``function(item)``
    - ``("object", cls, fields, flags)``: ``fields`` are ``(key, attribute, item, requirement,
      default)``; requirement 0 is required, 1 ``default`` itself, 2 ``default()``. Flags: 1 refuses
      unknown keys, 2 makes the object by ``cls(**values)``, otherwise attributes are set on a new
      object, 4 calls ``__post_init__``.
    """

# --- Tokens --------------------------------------------------------------------------------------

TOKEN_SECRET: Final = 0
TOKEN_PEM: Final = 1
TOKEN_JWK: Final = 2
TOKEN_JWKS: Final = 3

class TokenKey:
    """A key for tokens, or a set of them, read once; used by any thread, and shows nothing."""

def token_key(form: int, data: bytes, /) -> tuple[TokenKey, int, int]:
    """Reads a secret, a key in PEM or JSON, or a set of keys in JSON.

    Answers it with the algorithms that it is for, and 1 if it can sign, else 0. Algorithms are
    bits, and elsewhere numbers, in this order: HS256, HS384, HS512, RS256, RS384, RS512, PS256,
    PS384, PS512, ES256, ES384, ES512, EdDSA.
    """

TOKEN_UNENCODED: Final = 1  # the payload is signed as it is; the header says so
TOKEN_DETACHED: Final = 2  # the token leaves the payload out

def token_sign(
    key: TokenKey, algorithm: int, header: bytes, payload: bytes, flags: int = 0, /
) -> str:
    """A token; ``header`` is JSON that names the algorithm, and is signed as it is."""

def token_verify(
    key: TokenKey, token: str | bytes, algorithms: int, detached: bytes | None = None, /
) -> bytes:
    """The payload of a token whose signature holds and whose algorithm's bit is set.

    With ``detached`` the token must have no payload and say that it is not encoded; without, it
    must be encoded.
    """

# --- Statements ----------------------------------------------------------------------------------

def argument_binder(
    parts: tuple[bytes | tuple[str, int | None], ...], /
) -> Callable[[Mapping[str, Any]], bytes | None]:
    """Joins bytes with values of a call, each encoded as MessagePack, in the order of ``parts``.

    A pair stands for the value of that name: an int from the second on and below 2**31, or a str
    where that is None. The answer is None where a value is missing, of another type (subclasses
    count as another), out of range, or a str with lone surrogates. ``values`` is a dict.
    """

def statement_runner(
    run: int,
    release: int,
    statement: int,
    options: int,
    owner: object,
    failure: Callable[[int, str, int], BaseException],
    /,
) -> Callable[[bytes], bytes]:
    """Runs a statement of molt.h, without the GIL, as often and from as many threads as wanted.

    The first four are the addresses of ``molt_statement_run``, of ``molt_answer_release``, of the
    statement and of its options; ``owner`` keeps them. ``failure`` makes the exception of a code, a
    sentence and an offset. Nothing of this is checked.
    """

def worker_runner(
    run: int,
    release: int,
    owner: object,
    failure: Callable[[int, int, str, int, int], BaseException],
    /,
) -> Callable[[int, int, int, int | None, bytes, int, int, int], bytes]:
    """Runs prepared statements of a worker over connected sockets, without the GIL.

    The first two are the addresses of ``molt_worker_run_shared`` and of ``molt_answer_release``;
    ``owner`` keeps them. What it makes is called with the socket's descriptor, the numbers of
    request and statement, the shared memory or None, the arguments, a timeout in nanoseconds and
    limits of rows and bytes, all three 0 for none; a negative one raises ``OverflowError``. Where a
    signal comes, its handler runs before the wait goes on.

    ``failure`` makes the exception of the function's result, the code, sentence and offset of its
    error, and the number of bytes that had come. Nothing else of this is checked.
    """
