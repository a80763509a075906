"""The pages around all apps: home, the provider's colours, and what goes wrong said kindly."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hosting.lib.colour import DARK_PAGE, LIGHT_PAGE, Shades, shades
from hosting.lib.provider import identity


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this place is, and where to go."""
    return render(request, "home.html")


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The provider's colour as a stylesheet: the security policy allows no style inside pages."""
    colour = settings.PROVIDER["colour"]
    light, dark = _variables(shades(colour, LIGHT_PAGE)), _variables(shades(colour, DARK_PAGE))
    css = f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=24 * 3600)
    return response


def _variables(of: Shades) -> str:
    return (
        f"--brand:{of.words};--brand-fill:{of.fill};"
        f"--brand-fill-hover:{of.hover};--on-brand:{of.on_fill}"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this visitor."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or cookies are off."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """404: no such page, or a link that is no longer valid."""
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too often in a short time."""
    return render(request, "429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs neither session nor database, which may be what broke."""
    page = render_to_string("500.html", {"provider": identity()})
    return HttpResponse(page, status=500)
