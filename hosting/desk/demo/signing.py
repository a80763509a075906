"""Papers that resellers sign: powers of attorney and contracts in every state (P3, A9)."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import PowerScope
from accounts.models import CustomerAccount, PowerOfAttorney, User
from accounts.services.memberships import owners_of
from accounts.services.papers import accept_paper, end_paper, refuse_paper, upload_signed
from accounts.services.power_making import keep_draft
from accounts.services.powers import draft_power
from cessions.enums import DocumentKind
from cessions.models import TransferContract
from cessions.services.scanned import keep_scans
from hosting.desk.demo import papers
from hosting.desk.demo.calendar import Calendar
from hosting.desk.demo.people import MARIE, PAUL
from hosting.lib.dates import local_date
from hosting.records.models import StoredFile
from hosting.records.services import open_file, store_upload

Act = Callable[[datetime], object]
Find = Callable[[], PowerOfAttorney | TransferContract]


def plan_signing(
    calendar: Calendar,
    staff: Mapping[str, User],
    *,
    vosges: CustomerAccount,
    lumen: CustomerAccount,
    pixel: CustomerAccount,
) -> None:
    """Powers in force, to sign, to check, refused and revoked; contracts in force, to check, to sign."""
    plan_power(calendar, staff["jonas"], vosges, days=24)
    calendar.plan(calendar.days_ago(1, 11), draft(vosges, [PowerScope.CONTACT_CLIENTS]))
    calendar.plan(calendar.days_ago(20, 9), draft(pixel))
    calendar.plan(calendar.days_ago(15, 9), revoke(latest_power(pixel), pixel))
    calendar.plan(calendar.days_ago(5, 9), draft(pixel))
    calendar.plan(calendar.days_ago(4, 9), send(latest_power(pixel), pixel))
    calendar.plan(calendar.days_ago(10, 9), draft(lumen))
    calendar.plan(calendar.days_ago(9, 9), send(latest_power(lumen), lumen))
    calendar.plan(calendar.days_ago(8, 9), refuse(latest_power(lumen), staff["claire"]))
    with_marie, with_paul = (contract_with(vosges, person.name) for person in (MARIE, PAUL))
    calendar.plan(calendar.days_ago(20, 14), send(with_marie, vosges, identity=True))
    calendar.plan(calendar.days_ago(19, 10), accept(with_marie, staff["claire"], identity=True))
    calendar.plan(calendar.days_ago(1, 15), send(with_paul, vosges, identity=True))
    calendar.plan(calendar.hours_ago(3), send_unknown(vosges))


def plan_power(calendar: Calendar, by: User, account: CustomerAccount, *, days: int) -> None:
    """A power of attorney drafted so many dates ago, signed the next date, in force from the third."""
    calendar.plan(calendar.days_ago(days, 9), draft(account))
    calendar.plan(calendar.days_ago(days - 1, 9), send(latest_power(account), account))
    calendar.plan(calendar.days_ago(days - 2, 9), accept(latest_power(account), by))


def holder_of(account: CustomerAccount) -> User:
    """Who signs in as the owner of `account`."""
    return owners_of(account)[0].user


def latest_power(account: CustomerAccount) -> Find:
    return partial(PowerOfAttorney.objects.filter(account=account).latest, "drafted_at")


def contract_with(account: CustomerAccount, name: str) -> Find:
    contracts = TransferContract.objects.filter(account=account, assignee__full_name=name)
    return partial(contracts.latest, "drafted_at")


def draft(account: CustomerAccount, scopes: Collection[str] = tuple(PowerScope)) -> Act:
    """The holder has a power of attorney made, to run for a year; a worker makes its PDF."""

    def act(now: datetime) -> None:
        starts_on = _day(now)
        draft_power(
            account,
            scopes=scopes,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=365),
            language=account.language,
            by=holder_of(account),
            now=now,
        )

    return act


def send(find: Find, account: CustomerAccount, *, identity: bool = False) -> Act:
    """The holder sends the signed copy: here the draft itself, so that its code can be read."""

    def act(now: datetime) -> None:
        paper = find()
        if isinstance(paper, PowerOfAttorney):
            keep_draft(paper.pk, now)
            paper.refresh_from_db()
        copy = _identity_copy(account, now) if identity else None
        scan = _copy_of(paper, now)
        upload_signed(paper, scan=scan, identity_copy=copy, by=holder_of(account), now=now)

    return act


def send_unknown(account: CustomerAccount) -> Act:
    """The holder sends a sheet whose pages bear no code: somebody has to sort it."""

    def act(now: datetime) -> None:
        title = str(DocumentKind.CONTRACT.label)
        sheet = papers.other_paper(title, account.full_name, account.trade_name)
        keep_scans(account, [papers.upload(sheet)], by=holder_of(account), now=now)

    return act


def accept(find: Find, by: User, *, identity: bool = False) -> Act:
    """Staff compare the copy with the draft, and accept it."""

    def act(now: datetime) -> None:
        accept_paper(
            find(),
            by=by,
            signed_on=_day(now),
            identity_valid_until=_day(now) + timedelta(days=1500) if identity else None,
            identity_accepted=identity,
            now=now,
        )

    return act


def refuse(find: Find, by: User) -> Act:
    """Staff refuse the copy; the holder reads why."""

    def act(now: datetime) -> None:
        reason = "La signature manque sur la dernière page : pourriez-vous la renvoyer ?"
        refuse_paper(find(), reason=reason, by=by, now=now)

    return act


def revoke(find: Find, account: CustomerAccount) -> Act:
    """The holder takes a power back."""

    def act(now: datetime) -> None:
        end_paper(find(), by=holder_of(account), now=now)

    return act


def _copy_of(paper: PowerOfAttorney | TransferContract, now: datetime) -> StoredFile:
    assert paper.draft is not None  # noqa: S101 (an act out of order is a mistake in the script)
    with open_file(paper.draft) as file:
        content = file.read()
    name = f"{paper.reference}-signed.pdf"
    return store_upload(SimpleUploadedFile(name, content, "application/pdf"), now=now)


def _identity_copy(account: CustomerAccount, now: datetime) -> StoredFile:
    until = date(now.year + 4, 6, 30)
    sheet = papers.identity_card(account.full_name, until, account.language)
    return store_upload(papers.upload(sheet), now=now)


def _day(now: datetime) -> date:
    return local_date(now, ZoneInfo(settings.TIME_ZONE))
