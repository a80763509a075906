"""Public addresses of the courtesy interventions."""

from django.urls import URLPattern, path

from interventions.notifications import client, tickets
from interventions.notifications import quotes as quote_mails
from interventions.views import answer, assistance, contest, guides, quotes, sent, ticket

urlpatterns: list[URLPattern] = [
    path("assistance/", assistance.assistance, name=assistance.FORM),
    path("assistance/envoye/<str:token>/", sent.sent, name=assistance.SENT),
    path("assistance/confirmer/<str:token>/", sent.confirmation, name=tickets.CONFIRM),
    path("assistance/suivi/<str:token>/", ticket.ticket, name=tickets.PAGE),
    path("assistance/contester/", contest.contest, name="assistance_contest"),
    path("assistance/casse/", guides.broken, name="broken_site"),
    path("assistance/guides/", guides.index, name="guides"),
    path("assistance/guides/<str:slug>/", guides.page, name="guide"),
    path("assistance/devis/", quotes.ask, name=quotes.ASK),
    path("assistance/devis/envoye/", quotes.asked_page, name=quotes.ASKED),
    path("assistance/devis/confirmer/<str:token>/", quotes.confirm, name=quote_mails.CONFIRM),
    path("assistance/devis/<str:token>/", quotes.quote_page, name=quote_mails.PAGE),
    path("assistance/devis/<str:token>/pdf/", quotes.quote_file, name=quotes.FILE),
    path("intervention/<str:token>/image/<int:pk>/", answer.picture, name=answer.PICTURE),
    path("intervention/<str:token>/", answer.InterventionView.as_view(), name=client.PAGE),
]
