"""An absence announced beforehand is no disappearance (A11)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.services.absence import announce_absence, cancel_absence
from hosting.records.models import JournalEntry
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


PAGE = "/espace/absence/"
JULY = (date(2026, 7, 1), date(2026, 7, 31))


def announce(account, now, period=JULY, **more):
    by = UserFactory()
    return announce_absence(account, from_on=period[0], until_on=period[1], by=by, now=now, **more)


def test_an_absence_is_written_down_and_journalled_without_its_remark(now):
    account = CustomerAccountFactory()
    absence = announce(account, now, remark="in  hospital")
    assert (absence.remark, absence.told_at) == ("in hospital", now)
    entry = JournalEntry.objects.get(stream=account.stream, event="absence.announced")
    assert entry.facts == {
        "absence": absence.pk,
        "from_on": "2026-07-01",
        "until_on": "2026-07-31",
    }


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 6, 8), date(2026, 6, 20), "from_on"),
        (date(2026, 7, 2), date(2026, 7, 1), "until_on"),
        (date(2026, 7, 1), date(2027, 7, 2), "until_on"),
    ],
)
def test_the_past_a_wrong_end_and_more_than_a_year_are_refused(now, first, last, field):
    with pytest.raises(ValidationError) as refused:
        announce(CustomerAccountFactory(), now, (first, last))
    assert field in refused.value.message_dict


def test_today_is_the_local_date(now):
    late = now.replace(hour=22, minute=30)  # 00:30 of the 10th in Paris
    with pytest.raises(ValidationError):
        announce(CustomerAccountFactory(), late, (date(2026, 6, 9), date(2026, 6, 20)))
    assert announce(CustomerAccountFactory(), late, (date(2026, 6, 10), date(2026, 6, 10)))


def test_two_absences_never_overlap_but_one_taken_back_makes_room(now):
    account = CustomerAccountFactory()
    first = announce(account, now)
    with pytest.raises(ValidationError, match="already"):
        announce(account, now, (date(2026, 7, 31), date(2026, 8, 5)))
    announce(CustomerAccountFactory(), now)
    cancel_absence(first, by=UserFactory(), now=now)
    announce(account, now, (date(2026, 7, 31), date(2026, 8, 5)))


def test_an_absence_is_taken_back_once_and_never_after_its_end(now):
    absence = announce(CustomerAccountFactory(), now)
    with pytest.raises(ValidationError, match="over"):
        cancel_absence(absence, by=UserFactory(), now=now + timedelta(days=60))
    cancel_absence(absence, by=UserFactory(), now=now)
    with pytest.raises(ValidationError, match="already"):
        cancel_absence(absence, by=UserFactory(), now=now)


def test_the_page_announces_and_takes_back(client, now):
    member = MembershipFactory(role=Role.MEMBER)
    client.force_login(member.user)
    with time_machine.travel(now, tick=False):
        typed = {"from_on": "2026-07-01", "until_on": "2026-07-31", "remark": ""}
        page = client.post(PAGE, typed, follow=True).content.decode()
        assert "July 1, 2026" in page or "1 July 2026" in page
        assert "60 days" in page
        absence = member.account.absences.get()
        assert absence.told_by == member.user
        client.post(reverse("portal_absence_cancel", args=[absence.pk]))
    absence.refresh_from_db()
    assert absence.cancelled_at == now


def test_the_page_says_in_words_what_is_refused(client, now):
    owner = MembershipFactory()
    client.force_login(owner.user)
    with time_machine.travel(now, tick=False):
        answer = client.post(PAGE, {"from_on": "2026-06-01", "until_on": "2026-06-30"})
    assert "from today on" in answer.content.decode()
    assert not owner.account.absences.exists()


def test_somebody_elses_absence_is_not_found(client, now):
    absence = announce(CustomerAccountFactory(), now)
    client.force_login(MembershipFactory().user)
    assert client.post(reverse("portal_absence_cancel", args=[absence.pk])).status_code == 404
    absence.refresh_from_db()
    assert absence.cancelled_at is None


def test_an_emergency_contact_finds_no_absences(client):
    client.force_login(MembershipFactory(role=Role.EMERGENCY).user)
    assert client.get(PAGE).status_code == 404


def test_an_absence_is_taken_back_by_a_post_alone(client, now):
    owner = MembershipFactory()
    absence = announce(owner.account, now)
    client.force_login(owner.user)
    assert client.get(reverse("portal_absence_cancel", args=[absence.pk])).status_code == 405
