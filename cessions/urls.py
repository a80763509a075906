"""Public addresses of the transfer requests."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
