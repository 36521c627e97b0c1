"""End without an error when the packages are there that MoltAuthTests compares with."""

from importlib.util import find_spec

PACKAGES = ("django", "argon2", "bcrypt", "jwt", "cryptography")

if missing := [name for name in PACKAGES if find_spec(name) is None]:
    raise SystemExit(f"not installed: {', '.join(missing)}")
