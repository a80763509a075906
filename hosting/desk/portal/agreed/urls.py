"""Agreed transfers: the holder hands services over himself (X7)."""

from django.urls import path

from cessions.enums import AgreedLetterKind
from hosting.desk.portal.agreed import views

urlpatterns = [
    path("", views.listing, name="portal_agreed"),
    path("nouvelle/", views.new, name="portal_agreed_new"),
    path("demande/<int:pk>/", views.for_request, name="portal_agreed_request"),
    path("<uuid:pk>/", views.page, name="portal_agreed_page"),
    path("<uuid:pk>/retrait/", views.withdraw, name="portal_agreed_withdraw"),
    path("<uuid:pk>/opposition/", views.object_to, name="portal_agreed_object"),
    path("<uuid:pk>/lettre/", views.letter, name="portal_agreed_letter"),
    path(
        "<uuid:pk>/lettre/retour/",
        views.letter,
        {"kind": AgreedLetterKind.REVERSED},
        name="portal_agreed_letter_back",
    ),
]
