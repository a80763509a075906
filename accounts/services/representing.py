"""A legal representative whom a supervisor accepted signs in, until he represents no more (A12).

He stands for the holder: he reads the requests and answers them, hands services over (X7), sees how the
holder is reached. He never takes the holder's own sign-in over, and what the holder decides in person
(trusted people, powers of attorney, contacts, who has access) is not his: staff do it with him.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.enums import RESTS_ON, Judgement, Role
from accounts.models import CustomerAccount, HolderEvent, LegalRepresentative, Membership, User
from accounts.notifications import people as notify
from accounts.policies import email_address
from accounts.roles import is_supervisor, is_support
from accounts.services.memberships import members_of
from accounts.services.newcomers import user_of
from hosting.records.services import journal


@transaction.atomic
def let_representative_in(
    someone: LegalRepresentative, *, email: str, language: str, by: User, now: datetime
) -> Membership:
    """Let an accepted representative sign in with `email`, and tell the account's other people.

    Who is new here gets a link to choose a password (asked again: a new one), who signs in already is
    told. A member or trusted person of the account becomes its representative. The address is the one
    that was judged with the proof; another is a supervisor's to give, and is kept. Raises
    ValidationError for who is not accepted, for an owner's own sign-in (nobody acts under the holder's
    name), and when `by` may not.
    """
    _require(is_support(by))
    account = _locked(someone.account)
    someone = _standing(someone)
    member = someone.memberships.select_related("user").filter(ended_at__isnull=True).first()
    if member is not None:
        return _invite_again(member, account, by=by, now=now)
    _keep_address(someone, email_address(email), by=by, now=now)
    user, new = user_of(someone.email, full_name=someone.full_name, language=language, now=now)
    _end_former(account, user, by=by, now=now)
    others = _people_of(account)
    member = Membership.objects.create(
        account=account,
        user=user,
        role=Role.REPRESENTATIVE,
        representative=someone,
        added_by=by,
        created_at=now,
    )
    _journal_member(member, "member.added", by=by, now=now)
    if new:
        invitations.send_to_space(user, account, by=by, now=now)
    else:
        notify.added(member, now=now)
    notify.team_changed(member, others, notify.ADDED, now=now)
    return member


def welcome(someone: LegalRepresentative, *, by: User, now: datetime) -> Membership | None:
    """With his acceptance, let him in at once where an address is known and free for it.

    None where it has to be a page of its own: no address, or one that cannot sign in for him. A
    judgement of the proof never fails for the sake of a sign-in.
    """
    if not someone.email:
        return None
    language = someone.account.language
    try:
        return let_representative_in(
            someone, email=someone.email, language=language, by=by, now=now
        )
    except ValidationError:
        stream, actor = someone.account.stream, f"user:{by.pk}"
        journal(stream, "representative.not_let_in", at=now, actor=actor, representative=someone.pk)
        return None


@transaction.atomic
def end_representation(
    someone: LegalRepresentative, *, reason: str, by: User, now: datetime
) -> LegalRepresentative:
    """He stands for the holder no more: his sign-in ends at once, and all are told.

    Raises ValidationError without a reason, for one who does not stand for the holder, and unless `by`
    is a supervisor.
    """
    _require(is_supervisor(by))
    if not reason.strip():
        raise ValidationError({"reason": _("Please give a reason.")})
    account = _locked(someone.account)
    someone = _standing(someone)
    _end(account, someone, reason=reason.strip(), by=by, now=now)
    return someone


def end_for_withdrawn(event: HolderEvent, *, by: User, now: datetime) -> None:
    """A withdrawn event takes with it whoever stood for the holder because of it: no death, no heir.

    Within the transaction that withdrew it, the account locked. Another event of its kind keeps them.
    """
    account = event.account
    if account.events.standing().filter(kind=event.kind).exists():
        return
    kinds = [kind for kind, rests_on in RESTS_ON.items() if rests_on == event.kind]
    present = account.representatives.filter(judgement=Judgement.ACCEPTED, ended_at__isnull=True)
    for someone in present.filter(kind__in=kinds):
        _end(account, someone, reason=event.withdrawal_reason, by=by, now=now)


def _end(
    account: CustomerAccount, someone: LegalRepresentative, *, reason: str, by: User, now: datetime
) -> None:
    someone.ended_at, someone.ended_by, someone.ending_reason = now, by, reason
    someone.save(update_fields=["ended_at", "ended_by", "ending_reason"])
    facts = {"representative": someone.pk}
    journal(account.stream, "representative.ended", at=now, actor=f"user:{by.pk}", **facts)
    told = _people_of(account)
    running = someone.memberships.select_related("user", "account").filter(ended_at__isnull=True)
    for member in running:
        _end_member(member, by=by, now=now)
        notify.team_changed(member, told, notify.ENDED, now=now)


def _end_former(account: CustomerAccount, user: User, *, by: User, now: datetime) -> None:
    """What he was to the account ends, as he cannot be two things; an owner's sign-in stays his own."""
    former = account.memberships.filter(user=user, ended_at__isnull=True).first()
    if former is None:
        return
    if former.role in (Role.OWNER, Role.REPRESENTATIVE):
        raise ValidationError(
            {
                "email": _(
                    "Somebody signs in for the account with this address already. The representative"
                    " needs an address of his own."
                )
            }
        )
    _end_member(former, by=by, now=now)


def _end_member(member: Membership, *, by: User, now: datetime) -> None:
    member.ended_at = now
    member.save(update_fields=["ended_at"])
    _journal_member(member, "member.ended", by=by, now=now)


def _invite_again(
    member: Membership, account: CustomerAccount, *, by: User, now: datetime
) -> Membership:
    try:
        invitations.send_to_space_again(member.user, account, by=by, now=now)
    except invitations.AlreadyJoined as joined:
        raise ValidationError(_("This person has chosen a password already.")) from joined
    _journal_member(member, "member.invited_again", by=by, now=now)
    return member


def _keep_address(someone: LegalRepresentative, email: str, *, by: User, now: datetime) -> None:
    if email.lower() == someone.email.lower():
        return
    if not is_supervisor(by):
        raise ValidationError(
            {"email": _("Only a supervisor can give another address than the one that was judged.")}
        )
    someone.email = email
    someone.save(update_fields=["email"])
    stream, actor = someone.account.stream, f"user:{by.pk}"
    journal(stream, "representative.address", at=now, actor=actor, representative=someone.pk)


def _people_of(account: CustomerAccount) -> list[Membership]:
    """Whom a change concerns: all but the trusted people, who see nothing of it (A8)."""
    return [member for member in members_of(account) if member.role != Role.EMERGENCY]


def _standing(someone: LegalRepresentative) -> LegalRepresentative:
    found = LegalRepresentative.objects.select_related("account").get(pk=someone.pk)
    if found.judgement != Judgement.ACCEPTED or found.ended_at is not None:
        raise ValidationError(_("This person does not stand for the holder."))
    return found


def _require(may: bool) -> None:
    if not may:
        raise ValidationError(_("Your role does not allow this."))


def _locked(account: CustomerAccount) -> CustomerAccount:
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _journal_member(member: Membership, event: str, *, by: User, now: datetime) -> None:
    journal(
        member.account.stream,
        event,
        at=now,
        actor=f"user:{by.pk}",
        membership=member.pk,
        user=member.user_id,
        role=str(member.role),
        representative=member.representative_id,
    )
