"""The parts of the database launcher that need no server."""

import os
import subprocess
import sys
from pathlib import Path

from devtools.binaries import major_version
from devtools.postgres import locale_words, serves


def test_the_major_version_is_read_from_the_servers_own_answer():
    assert major_version("postgres (PostgreSQL) 18.6\n") == 18
    assert major_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)") == 15
    assert major_version("redis-server 7") is None


def test_postgresql_15_gets_the_c_utf8_locale_and_newer_ones_the_builtin_provider():
    assert locale_words(15) == ["--locale=C.UTF-8"]
    assert "--locale-provider=builtin" in locale_words(18)


def test_a_lock_of_a_process_that_is_gone_is_stale(tmp_path: Path):
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{done.pid}\n{tmp_path}\n")
    assert not serves(lock, tmp_path)


def test_a_lock_whose_number_another_program_has_by_now_is_stale(tmp_path: Path):
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{tmp_path}\n")
    assert not serves(lock, tmp_path)


def test_a_lock_of_a_process_that_works_in_the_data_folder_is_live(tmp_path: Path):
    lock = tmp_path / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as sleeper:
        lock.write_text(f"{sleeper.pid}\n{tmp_path}\n")
        try:
            assert serves(lock, tmp_path)
        finally:
            sleeper.kill()


def test_a_damaged_lock_is_stale(tmp_path: Path):
    lock = tmp_path / "postmaster.pid"
    lock.write_text("")
    assert not serves(lock, tmp_path)
