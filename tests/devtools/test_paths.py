"""Folders and socket paths of the launcher."""

import os
from pathlib import Path

import pytest

from devtools import paths


def test_sockets_lie_inside_the_state_folder_while_their_path_fits(tmp_path: Path):
    assert paths.socket_folder(Path("/home/ana/hosting/var")) == Path("/home/ana/hosting/var/run")


def test_a_state_folder_too_deep_for_a_socket_gets_a_short_one_of_its_own():
    deep = Path("/home/ana") / ("é" * 60) / "var"
    folder = paths.socket_folder(deep)
    longest = folder / ".s.PGSQL.5432.lock"
    assert len(os.fsencode(longest)) <= paths.SOCKET_PATH_LIMIT
    assert folder != paths.socket_folder(deep / "other")


def test_a_private_folder_is_closed_to_others(tmp_path: Path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    assert paths.private_folder(folder).stat().st_mode & 0o777 == 0o700


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path: Path):
    (tmp_path / "run").symlink_to(tmp_path)
    with pytest.raises(paths.Trouble, match="belongs to somebody else"):
        paths.private_folder(tmp_path / "run")


def test_root_keeps_its_state_where_nobody_can_reach_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "is_root", lambda: True)
    assert paths.state_folder(Path("/root/x")).is_relative_to("/var/lib/easyhoster-dev")
    assert paths.state_folder(Path("/root/x")) != paths.state_folder(Path("/root/y"))


def test_everybody_else_keeps_it_in_the_checkout(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "is_root", lambda: False)
    assert paths.state_folder(Path("/home/ana/x")) == Path("/home/ana/x/var")


def test_what_a_killed_process_left_behind_goes_with_the_next_start(tmp_path: Path):
    left, fresh = tmp_path / "eh-left", tmp_path / "eh-fresh"
    for folder in (left, fresh):
        (folder / "pg").mkdir(parents=True)
    os.utime(left, (0, 0))
    new = paths.throwaway_folder(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([fresh, new])


def test_the_folder_of_a_living_process_stays(tmp_path: Path):
    lives = paths.throwaway_folder(tmp_path)
    os.utime(lives, (0, 0))
    paths.throwaway_folder(tmp_path)
    assert lives.exists()
