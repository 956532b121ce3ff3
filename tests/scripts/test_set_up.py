"""`scripts/set_up.py` says it is ready only when it is, and starts over after a set-up that was cut short."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from source_tree import load_script


@pytest.fixture
def made() -> list[str]:
    """What was done, in order."""
    return []


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, made: list[str]) -> ModuleType:
    """The script, with an environment that is only a folder and a pip that only notes what it is asked for."""
    script = load_script("set_up")
    monkeypatch.setattr(script.venv, "create", lambda folder, **_: (made.append("new"), folder.mkdir(exist_ok=True)))
    monkeypatch.setattr(script, "install", lambda folder, *wanted, packages: made.append(wanted[0]))
    return script


def test_the_lock_is_installed_by_hash_and_then_the_package_alone(
    set_up: ModuleType, made: list[str], tmp_path: Path
) -> None:
    set_up.main(tmp_path / "env")
    assert made == ["new", "--require-hashes", "--no-deps"]
    assert (tmp_path / "env" / ".ready").exists()


def test_a_set_up_that_was_cut_short_leaves_no_stamp_and_starts_over(
    set_up: ModuleType, made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(set_up, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            set_up.main(tmp_path / "env")
    assert not (tmp_path / "env" / ".ready").exists()
    set_up.main(tmp_path / "env")
    assert made == ["new", "new", "--require-hashes", "--no-deps"]


def test_a_finished_environment_is_brought_up_to_date_in_place(
    set_up: ModuleType, made: list[str], tmp_path: Path
) -> None:
    set_up.main(tmp_path / "env")
    made.clear()
    set_up.main(tmp_path / "env")
    assert made == ["--require-hashes", "--no-deps"]


def test_a_python_without_venv_is_told_what_to_install(
    set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up.venv, "create", no_venv)
    with pytest.raises(SystemExit, match=r"no ensurepip[\s\S]*next: on Debian and Ubuntu, install python3\.\d+-venv"):
        set_up.main(tmp_path / "env")


def test_the_lines_of_pip_pass_through_while_packages_are_counted(
    set_up: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"Collecting thing{n}==1.0\n" for n in range(20)] + ["Installing collected packages: thing0\n"]
    assert list(set_up.progress(lines, 25)) == lines
    assert capsys.readouterr().out.splitlines() == ["  fetching 20 of 25: thing19", "  unpacking, half a minute or so"]


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def no_venv(*_: object, **__: object) -> None:
    raise OSError("no ensurepip")
