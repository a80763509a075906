"""The account's requests for help, and who does what (I2, S4)."""

from django.urls import path

from hosting.desk.portal.assistance import views

urlpatterns = [
    path("", views.listing, name="portal_assistance"),
    path("<uuid:pk>/", views.page, name="portal_assistance_page"),
]
