from __future__ import annotations

from pathlib import Path

import pytest

from private_servers import NotInstalled, programs

ROOT = Path(__file__).resolve().parents[3]


def test_what_is_missing_says_how_to_get_it() -> None:
    with pytest.raises(NotInstalled, match=r"nonesuch is not installed: run (\S+)") as caught:
        programs.program("nonesuch")
    assert (ROOT / str(caught.value).rpartition(" ")[2]).is_file()


def test_the_newest_version_of_several_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        if version != "17":
            (tmp_path / version / "bin" / "initdb").touch()
    monkeypatch.setattr(programs, "DEBIAN_FOLDER", tmp_path)
    assert programs.postgres_folder() == tmp_path / "15" / "bin"


def test_without_any_version_postgres_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "DEBIAN_FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="PostgreSQL"):
        programs.postgres_folder()
