"""Every address of the product, in the visitor's order."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from hosting.desk import devmail, health
from hosting.desk import views as desk
from hosting.records import webhooks

urlpatterns = [
    path("", desk.home, name="home"),
    path("theme.css", desk.theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("cession/", include("cessions.urls")),
    path("", include("interventions.urls")),
    path("espace/", include("hosting.desk.portal.urls")),
    path("compte/email/", desk.not_found, {"exception": None}),  # an address is changed by staff
    path("compte/", include("accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health/live/", health.live, name="health_live"),
    path("health/ready/", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
    path("dev/mail/", devmail.mailbox, name="dev_mail"),
    path("dev/mail/<slug:key>/", devmail.mail, name="dev_mail_text"),
    path("dev/mail/<slug:key>/html/", devmail.mail_html, name="dev_mail_html"),
]

if settings.ANYMAIL_WEBHOOK_SECRET:  # without one, anybody could tell of bounces
    told = [*webhooks.tracking_urls(), *webhooks.inbound_urls()]
    urlpatterns.append(path("anymail/", include((told, "anymail"))))

handler400 = desk.bad_request
handler403 = desk.forbidden
handler404 = desk.not_found
handler500 = desk.server_error
