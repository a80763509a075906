"""Who may receive a service if the reseller cannot answer (P1)."""

from django.urls import path

from hosting.desk.portal.assignees import table, views

urlpatterns = [
    path("", views.assignees, name="portal_assignees"),
    path("ajouter/", views.add, name="portal_assignees_add"),
    path("importer/", table.import_page, name="portal_assignees_import"),
    path("tableau.csv", table.download, name="portal_assignees_table"),
    path("<int:pk>/", views.change, name="portal_assignees_change"),
    path("<int:pk>/retirer/", views.end, name="portal_assignees_end"),
]
