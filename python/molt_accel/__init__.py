"""Native answers for Django QuerySets: the same bytes, without a Python row.

    molt_accel.arguments      values of one run, encoded
    molt_accel.errors         the error table as exception classes
    molt_accel.lanes          what a database and a statement can do, in either lane
    molt_accel.inprocess      the in-process lane: ctypes over libmolt.so
    molt_accel.worker         the worker lane: clients of `molt worker`
    python -m molt_accel      says what was found where, and what is missing

Importing this package loads neither libmolt nor Django.
"""

from molt_accel._arguments import arguments
from molt_accel.errors import MoltError

__all__ = ["MoltError", "__version__", "arguments"]

__version__ = "0.1.0"
