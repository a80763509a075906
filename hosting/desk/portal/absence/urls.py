"""Announced absences (A11)."""

from django.urls import path

from hosting.desk.portal.absence import views

urlpatterns = [
    path("", views.absences, name="portal_absence"),
    path("<int:pk>/annuler/", views.cancel, name="portal_absence_cancel"),
]
