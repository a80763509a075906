"""Every address of the product, in the visitor's order."""

from django.contrib import admin
from django.urls import include, path

from hosting.desk import views as desk

urlpatterns = [
    path("", desk.home, name="home"),
    path("theme.css", desk.theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("cession/", include("cessions.urls")),
    path("compte/email/", desk.not_found, {"exception": None}),  # an address is changed by staff
    path("compte/", include("accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = desk.bad_request
handler403 = desk.forbidden
handler404 = desk.not_found
handler500 = desk.server_error
