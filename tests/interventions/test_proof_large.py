"""A database of 500 MB and 20,000 small files go the whole way (I4, I9). Long: `./dev test --proof`."""

import resource
import time
from datetime import timedelta
from pathlib import Path

import pytest

from interventions.enums import BackupState, RestoreState
from interventions.services import answers, backing_up, restoring, work
from tests.interventions import cases
from tests.interventions.cases import again
from tests.interventions.servers import NASTY, MariaDBServer, Sshd
from tests.interventions.sites import config, seen

pytestmark = [pytest.mark.proof, pytest.mark.django_db, pytest.mark.usefixtures("secrets")]
FILES = 20_000
FILL = """
CREATE TABLE wp_posts (id int PRIMARY KEY, body text) CHARSET utf8mb4;
INSERT INTO wp_posts SELECT seq, REPEAT(SHA2(seq, 512), 8) FROM seq_1_to_500000;
"""
LOST = "DELETE FROM wp_posts WHERE id % 2; UPDATE wp_posts SET body = 'gone' WHERE id % 1000 = 0"


@pytest.fixture
def root(home: Path) -> Path:
    made = home / "www"
    for number in range(FILES):
        folder = made / f"{number % 200:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"{number}\n" * (number % 300))
    return made


def test_a_large_site_goes_the_whole_way(
    root: Path, home: Path, mariadb: MariaDBServer, sshd: Sshd, now, capsys
):
    name = mariadb.fill(FILL).name
    (root / "wp-config.php").write_text(config(name, "site", NASTY, f"localhost:{mariadb.socket}"))
    size = "SELECT SUM(LENGTH(body)) FROM wp_posts"
    assert int(mariadb.sql(size, name)) >= 500_000_000
    sums = mariadb.sql("CHECKSUM TABLE wp_posts", name)
    before = seen(root)
    intervention = cases.on_server(root, sshd, now)
    by = intervention.technician
    work.ask_backup(intervention, by=by, now=now)
    timed(lambda: backing_up.make_due(lambda: now), "backup, with reading back", capsys)
    found = again(intervention)
    assert found.backup.state == BackupState.READY, found.backup.error
    assert found.backup.manifest["counts"]["files"] == FILES + 1
    work.start(found, by=by, now=now)
    mariadb.sql(LOST, name)
    for number in range(0, FILES, 3):
        (root / f"{number % 200:03}" / f"{number}.txt").unlink()
    work.end(again(intervention), report="x", by=by, now=now)
    answers.invalidate(again(intervention), remark="Gone.", now=now + timedelta(hours=1))
    restoring.ask_restore(again(intervention), now=now)
    timed(lambda: restoring.restore_due(lambda: now), "restore, with comparing", capsys)
    found = again(intervention)
    assert found.restore.state == RestoreState.DONE, found.restore.error
    assert seen(root) == before
    assert mariadb.sql("CHECKSUM TABLE wp_posts", name) == sums
    assert [path.name for path in home.iterdir()] == ["www"]


def timed(verb, what: str, capsys) -> None:
    begun = time.monotonic()
    verb()
    seconds = time.monotonic() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with capsys.disabled():
        print(f"\n{what}: {seconds:.1f} s; most memory of the whole test process {most} MB")  # noqa: T201
