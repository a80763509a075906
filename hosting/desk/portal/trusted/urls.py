"""Addresses of the emergency contacts' section (A8)."""

from django.urls import path

from hosting.desk.portal.trusted import invitation, views

urlpatterns = [
    path("", views.trusted, name="portal_trusted"),
    path("nommer/", views.name, name="portal_trusted_name"),
    path("<uuid:pk>/pouvoirs/", views.powers, name="portal_trusted_powers"),
    path("<uuid:pk>/fin/", views.end, name="portal_trusted_end"),
    path("<uuid:pk>/inviter/", views.invite, name="portal_trusted_invite"),
    path("<uuid:pk>/avant/", views.earlier, name="portal_trusted_earlier"),
    path("invitation/<str:token>/", invitation.invitation, name="portal_trusted_invitation"),
]
