"""Every kind of page of the back office that a supervisor reaches by links is for everybody."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from accounts import invitations
from accounts.enums import Judgement
from accounts.models import User
from cessions.enums import ChallengeKind, ExportState, ScanFiling
from cessions.models import CaseExport, ScannedPaper, TransferRequest
from hosting.lib.clock import now
from hosting.records.enums import ScanState
from tests.accounts.papers import a_file
from tests.browser.axe import VIEWS, check_page
from tests.cessions.cases import a_challenge
from tests.cessions.documents import a_paper
from tests.cessions.people import a_contact, a_representative, an_event
from tests.factories import (
    CustomerAccountFactory,
    InternalNoteFactory,
    ServiceFactory,
    TransferRequestFactory,
    UserFactory,
)
from tests.interventions.cases import asked

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = {"admin:logout", "admin:password_change", "admin:cessions_caseexport_zip"}


@pytest.fixture
def supervisor(sign_in: Callable[[User], None]) -> User:
    user = UserFactory(supervisor=True)
    user.set_password("correct horse battery")
    user.save()
    sign_in(user)
    return user


@pytest.fixture
def something_of_each(supervisor: User) -> None:
    """Rows enough for each kind of page to have something to show."""
    account = CustomerAccountFactory(reachable=True)
    InternalNoteFactory(account=account)
    ServiceFactory(account=account)
    ServiceFactory(account=account, hosting=True)
    request = TransferRequestFactory(account=account, received_at=now() - timedelta(days=2))
    for kind in (ChallengeKind.CALL, ChallengeKind.DNS, ChallengeKind.QUESTION):
        a_challenge(request.services.get(), kind, answer="Bread and cakes.", seen="nothing")
    a_paper(TransferRequest.objects.get())
    CaseExport.objects.create(
        filing=request.filing,
        requested_by=supervisor,
        reason="Tribunal judiciaire, dossier 12/34",
        language="fr",
        asked_at=now(),
        state=ExportState.READY,
        made_at=now(),
        destroy_at=now() + timedelta(days=7),
        sha256="0123456789abcdef" * 4,
        size=4_000_000,
    )
    a_contact(account)
    an_event(account)
    a_representative(account, Judgement.PENDING)
    ScannedPaper.objects.create(
        account=account,
        file=a_file(scan_state=ScanState.NOT_SCANNED),
        uploaded_at=now(),
        uploaded_by=supervisor,
        state=ScanFiling.UNREAD,
    )
    asked(now())
    invitations.invite(
        email="new@easyhoster.example",
        full_name="New",
        language="en",
        groups=[],
        by=supervisor,
        now=now(),
    )


@pytest.mark.usefixtures("something_of_each")
def test_every_page_of_the_back_office_is_for_everybody(
    page: Page, live_server: Any, console: list[str]
) -> None:
    """Each kind of page in one of the two views, in turn; what has a test of its own stands both."""
    seen: set[str] = set()
    wrong: list[str] = []
    waiting = ["/admin/"]
    while waiting:
        path = waiting.pop(0)
        kind = resolve(path).view_name
        if kind in seen | ELSEWHERE:
            continue
        seen.add(kind)
        try:
            check_page(page, live_server.url + path, console, views=[VIEWS[len(seen) % 2]])
        except AssertionError as error:
            wrong.append(str(error))
        console.clear()
        waiting += pages_linked(page)
    assert not wrong, "\n\n".join(wrong)
    assert {"admin:accounts_customeraccount_change", "admin:hosting_service_change"} <= seen
    assert {"admin:cessions_scannedpaper_change", "admin:cessions_scannedpaper_sort"} <= seen
    assert {"admin:cessions_caseexport_change", "admin:cessions_transferrequest_export"} <= seen
    assert {"admin:cessions_transferrequest_change", "admin:records_outgoingmail_change"} <= seen
    assert {"admin:cessions_transferrequest_verification-call"} <= seen
    assert {"admin:cessions_document_changelist", "admin:cessions_document_review"} <= seen
    assert {"admin:interventions_intervention_change", "admin:interventions_site_change"} <= seen


def pages_linked(page: Page) -> Iterator[str]:
    """Paths of the back office that the open page links to; what is a file to keep is left out."""
    links = page.locator("a[href]:not([download])").all()
    for href in [link.get_attribute("href") or "" for link in links]:
        path = urlsplit(urljoin(page.url, href)).path
        if path.startswith("/admin/"):
            yield path
