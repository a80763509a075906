"""A worker killed while it makes a pack of contracts: the next sweep finishes it, and nothing half made
is offered, nothing is made twice (P2, DESIGN principles 1 and 2)."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from cessions.enums import PackState
from cessions.models import ContractPack
from cessions.services import pack_making
from cessions.services.assignee_writing import Person
from cessions.services.assignees import add_assignee
from cessions.services.contracts import ask_pack, choices_for
from cessions.tasks import sweep_packs
from devtools.broker import Broker
from devtools.health import ring
from hosting.lib import clock
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import open_file
from hosting.records.services.files import remove_orphans
from tests.factories import CustomerAccountFactory, MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)
CONTRACTS = 3

WORKER = """
import os, signal, sys
import django
django.setup()
from cessions.services import pack_making
from hosting.celery import app

name, count, told = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
original, calls = getattr(pack_making, name), []

def stops(*given, **named):
    calls.append(name)
    if len(calls) == count:
        os.write(told, b"here")
        while True:
            signal.pause()
    return original(*given, **named)

setattr(pack_making, name, stops)
app.worker_main(["worker", "--pool=solo", "--without-gossip", "--without-mingle", "-l", "ERROR"])
"""
MOMENTS = {
    "before the third contract": ("contract_pdf", 3, 2),
    "before the commit of the second contract": ("journal", 2, 1),
    "in the middle of the ZIP": ("file_name", 2, 3),
    "before the commit of the ZIP": ("journal", CONTRACTS + 1, 3),
}
"""Where the worker stops (a function of `pack_making` and which call), and how many contracts are kept."""


@pytest.fixture
def owner() -> Iterator[object]:
    member = MembershipFactory(account=CustomerAccountFactory(reachable=True))
    for number in range(CONTRACTS):
        person = Person(f"Client {number}", (f"c{number}@bakery.example",))
        service = ServiceFactory(account=member.account)
        add_assignee(member.account, person, [service], now=clock.now())
    yield member
    for file in StoredFile.objects.all():
        default_storage.delete(file.storage_name)
    remove_orphans(clock.now() + timedelta(days=3))


def killed_at(function: str, call: int, broker: Broker) -> int:
    """A real worker is rung, stops at the call, and is killed there; its exit code."""
    reads, writes = os.pipe()
    address = broker.environment()["REDIS_URL"]
    own = {
        "DATABASE_URL": f"postgresql:///{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "hosting.settings",
        "REDIS_URL": address,
    }
    words = [sys.executable, "-c", WORKER, function, str(call), str(writes)]
    worker = subprocess.Popen(words, env=os.environ | own, pass_fds=[writes])
    try:
        os.close(writes)
        ring(address, "cessions.tasks.sweep_packs", {})
        ready, _, _ = select.select([reads], [], [], 120)
        assert ready, "the worker never came there"
        assert os.read(reads, 4) == b"here", "the worker ended by itself"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=60)
        os.close(reads)
    return worker.returncode


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_pack_whose_worker_was_killed_is_finished_by_the_next_sweep(
    owner, broker, client, moment
):
    function, call, kept = MOMENTS[moment]
    pack = ask_pack(owner.account, choices_for(owner.account), owner.user, clock.now())
    assert killed_at(function, call, broker) == -signal.SIGKILL

    pack.refresh_from_db()
    assert pack.file is None
    assert pack.contracts.filter(draft__isnull=False).count() == kept
    client.force_login(owner.user)
    offered = reverse("portal_contracts_zip", args=[pack.pk])
    assert client.get(offered).status_code == 404

    sweep_packs()
    pack.refresh_from_db()
    assert pack.file is None, "not before the pause is over"
    later = clock.now() + timedelta(minutes=pack_making.PAUSE_MINUTES + 1)
    while pack_making.make_due_packs(later):
        pass
    pack.refresh_from_db()
    assert (pack.state, pack.done) == (PackState.READY, CONTRACTS)
    nothing_is_there_twice(pack)
    assert b"".join(client.get(offered).streaming_content).startswith(b"PK")


def nothing_is_there_twice(pack: ContractPack) -> None:
    """One whole ZIP with each contract once; one file and one line of the journal per contract."""
    assert pack.file is not None
    with open_file(pack.file) as file, ZipFile(file) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert len(names) == len(set(names)) == CONTRACTS
    drafts = set(pack.contracts.values_list("draft_id", flat=True))
    rows = StoredFile.objects.filter(destroyed_at=None)
    assert set(rows.values_list("pk", flat=True)) == {*drafts, pack.file.pk}
    assert len(drafts) == CONTRACTS
    assert JournalEntry.objects.filter(event="contract.made").count() == CONTRACTS
    assert JournalEntry.objects.filter(event="contracts.ready").count() == 1


def test_bytes_that_a_killed_worker_left_without_a_row_go_with_the_sweep_of_leftovers(
    owner, broker
):
    ask_pack(owner.account, choices_for(owner.account), owner.user, clock.now())
    killed_at("journal", 2, broker)
    assert StoredFile.objects.count() == 1
    assert remove_orphans(clock.now() + timedelta(days=3)) == 1
    assert default_storage.exists(StoredFile.objects.get().storage_name)
