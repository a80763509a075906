"""What each group of staff may do in the admin. Code is the only place: every migrate writes it anew.

Nobody deletes: what ends is ended, what was wrong is superseded. Inviting users and decisions ask
for the supervisor's role itself (`accounts.roles`), not for a permission. Another group, made by
hand, may hold other permissions; these two always hold exactly the ones below.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.roles import SUPERVISOR, SUPPORT

READ, WRITE, ADD = ("view",), ("view", "add", "change"), ("view", "add")

Table = dict[str, tuple[str, ...]]

FOR_SUPPORT: Table = {
    "accounts.customeraccount": WRITE,
    "accounts.contactmethod": READ,
    "accounts.correctionrequest": READ,
    "accounts.formeridentity": READ,
    "accounts.internalnote": READ,
    "accounts.legalrepresentative": READ,
    "accounts.powerofattorney": ("view", "change"),
    "cessions": WRITE,  # every table of the app: its pages ask for a verb's own conditions
    "interventions": READ,
    "interventions.contest": ("view", "change"),  # its verb asks who may
    "interventions.intervention": ("view", "change"),
    "interventions.ticket": ("view", "change"),
    "hosting.continuityhold": ("view", "change"),
    "hosting.domainregistration": READ,
    "hosting.emergency": ("view", "change"),  # its verbs ask who may
    "hosting.notice": READ,
    "hosting.ownershipperiod": READ,
    "hosting.plan": READ,
    "hosting.service": WRITE,
    "hosting.topleveldomain": READ,
    "hosting.webhookdelivery": READ,
    "records.outgoingmail": ("view", "change"),
    "records.storedfile": READ,
}
FOR_SUPERVISOR: Table = FOR_SUPPORT | {
    "accounts.user": WRITE,
    "hosting.notice": ADD,
    "hosting.plan": WRITE,
    "hosting.topleveldomain": WRITE,
    "hosting.webhookdelivery": ("view", "change"),
    "interventions.hostingserver": WRITE,
    "interventions.site": WRITE,
    "records.journalentry": READ,
    "records.journalseal": READ,
}
GROUPS = {SUPPORT: FOR_SUPPORT, SUPERVISOR: FOR_SUPERVISOR}


def grant(**_: Any) -> None:
    """After migrations: the groups that exist get their permissions, as far as those exist yet."""
    for group in Group.objects.filter(name__in=GROUPS):
        group.permissions.set(Permission.objects.filter(condition(GROUPS[group.name])))


def condition(table: Table) -> Q:
    """The permissions that a table names: verbs per "app.model", or per "app" for all its models."""
    wanted = Q(pk__in=[])
    for name, verbs in table.items():
        app, _dot, model = name.partition(".")
        of_app = Q(content_type__app_label=app)
        for verb in verbs:
            start = f"{verb}_{model}"
            wanted |= of_app & (Q(codename=start) if model else Q(codename__startswith=start))
    return wanted
