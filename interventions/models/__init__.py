"""Tables of the courtesy interventions: sites and backups, tickets, work, quotes."""

from interventions.models.inbox import IncomingMail, MessageFile
from interventions.models.quotes import Order, Quote, QuoteLine
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
    "Order",
    "Probe",
    "Quote",
    "QuoteLine",
    "Site",
    "SiteBackup",
    "SiteCredential",
    "SiteRestore",
    "Ticket",
    "TicketConsent",
    "TicketMessage",
]
