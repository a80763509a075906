"""The locks: hashed, complete, and silent about hosts and paths."""

import re
import subprocess
import tomllib

import pytest

from devtools.paths import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock"]


def pinned(lock: str) -> dict[str, str]:
    """Name to version of each package in `lock`."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def wanted() -> tuple[set[str], set[str]]:
    """The names that pyproject.toml asks for: in the product, and for development."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def names(words: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~ ]", word)[0].lower() for word in words}

    return names(project["dependencies"]), names(project["optional-dependencies"]["dev"])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock: str):
    assert not re.search(r"https?:|file:|index-url|/home|/tmp|@ ", (ROOT / lock).read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str):
    for entry in re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip()):
        assert "--hash=sha256:" in entry, entry.partition("\n")[0]


def test_the_locks_hold_what_the_project_asks_for_and_agree():
    product, development = wanted()
    assert product <= set(pinned("requirements.lock"))
    assert development <= set(pinned("requirements-dev.lock"))
    assert pinned("requirements.lock").items() <= pinned("requirements-dev.lock").items()


def test_the_script_finds_the_line_of_the_installer_with_its_hashes():
    script = (ROOT / "dev").read_text()
    program = re.search(r"awk '(.+?)' requirements-dev.lock", script)
    assert program
    words = ["awk", program.group(1), "requirements-dev.lock"]
    line = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert line.startswith(f"uv=={pinned('requirements-dev.lock')['uv']}")
    assert line.count("==") == 1
    assert line.count("--hash=sha256:") > 1
