"""Addresses under /espace/, one line per section."""

from django.urls import include, path

urlpatterns = [
    path("", include("hosting.desk.portal.overview.urls")),
    path("joignable/", include("hosting.desk.portal.contacts.urls")),
    path("cessionnaires/", include("hosting.desk.portal.assignees.urls")),
    path("contrats/", include("hosting.desk.portal.contracts.urls")),
    path("papiers/", include("hosting.desk.portal.papers.urls")),
    path("confiance/", include("hosting.desk.portal.trusted.urls")),
    path("absence/", include("hosting.desk.portal.absence.urls")),
    path("bilan/", include("hosting.desk.portal.checkin.urls")),
    path("demandes/", include("hosting.desk.portal.requests.urls")),
    path("assistance/", include("hosting.desk.portal.assistance.urls")),
    path("remise/", include("hosting.desk.portal.agreed.urls")),
    path("sauvegardes/", include("hosting.desk.portal.backups.urls")),
    path("equipe/", include("hosting.desk.portal.team.urls")),
    path("donnees/", include("hosting.desk.portal.data.urls")),
]
