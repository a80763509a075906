"""The holder's own backups: seen, started, restored, by whom the plan lets (N7, B6)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from hosting.desk.portal.access import SEEN_AS
from hosting.enums import PlanKind
from hosting.lib import clock
from hosting.lib.factor import Factor
from hosting.models import Plan
from hosting.records.models import JournalEntry
from interventions import policies
from interventions.backups import Phase
from interventions.enums import BackupState, InterventionState, RestoreState, SiteKind
from interventions.models import Intervention, Site, SiteBackup, SiteRestore
from interventions.services import backing_up, nightly, own_backups, restoring, work
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECRET = "a long secret"


@pytest.fixture(autouse=True)
def _hand(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def owner():
    owner = factories.MembershipFactory()
    owner.user.set_password(SECRET)
    owner.user.save()
    return owner


@pytest.fixture
def space(client, owner):
    client.force_login(owner.user)
    return client


@pytest.fixture
def site(owner):
    return a_site(owner.account)


def a_site(account, **plan):
    plan = {
        "kind": PlanKind.MANAGED,
        "automatic_backups": True,
        "backup_retention_days": 35,
        **plan,
    }
    service = factories.ServiceFactory(
        account=account, hosting=True, plan=factories.PlanFactory(**plan)
    )
    return Site.objects.create(service=service, kind=SiteKind.OTHER, root="/srv/site")


def good(site, now, purpose="manual", **fields):
    """A verified backup of `site`, with bytes."""
    backup = SiteBackup.objects.create(site=site, purpose=purpose, asked_at=now)
    cases.verified(backup, now)
    SiteBackup.objects.filter(pk=backup.pk).update(
        **{"purge_after": now + 30 * DAY, "size": 5_000_000, **fields}
    )
    return SiteBackup.objects.get(pk=backup.pk)


def page_of(site):
    return reverse("portal_backups_site", args=[site.service_id])


def start(space, site):
    return space.post(reverse("portal_backups_start", args=[site.service_id]), follow=True)


def restore_page(backup):
    return reverse("portal_backups_restore", args=[backup.pk])


def text(answer):
    return " ".join(answer.content.decode().split())


# -- Seeing -------------------------------------------------------------------------------------------


def test_the_list_says_what_each_plan_includes_and_the_last_good_backup(space, owner, now):
    site = a_site(owner.account)
    good(site, now - 2 * DAY)
    good(site, now - DAY, "automatic")
    bare = a_site(owner.account, kind="standard", automatic_backups=False)
    shown = text(space.get(reverse("portal_backups")))
    assert "an automatic backup every night, kept for 35 days" in shown
    assert "Last verified backup: 8 June 2026" in shown
    assert "makes no automatic backups: backing up regularly is your part" in shown
    assert "no backup yet" in shown
    assert bare.service.display_name in shown


def test_a_hosting_that_staff_have_not_set_up_says_so_and_leads_to_help(space, owner):
    service = factories.ServiceFactory(account=owner.account, hosting=True)
    for address in (reverse("portal_backups"), f"/espace/sauvegardes/{service.pk}/"):
        shown = text(space.get(address))
        assert "Our team has to set up the backups of this site first" in shown
        assert "Back up now" not in shown
    space.post(reverse("portal_backups_start", args=[service.pk]))
    assert not SiteBackup.objects.exists()


def test_a_domain_has_no_backups(space, owner):
    service = factories.ServiceFactory(account=owner.account)
    assert service.display_name not in text(space.get(reverse("portal_backups")))
    assert space.get(f"/espace/sauvegardes/{service.pk}/").status_code == 404


def test_each_backup_shows_date_size_purpose_state_and_its_end(space, site, now):
    good(site, now - DAY)
    good(site, now, "automatic", purge_after=now + 35 * DAY)
    good(site, now - 3 * DAY, "safety")
    shown = text(space.get(page_of(site)))
    for words in ("4.8", "started by the client", "before a restore", "verified", "14 July 2026"):
        assert words in shown
    assert shown.count(">Restore this backup</a>") == 3


def test_the_next_night_is_announced(space, site, now):
    assert "made in the coming night" in text(space.get(page_of(site)))
    nightly.plan_nights(now)
    shown = text(space.get(page_of(site)))
    assert "Next one: 10 June 2026, 0" in shown
    assert "made in the coming night" not in shown


def test_the_last_good_one_past_its_days_says_what_it_waits_for(space, site, now):
    good(site, now - 40 * DAY, "automatic", purge_after=now - 5 * DAY)
    assert "until a newer one is verified" in text(space.get(page_of(site)))


def test_what_is_destroyed_or_an_interventions_or_failed_long_ago_is_not_shown(space, site, now):
    good(site, now, "intervention")
    good(site, now, state="purged", purged_at=now, stored_as="", sealed_key="")
    SiteBackup.objects.create(site=site, purpose="manual", state="failed", asked_at=now - 8 * DAY)
    assert "None yet." in text(space.get(page_of(site)))
    SiteBackup.objects.create(site=site, purpose="manual", state="failed", asked_at=now - DAY)
    assert "failed" in text(space.get(page_of(site)))


def test_many_sites_and_backups_cost_no_more_queries_than_one(
    space, owner, now, django_assert_max_num_queries
):
    first = a_site(owner.account)
    good(first, now)
    good(first, now, "automatic")
    with django_assert_max_num_queries(12) as one:
        space.get(reverse("portal_backups"))
    with django_assert_max_num_queries(18) as one_page:
        space.get(page_of(first))
    for number in range(8):
        site = a_site(owner.account)
        for days in range(3):
            good(site, now - days * DAY, "automatic" if days else "manual")
        good(first, now - number * DAY, "automatic")
    with django_assert_max_num_queries(len(one)):
        assert text(space.get(reverse("portal_backups"))).count("Last verified") == 9
    with django_assert_max_num_queries(len(one_page)):
        space.get(page_of(first))


def test_who_prepares_the_account_sees_its_backups(client, owner, site):
    client.force_login(factories.MembershipFactory(account=owner.account, role=Role.MEMBER).user)
    assert client.get(page_of(site)).status_code == 200
    assert "Backups of your sites" in text(client.get(reverse("portal_home")))


@pytest.mark.parametrize("role", [Role.EMERGENCY, Role.REPRESENTATIVE])
def test_an_emergency_contact_or_representative_sees_none(client, owner, site, role):
    member = factories.MembershipFactory(account=owner.account, role=role)
    client.force_login(member.user)
    assert client.get(reverse("portal_backups")).status_code == 404
    assert client.get(page_of(site)).status_code == 404


def test_staff_look_on_and_change_nothing(client, owner, site, now):
    backup = good(site, now)
    client.force_login(factories.UserFactory(support=True))
    session = client.session
    session[SEEN_AS] = owner.account.pk
    session.save()
    for address in (reverse("portal_backups"), page_of(site)):
        shown = text(client.get(address))
        assert "Back up now" not in shown
        assert ">Restore this backup</a>" not in shown
    assert 'class="danger"' not in text(client.get(restore_page(backup)))
    assert client.post(restore_page(backup)).status_code == 403
    assert start(client, site).status_code == 403
    assert SiteBackup.objects.count() == 1


# -- Starting one -------------------------------------------------------------------------------------


def test_a_backup_is_started_in_one_step_and_pressed_twice_it_is_one(space, owner, site):
    shown = text(start(space, site))
    start(space, site)
    (backup,) = site.backups.all()
    assert (backup.purpose, backup.asked_by, backup.state) == ("manual", owner.user, "queued")
    assert "A backup is under way" in shown
    assert JournalEntry.objects.get(event="backup.asked").actor == f"user:{owner.user.pk}"


def test_five_are_kept_and_the_sixth_is_refused_in_words(space, site, now):
    for days in range(policies.MOST_MANUAL):
        good(site, now - days * DAY)
    good(site, now, "safety")
    assert "as many backups of your own as you can" in text(space.get(page_of(site)))
    assert "You keep 5 backups of your own already" in text(start(space, site))
    assert site.backups.filter(purpose="manual").count() == 5
    SiteBackup.objects.filter(purpose="manual").first().delete()
    start(space, site)
    assert site.backups.filter(purpose="manual").count() == 5


def test_none_is_started_while_the_site_is_being_restored(space, owner, site, now):
    restoring.restore_site(good(site, now), by=owner.user, now=now)
    assert "A restore of this site is under way already." in text(start(space, site))


def test_the_script_is_told_how_far_it_is(space, site, now):
    address = reverse("portal_backups_progress", args=[site.service_id])
    assert json.loads(space.get(address).content)["over"] is True
    start(space, site)
    assert json.loads(space.get(address).content)["words"] == "It waits for its turn."
    progress = {"phase": "files", "bytes": 50_000_000, "total": 200_000_000}
    SiteBackup.objects.update(state=BackupState.RUNNING, progress=progress)
    said = json.loads(space.get(address).content)
    assert (said["share"], said["over"]) == (25, False)
    assert said["words"] == "The files are being read."
    assert "47.7" in said["figures"]
    assert 'value="25"' in text(space.get(page_of(site)))
    assert "site-backups.js" in text(space.get(page_of(site)))


def test_every_phase_of_the_engine_has_its_words(space, site, now):
    address = reverse("portal_backups_progress", args=[site.service_id])
    start(space, site)
    for phase in Phase:
        SiteBackup.objects.update(state="running", progress={"phase": phase, "bytes": 7})
        said = json.loads(space.get(address).content)
        assert "turn" not in said["words"]
        assert said["share"] is None


# -- Restoring ----------------------------------------------------------------------------------------


def test_a_restore_says_what_is_lost_and_needs_the_factor(space, site, now):
    backup = good(site, now - DAY)
    shown = text(space.get(restore_page(backup)))
    for words in (
        "All that was changed on the site after 8 June 2026",
        "A safety copy of the site as it is now is made first",
        "It takes about 2 minutes",
        "visitors see a maintenance page",
    ):
        assert words in shown
    answer = space.post(restore_page(backup), {"factor": "wrong"})
    assert answer.status_code == 422
    assert JournalEntry.objects.get(event="factor_refused").facts["act"] == "site_restore"
    assert not SiteRestore.objects.exists()


def test_a_restore_is_ordered_with_its_safety_copy_and_journalled(space, owner, site, now):
    backup = good(site, now)
    shown = text(space.post(restore_page(backup), {"factor": SECRET}, follow=True))
    (restore,) = SiteRestore.objects.all()
    assert (restore.backup, restore.asked_by) == (backup, owner.user)
    assert restore.safety.purpose == "safety"
    assert "Step 1 of 2: a safety copy is made" in shown
    confirmed = JournalEntry.objects.get(event="restore.confirmed", stream=f"site:{site.pk}")
    assert confirmed.facts == {"restore": str(restore.pk), "factor": "password"}
    assert space.post(restore_page(backup), {"factor": SECRET}).status_code == 409
    assert SiteRestore.objects.count() == 1


def test_the_verb_itself_asks_for_the_factor_and_the_plan(owner, site, now):
    backup = good(site, now)
    with pytest.raises(Exception, match="password or code"):
        own_backups.restore_own(backup, by=owner.user, factor=None, now=now)
    Plan.objects.update(kind=PlanKind.STANDARD, automatic_backups=False)
    with pytest.raises(NotPossible, match="does not let you"):
        own_backups.restore_own(backup, by=owner.user, factor=Factor.PASSWORD, now=now)


@pytest.mark.parametrize(
    ("kind", "automatic", "may"),
    [
        ("standard", False, False),
        ("standard", True, True),
        ("managed", False, True),
        ("managed", True, True),
    ],
)
def test_a_managed_plan_or_a_backup_option_lets_him_restore(
    space, owner, now, kind, automatic, may
):
    site = a_site(owner.account, kind=kind, automatic_backups=automatic)
    backup = good(site, now)
    shown = text(space.get(page_of(site)))
    assert (">Restore this backup</a>" in shown) == may
    assert ("on a quote that you accept first" in shown) == (not may)
    answer = space.post(restore_page(backup), {"factor": SECRET})
    assert answer.status_code == (302 if may else 409)
    assert SiteRestore.objects.exists() == may


def test_without_a_plan_he_does_not_restore(space, owner, now):
    service = factories.ServiceFactory(account=owner.account, kind="hosting", registration=False)
    site = Site.objects.create(service=service, kind=SiteKind.OTHER, root="/srv/site")
    answer = space.post(restore_page(good(site, now)), {"factor": SECRET})
    assert answer.status_code == 409
    assert "does not let you restore" in text(answer)


@pytest.mark.parametrize("state", InterventionState.values)
@pytest.mark.parametrize("told", [False, True])
def test_nothing_is_restored_under_an_unfinished_intervention_or_a_hold(
    owner, site, now, state, told
):
    ticket = cases.a_ticket(now, service=site.service)
    by = factories.UserFactory(support=True)
    found = work.open_intervention(ticket, site, areas=["home"], by=by, now=now)
    backup = good(site, now)
    if state == "started":
        Intervention.objects.update(backup=good(site, now, "intervention"))
    Intervention.objects.filter(pk=found.pk).update(state=state, t1_at=now if told else None)
    free = {"validated", "unanswered", "cancelled"} | ({"restored", "declined"} if told else set())
    assert (own_backups.blockers(backup) == []) == (state in free)


def test_the_words_of_an_unfinished_intervention_are_on_the_page(space, site, now):
    ticket = cases.a_ticket(now, service=site.service)
    by = factories.UserFactory(support=True)
    work.open_intervention(ticket, site, areas=["home"], by=by, now=now)
    shown = text(space.get(restore_page(good(site, now))))
    assert "Our technicians are working on this site" in shown
    assert 'class="danger"' not in shown


def test_a_technician_takes_no_backup_under_a_clients_restore(owner, site, now):
    restoring.restore_site(good(site, now), by=owner.user, now=now)
    ticket = cases.a_ticket(now, service=site.service)
    by = factories.UserFactory(support=True)
    found = work.open_intervention(ticket, site, areas=["home"], by=by, now=now)
    with pytest.raises(NotPossible, match="under way"):
        work.ask_backup(found, by=by, now=now)


def test_a_backup_that_is_gone_or_not_verified_is_not_restored(space, site, now):
    gone = good(site, now, state="purged", purged_at=now, stored_as="", sealed_key="")
    waiting = backing_up.order_backup(site, purpose="manual", now=now)
    for backup in (gone, waiting):
        answer = space.post(restore_page(backup), {"factor": SECRET})
        assert answer.status_code == 409
        assert "is not verified, or does not exist any more" in text(answer)


def test_an_interventions_backup_is_not_the_clients_to_restore(space, site, now):
    assert space.get(restore_page(good(site, now, "intervention"))).status_code == 404


def test_a_service_that_moved_to_another_account_takes_its_backups_along(space, site, now):
    backup = good(site, now)
    site.service.account = factories.CustomerAccountFactory()
    site.service.save()
    for address in (page_of(site), restore_page(backup)):
        assert space.get(address).status_code == 404
    assert space.post(restore_page(backup), {"factor": SECRET}).status_code == 404
    assert start(space, site).status_code == 404


def test_afterwards_the_safety_copy_is_offered_and_a_failure_is_said(space, owner, site, now):
    restore = restoring.restore_site(good(site, now - DAY), by=owner.user, now=now)
    cases.verified(restore.safety, now)
    SiteRestore.objects.update(state=RestoreState.DONE, ended_at=now)
    shown = text(space.get(page_of(site)))
    assert "the site was put back to the backup of 8 June 2026" in shown
    assert f'href="{restore_page(restore.safety)}">Put it back as it was' in shown
    assert "Put it back as it was" in text(space.get(restore_page(restore.safety)))
    SiteRestore.objects.update(state=RestoreState.FAILED, error="/srv/secret-path")
    shown = text(space.get(page_of(site)))
    assert "could not be carried out" in shown
    assert "secret-path" not in shown
