"""Tables of the courtesy interventions: sites and backups, tickets, work."""

from interventions.models.inbox import IncomingMail, MessageFile
from interventions.models.sites import HostingServer, Site, SiteBackup, SiteRestore
from interventions.models.tickets import SiteCredential, Ticket, TicketConsent, TicketMessage
from interventions.models.work import Complaint, Contest, Intervention, Probe

__all__ = [
    "Complaint",
    "Contest",
    "HostingServer",
    "IncomingMail",
    "Intervention",
    "MessageFile",
    "Probe",
    "Site",
    "SiteBackup",
    "SiteCredential",
    "SiteRestore",
    "Ticket",
    "TicketConsent",
    "TicketMessage",
]
