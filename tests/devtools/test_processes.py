"""Children of the launcher: found again, stopped, reported."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.paths import Trouble
from devtools.processes import Leftovers, marked, spawn, wait_until


def test_a_process_is_found_again_by_the_mark_in_its_environment(tmp_path: Path):
    environment = marked(tmp_path, {"PATH": os.environ["PATH"]})
    with subprocess.Popen(["sleep", "60"], env=environment) as sleeper:
        assert list(Leftovers(tmp_path).pids()) == [sleeper.pid]
        assert list(Leftovers(tmp_path / "other").pids()) == []
        Leftovers(tmp_path).clear(patience=0)
        assert sleeper.wait() == -signal.SIGKILL


def test_a_server_is_found_again_by_its_working_folder(tmp_path: Path):
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as sleeper:
        assert list(Leftovers(tmp_path).pids()) == [sleeper.pid]
        sleeper.kill()


def test_a_state_folder_whose_name_only_begins_alike_is_somebody_elses(tmp_path: Path):
    neighbour = tmp_path / "state-two"
    neighbour.mkdir()
    with subprocess.Popen(["sleep", "60"], cwd=neighbour) as sleeper:
        assert list(Leftovers(tmp_path / "state").pids()) == []
        sleeper.kill()


def test_waiting_for_a_child_that_dies_ends_with_its_last_words(tmp_path: Path):
    words = [sys.executable, "-c", "raise SystemExit('no room at the inn')"]
    child = spawn("innkeeper", words, tmp_path / "log")
    with pytest.raises(Trouble, match=r"innkeeper stopped \(exit code 1\):\nno room at the inn"):
        wait_until("innkeeper", lambda: False, child)


def test_waiting_has_an_end(tmp_path: Path):
    child = spawn("sleeper", ["sleep", "60"], tmp_path / "log")
    with pytest.raises(Trouble, match="sleeper: no answer in 0 s"):
        wait_until("sleeper", lambda: False, child, seconds=0)
    child.kill()


def test_a_child_deaf_to_the_polite_signal_is_gone_all_the_same(tmp_path: Path):
    program = "trap '' TERM; echo ready; sleep 60 & wait; sleep 60"
    child = spawn("deaf", ["sh", "-c", program], tmp_path / "log", env={"PATH": "/bin:/usr/bin"})
    wait_until("deaf", lambda: "ready" in child.last_words(), child)
    child.stop(patience=0.2)
    assert not child.alive
    os.killpg(child.process.pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_a_child_ends_when_its_starter_is_killed(tmp_path: Path):
    starter = (
        "import pathlib, time; from devtools.processes import spawn; "
        f"print(spawn('x', ['sleep', '60'], pathlib.Path({str(tmp_path / 'log')!r})).process.pid,"
        " flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE) as process:
        assert process.stdout
        grandchild = int(process.stdout.readline())
        pidfd = os.pidfd_open(grandchild)
        process.kill()
    with open(pidfd, "rb", closefd=True, buffering=0) as handle:
        import select

        assert select.select([handle], [], [], 10)[0]
