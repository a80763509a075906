"""Addresses under /compte/ that django-allauth does not have, or that we close."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
