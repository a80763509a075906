"""The holder's own data (L2)."""

from django.urls import path

from hosting.desk.portal.data import views

urlpatterns = [
    path("", views.data, name="portal_data"),
    path("adresse/", views.address, name="portal_data_address"),
    path("correction/", views.correction, name="portal_data_correction"),
    path("export/", views.export, name="portal_data_export"),
]
