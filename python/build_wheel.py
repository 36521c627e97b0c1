"""Builds the molt_accel wheel that carries libmolt.so and molt, with nothing but Python.

    python3 build_wheel.py BUILD_FOLDER [--output dist]

BUILD_FOLDER holds `libmolt.so` and `molt`. The wheel is tagged py3-none with the platform that the
two files need: `manylinux_X_Y` when they use only the system libraries of PEP 600's list, of which
X.Y is the newest glibc symbol version, else `linux`. Equal input gives an equal wheel.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent
NATIVE_FILES: Final = ("libmolt.so", "molt")
EPOCH: Final = (2026, 1, 1, 0, 0, 0)

MANYLINUX_LIBRARIES: Final = re.compile(
    r"lib(c|m|dl|rt|pthread|util|nsl|resolv|gcc_s|stdc\+\+|z)\.so\.\d+|ld-linux.*\.so\.\d+"
)
"""The system libraries that PEP 600 lets a wheel expect, as far as Molt can use them."""


def main() -> None:
    """Reads the command line and prints the wheel's path."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("build_folder", type=Path, help="holds libmolt.so and molt")
    parser.add_argument("--output", type=Path, default=ROOT.parent / "dist")
    options = parser.parse_args()
    missing = [name for name in NATIVE_FILES if not (options.build_folder / name).is_file()]
    if missing:
        sys.exit(f"{options.build_folder} lacks {' and '.join(missing)}; build them first.")
    print(build(options.build_folder, options.output))


def build(folder: Path, output: Path) -> Path:
    """Writes the wheel into `output` and answers its path."""
    project = _project()
    tag = f"py3-none-{platform_tag([folder / name for name in NATIVE_FILES])}"
    stem = f"{project['name']}-{project['version']}"
    files: dict[str, tuple[bytes, bool]] = {}
    for path in sorted((ROOT / "molt_accel").rglob("*")):
        if path.is_file() and "_lib" not in path.parts and "__pycache__" not in path.parts:
            files[path.relative_to(ROOT).as_posix()] = (path.read_bytes(), False)
    for name in NATIVE_FILES:
        files[f"molt_accel/_lib/{name}"] = ((folder / name).read_bytes(), True)
    information = f"{stem}.dist-info"
    files[f"{information}/METADATA"] = (_metadata(project).encode(), False)
    files[f"{information}/WHEEL"] = (_wheel(tag).encode(), False)
    files[f"{information}/entry_points.txt"] = (_entry_points(project).encode(), False)
    files[f"{information}/RECORD"] = (_record(files, information).encode(), False)
    output.mkdir(parents=True, exist_ok=True)
    wheel = output / f"{stem}-{tag}.whl"
    _write(wheel, files)
    return wheel


def platform_tag(files: list[Path]) -> str:
    """The platform that these ELF files need; `linux` when that cannot be told."""
    machine = platform.machine()
    readelf = shutil.which("readelf")
    if readelf is None:
        return f"linux_{machine}"
    newest = (2, 17)
    for path in files:
        dump = subprocess.run(
            [readelf, "--wide", "--dynamic", "--version-info", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        needed = re.findall(r"\(NEEDED\).*\[(.+?)\]", dump.stdout)
        if dump.returncode or not all(map(MANYLINUX_LIBRARIES.fullmatch, needed)):
            return f"linux_{machine}"
        for major, minor in re.findall(r"\bGLIBC_(\d+)\.(\d+)", dump.stdout):
            newest = max(newest, (int(major), int(minor)))
    return f"manylinux_{newest[0]}_{newest[1]}_{machine}"


def _project() -> dict[str, Any]:
    """The [project] table of pyproject.toml, the one place of name, version and scripts."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        from pip._vendor import tomli as tomllib
    with open(ROOT / "pyproject.toml", "rb") as file:
        project: dict[str, Any] = tomllib.load(file)["project"]
    return project


def _metadata(project: dict[str, Any]) -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"License: {project['license']['text']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Classifier: {classifier}" for classifier in project.get("classifiers", [])),
        *(f"Requires-Dist: {requirement}" for requirement in project.get("dependencies", [])),
    ]
    return "\n".join(lines) + "\n"


def _wheel(tag: str) -> str:
    return f"Wheel-Version: 1.0\nGenerator: molt\nRoot-Is-Purelib: false\nTag: {tag}\n"


def _entry_points(project: dict[str, Any]) -> str:
    lines = [f"{name} = {target}" for name, target in project.get("scripts", {}).items()]
    return "\n".join(["[console_scripts]", *lines]) + "\n"


def _record(files: dict[str, tuple[bytes, bool]], information: str) -> str:
    """RECORD of the wheel format: path, hash, byte count; itself without the latter two."""
    lines = []
    for name, (content, _) in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{information}/RECORD,,"]) + "\n"


def _write(wheel: Path, files: dict[str, tuple[bytes, bool]]) -> None:
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, (content, is_executable) in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o100755 if is_executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


if __name__ == "__main__":
    main()
