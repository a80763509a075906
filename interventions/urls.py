"""Public addresses of the courtesy interventions."""

from django.urls import URLPattern, path

from interventions.notifications.client import PAGE
from interventions.views.answer import InterventionView

urlpatterns: list[URLPattern] = [
    path("intervention/<str:token>/", InterventionView.as_view(), name=PAGE),
]
