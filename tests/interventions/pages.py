"""The product's addresses, with the e-mail service's webhooks and the ticket's page."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from hosting.records import webhooks
from interventions.notifications.conversation import PAGE


def page(_request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(token)


urlpatterns: list[URLPattern | URLResolver] = [
    path("anymail/", include((webhooks.inbound_urls(), "anymail"))),
    path("assistance/suivi/<str:token>/", page, name=PAGE),
    path("", include("hosting.urls")),
]
