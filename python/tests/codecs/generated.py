"""Values as programs have them, at random and by hypothesis: what the formats are compared on."""

import collections
import datetime as dt
import decimal
import enum
import string
import struct
import uuid
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ALPHABETS = (
    string.ascii_letters + string.digits,
    string.printable,
    "".join(map(chr, range(0x20))) + '"\\/<>&',
    "äöüßéñçøåÆ",
    "日本語テキスト\u2028\u2029\ufeff\uffff",
    "😀🎉🏳\U0010ffff",
)


class Point(collections.namedtuple("Point", "x y")):
    __slots__ = ()


class Colour(enum.IntEnum):
    RED = 1
    BLUE = 70_000


class Text(str):
    pass


class Number(int):
    def __repr__(self):
        return "no number"

    __str__ = __repr__


class Fraction(float):
    def __repr__(self):
        return "no number"

    __str__ = __repr__


class Rows(list):
    pass


class Kept(dict):
    pass


def text(chance, length=None):
    length = chance.choice((0, 1, 3, 10, 31, 32, 33, 100, 300)) if length is None else length
    return "".join(chance.choices(chance.choice(ALPHABETS), k=length))


def integer(chance):
    bits = chance.choice((1, 4, 7, 8, 15, 16, 31, 32, 52, 53, 54, 62, 63))
    return chance.choice((-1, 1)) * chance.getrandbits(bits) + chance.choice((-1, 0, 0, 1))


def floating(chance):
    kind = chance.randrange(5)
    if kind == 0:
        return round(chance.uniform(-1000, 1000), chance.randrange(6))
    if kind == 1:
        return float(chance.getrandbits(60))
    if kind == 2:
        return chance.choice((0.0, -0.0, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308))
    if kind == 3:
        return chance.uniform(-1, 1) * 10 ** chance.randrange(-30, 30)
    value = struct.unpack("<d", chance.randbytes(8))[0]
    return value if value == value and value not in (float("inf"), float("-inf")) else 0.5


def plain(chance, depth=0):
    """What json, msgpack and cbor2 all have."""
    kind = chance.randrange(12 if depth < 5 else 6)
    if kind == 0:
        return chance.choice((None, True, False))
    if kind in (1, 2):
        return integer(chance)
    if kind == 3:
        return floating(chance)
    if kind in (4, 5):
        return text(chance)
    if kind < 9:
        return [plain(chance, depth + 1) for _ in range(chance.choice((0, 1, 3, 15, 16, 17)))]
    return {text(chance): plain(chance, depth + 1) for _ in range(chance.choice((0, 1, 3, 16)))}


def subclassed(chance, depth=0):
    """The same, with subclasses of Python's types here and there."""
    value = plain(chance, depth=4)
    kind = chance.randrange(10)
    if depth < 3 and kind < 5:
        inner = [subclassed(chance, depth + 1) for _ in range(chance.randrange(4))]
        if kind == 0:
            return Rows(inner)
        if kind == 1:
            return tuple(inner)
        if kind == 2:
            return Point(inner, Colour.BLUE)
        made = collections.OrderedDict((Text(text(chance)), item) for item in inner)
        return made if kind == 3 else collections.defaultdict(list, made)
    if type(value) is str:
        return Text(value)
    if type(value) is int:
        return Number(value) if kind & 1 else Colour.RED
    if type(value) is float:
        return Fraction(value)
    if type(value) is dict:
        return Kept(value)
    return value


ZONES = (
    None,
    dt.timezone.utc,
    dt.timezone(dt.timedelta(hours=5, minutes=30)),
    dt.timezone(-dt.timedelta(hours=3, seconds=7)),
    dt.timezone(dt.timedelta(seconds=1, microseconds=5)),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("UTC"),
)


def moment(chance):
    value = dt.datetime(1, 1, 2) + dt.timedelta(
        days=chance.randrange(3_652_000),
        seconds=chance.randrange(86_400),
        microseconds=chance.choice((0, 0, 1, 999, 1000, 123_000, 999_999, 500_000)),
    )
    return value.replace(tzinfo=chance.choice(ZONES), fold=chance.randrange(2))


def exact(chance):
    kind = chance.randrange(4)
    if kind == 0:
        return decimal.Decimal(integer(chance)).scaleb(-chance.randrange(8))
    if kind == 1:
        return decimal.Decimal(integer(chance)).scaleb(chance.randrange(-400, 400))
    if kind == 2:
        return decimal.Decimal((chance.randrange(2), (0,), chance.randrange(-9, 9)))
    digits = tuple(chance.randrange(10) for _ in range(chance.choice((1, 28, 60))))
    return decimal.Decimal((chance.randrange(2), digits, chance.randrange(-60, 10)))


def of_django(chance, depth=0):
    """What DjangoJSONEncoder writes."""
    kind = chance.randrange(9)
    if kind == 0:
        return moment(chance)
    if kind == 1:
        return moment(chance).date()
    if kind == 2:
        return moment(chance).time()
    if kind == 3:
        return dt.timedelta(
            days=chance.choice((0, 1, -1, 999_999_999, -999_999_999, 400)),
            seconds=chance.randrange(86_400),
            microseconds=chance.choice((0, 1, 999_999)),
        )
    if kind == 4:
        return exact(chance)
    if kind == 5:
        return uuid.UUID(int=chance.getrandbits(128))
    if depth < 3 and kind == 6:
        return [of_django(chance, depth + 1) for _ in range(4)]
    if depth < 3 and kind == 7:
        return {text(chance): of_django(chance, depth + 1) for _ in range(4)}
    return plain(chance, depth=3)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)

BINARY_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=30,
)
