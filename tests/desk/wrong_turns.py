"""The product's addresses, and some where things go wrong."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from hosting import urls as real
from hosting.desk.views import too_many_requests


def boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("no")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("boom/", boom),
    path("suspicious/", suspicious),
    path("denied/", denied),
    path("often/", too_many_requests),
    *real.urlpatterns,
]
handler400, handler403 = real.handler400, real.handler403
handler404, handler500 = real.handler404, real.handler500
