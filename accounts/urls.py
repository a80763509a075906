"""Addresses under /compte/ that django-allauth does not have, or that we close."""

from allauth.mfa.totp.views import activate_totp
from allauth.mfa.webauthn.views import add_webauthn
from django.urls import path

from accounts import views

urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("password/set/", views.by_mailbox),
    path("2fa/totp/activate/", views.factor_first(activate_totp)),
    path("2fa/webauthn/add/", views.factor_first(add_webauthn)),
]
