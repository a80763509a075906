"""Tickets, sites and interventions as far along as a test needs them, made by the verbs themselves."""

from datetime import datetime, timedelta
from pathlib import Path

from hosting.records.enums import MailState
from hosting.records.models import OutgoingMail
from interventions import backups
from interventions.backups.streams import stored_name
from interventions.enums import BackupState, OpenedAs, SiteKind
from interventions.models import HostingServer, Intervention, Site, SiteBackup, Ticket
from interventions.services import asking, work
from interventions.services.numbers import ticket_number
from tests import factories
from tests.interventions.servers import Sshd

AREAS = ("purchase path", "contact form")


def a_ticket(now: datetime, **fields) -> Ticket:
    """An open ticket of an account, in English."""
    service = fields.pop("service", None) or factories.ServiceFactory(hosting=True)
    return Ticket.objects.create(
        **{
            "number": ticket_number(now),
            "account": service.account,
            "service": service,
            "service_name": service.name,
            "opened_as": OpenedAs.HOLDER,
            "full_name": "Ada Martin",
            "email": "ada@bakery.example",
            "language": "en",
            "what": "The cart is empty.",
            "created_at": now,
            **fields,
        }
    )


def opened(now: datetime, **fields) -> Intervention:
    """An intervention given to a technician, without a backup yet."""
    technician = factories.UserFactory(support=True)
    ticket = a_ticket(now, **fields)
    site = Site.objects.create(service=ticket.service, kind=SiteKind.OTHER, root="/srv/site")
    intervention = work.open_intervention(ticket, site, areas=AREAS, by=technician, now=now)
    work.assign(intervention, technician, by=technician, now=now)
    return again(intervention)


def on_server(root: Path, sshd: Sshd, now: datetime) -> Intervention:
    """An intervention on the WordPress in `root`, which a server of ours holds; its key is `web1`."""
    found = opened(now)
    there = sshd.server()
    server = HostingServer.objects.create(
        name="web1",
        host=there.host,
        port=there.port,
        host_key=there.host_key,
        user=there.user,
        secret="web1",
    )
    Site.objects.filter(pk=found.site_id).update(
        server=server, kind=SiteKind.WORDPRESS, root=str(root)
    )
    return again(found)


def verified(backup: SiteBackup, now: datetime) -> SiteBackup:
    """The backup as a worker leaves it, with some bytes in storage."""
    name = backups.new_backup_id()
    with backups.default_store().writing(stored_name(name, "files")) as sink:
        sink.write(b"bytes")
    SiteBackup.objects.filter(pk=backup.pk).update(
        state=BackupState.READY,
        verified_at=now,
        stored_as=name,
        sealed_key="sealed",
        size=5,
        sha256="0" * 64,
        next_try_at=None,
    )
    return SiteBackup.objects.get(pk=backup.pk)


def ready(now: datetime, **fields) -> Intervention:
    """An intervention with a verified backup."""
    intervention = opened(now, **fields)
    backup = work.ask_backup(intervention, by=intervention.technician, now=now)
    work.backup_ended(verified(backup, now), now=now)
    return again(intervention)


def ended(now: datetime, **fields) -> Intervention:
    """An intervention whose work is done; the request for validation waits in the outbox."""
    intervention = ready(now, **fields)
    work.start(intervention, by=intervention.technician, now=now)
    work.end(intervention, report="Mended the plugin.", by=intervention.technician, now=now)
    return again(intervention)


def asked(now: datetime, **fields) -> Intervention:
    """An intervention whose T0 is `now`: the client's mail server took the request."""
    intervention = ended(now, **fields)
    accept_mail(intervention, now)
    asking.follow_mails(now)
    return again(intervention)


def unanswered(now: datetime, **fields) -> Intervention:
    """An intervention that nobody answered within 24 hours of `now`, its T0."""
    intervention = asked(now, **fields)
    Intervention.objects.filter(pk=intervention.pk).update(
        reminders_sent=2, next_step_at=now + timedelta(hours=24)
    )
    asking.step_due(now + timedelta(hours=24))
    return again(intervention)


def accept_mail(intervention: Intervention, at: datetime) -> None:
    """The client's mail server takes the request for validation."""
    OutgoingMail.objects.filter(pk=intervention.request_mail_id).update(
        state=MailState.SENT, accepted_at=at, next_try_at=None
    )


def bytes_exist(stored_as: str) -> bool:
    """Whether the bytes of a backup lie in the store."""
    try:
        with backups.default_store().reading(stored_name(stored_as, "files")):
            return True
    except backups.BackupError:
        return False


def bounce_mail(intervention: Intervention, at: datetime) -> None:
    """And it comes back."""
    OutgoingMail.objects.filter(pk=intervention.request_mail_id).update(
        state=MailState.BOUNCED, bounced_at=at
    )


def again(intervention: Intervention) -> Intervention:
    """The intervention as it is in the database now."""
    return Intervention.objects.select_related("backup", "ticket").get(pk=intervention.pk)
