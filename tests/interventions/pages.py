"""The product's addresses, with the e-mail service's webhooks."""

from django.urls import URLPattern, URLResolver, include, path

from hosting.records import webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("anymail/", include((webhooks.inbound_urls(), "anymail"))),
    path("", include("hosting.urls")),
]
