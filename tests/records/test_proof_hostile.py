"""All hostile files through a real worker, which stays below 300 MB. Long: `./dev test --proof`."""

import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from devtools.paths import throwaway_folder
from devtools.processes import Leftovers
from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from hosting.records.services.files import UploadRefused, store_upload
from tests.clamd import Clamd
from tests.hostile import Hostile, everything
from tests.interventions.house import House

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True)]
WORKER_MEGABYTES = 300
CHILD_MEGABYTES = 1200
CHECK_FILES = "hosting.records.tasks.check_files"


@pytest.fixture
def house(scanner: Clamd) -> Iterator[House]:
    state = throwaway_folder()
    made = House.around(state, CLAMD_URL=scanner.url)
    made.open()
    yield made
    made.stop()
    Leftovers(state).clear()
    shutil.rmtree(state, ignore_errors=True)


def test_d6_a_worker_checks_every_hostile_file_and_stays_small(house: House, capsys) -> None:
    total, refused = 0, 0
    for one in everything():
        total += 1
        refused += not taken(one)
    began = time.monotonic()
    waiting = StoredFile.objects.filter(scan_state=ScanState.NOT_SCANNED)
    house.has(lambda: not waiting.exists(), CHECK_FILES)
    seconds = time.monotonic() - began
    states = list(StoredFile.objects.values_list("scan_state", flat=True))
    held = resident(house)
    peaks = re.findall(r"peak_megabytes\W+(\d+)", log(house))
    most = max(map(int, peaks))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{total} hostile files: {refused} refused by the form, "
            + ", ".join(f"{states.count(state)} {state.value}" for state in ScanState)
            + f"; {seconds:.1f} s; worker {held:.0f} MB, children at most {most} MB\n"
        )
    assert held < WORKER_MEGABYTES
    assert most < CHILD_MEGABYTES


def taken(one: Hostile) -> bool:
    upload = SimpleUploadedFile("x", one.content)
    upload._name = one.name
    try:
        store_upload(upload, now=timezone.now())
    except UploadRefused:
        return False
    return True


def resident(house: House) -> float:
    """The most that the worker or its pool's process ever held, in megabytes."""
    main = house.children["worker"].process.pid
    pids = [main, *Path(f"/proc/{main}/task/{main}/children").read_text().split()]
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return max(int(text.split("VmHWM:")[1].split()[0]) for text in texts) / 1024


def log(house: House) -> str:
    text = house.children["worker"].log.read_text(errors="replace")
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
