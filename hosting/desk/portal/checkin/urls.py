"""The yearly check-in (A11)."""

from django.urls import path

from hosting.desk.portal.checkin import views

urlpatterns = [
    path("", views.check_in, name="portal_checkin"),
    path("merci/", views.done, name="portal_checkin_done"),
]
