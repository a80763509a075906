"""Open requests on the account's services, and his answers (C10, C11)."""

from django.urls import path

from hosting.desk.portal.requests import views

urlpatterns = [
    path("", views.listing, name="portal_requests"),
    path("<int:pk>/", views.page, name="portal_requests_page"),
    path("<int:pk>/reponse/", views.answer, name="portal_requests_answer"),
]
