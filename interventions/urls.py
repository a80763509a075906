"""Public addresses of the courtesy interventions."""

from django.urls import URLPattern, path

from interventions.notifications import client, tickets
from interventions.views import assistance, contest, sent, ticket
from interventions.views.answer import InterventionView

urlpatterns: list[URLPattern] = [
    path("assistance/", assistance.assistance, name=assistance.FORM),
    path("assistance/envoye/<str:token>/", sent.sent, name=assistance.SENT),
    path("assistance/confirmer/<str:token>/", sent.confirmation, name=tickets.CONFIRM),
    path("assistance/suivi/<str:token>/", ticket.ticket, name=tickets.PAGE),
    path("assistance/contester/", contest.contest, name="assistance_contest"),
    path("intervention/<str:token>/", InterventionView.as_view(), name=client.PAGE),
]
