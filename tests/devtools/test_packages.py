"""System packages: installed if we may, otherwise named with the exact command."""

import subprocess
from types import SimpleNamespace

import pytest

from devtools import packages
from devtools.packages import SystemPackage
from devtools.paths import Trouble

HERE = SystemPackage("here", lambda: True)
GONE = SystemPackage("libgone0", lambda: False)


def test_only_what_is_missing_is_named():
    assert packages.missing([HERE, GONE]) == ["libgone0"]


def test_libraries_and_programs_are_looked_for_where_programs_find_them():
    assert packages.library("libc.so.6")()
    assert not packages.library("libnobody-has-this.so.9")()
    assert packages.program("no-such-program", "sh")()
    assert not packages.program("no-such-program")()


def test_nothing_happens_when_all_is_here(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packages, "right_to_install", lambda: pytest.fail("asked for rights"))
    packages.ensure([HERE])


def test_without_the_right_to_install_the_exact_command_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packages, "right_to_install", lambda: None)
    with pytest.raises(
        Trouble, match="apt-get update && sudo apt-get install -y --no-install-recommends libgone0"
    ):
        packages.ensure([HERE, GONE])


@pytest.mark.parametrize("right", [[], ["sudo", "-n"]])
def test_with_the_right_they_are_installed_and_looked_for_again(
    monkeypatch: pytest.MonkeyPatch, right: list[str]
):
    installed: list[list[str]] = []

    def apt(command: list[str], **words: object) -> SimpleNamespace:
        installed.append(command)
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(packages, "right_to_install", lambda: right)
    monkeypatch.setattr(packages.subprocess, "run", apt)
    late = SystemPackage("late", lambda: bool(installed))
    packages.ensure([late])
    assert installed[-1][: len(right)] == right
    assert installed[-1][-1] == "late"


def test_an_install_that_brings_nothing_is_said(monkeypatch: pytest.MonkeyPatch):
    done = SimpleNamespace(returncode=0, stderr="")
    monkeypatch.setattr(packages, "right_to_install", list)
    monkeypatch.setattr(packages.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(Trouble, match="still not found: libgone0"):
        packages.ensure([GONE])


def test_a_failing_install_says_why(monkeypatch: pytest.MonkeyPatch):
    failed = subprocess.CompletedProcess([], 100, "", "E: Could not get lock")
    monkeypatch.setattr(packages, "right_to_install", list)
    monkeypatch.setattr(packages.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(Trouble, match="Could not get lock"):
        packages.ensure([GONE])
