"""Who may receive a service if the reseller cannot answer (P1)."""

from django.urls import path

from hosting.desk.portal.assignees import views

urlpatterns = [
    path("", views.assignees, name="portal_assignees"),
    path("ajouter/", views.add, name="portal_assignees_add"),
    path("<int:pk>/", views.change, name="portal_assignees_change"),
    path("<int:pk>/retirer/", views.end, name="portal_assignees_end"),
]
