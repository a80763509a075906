"""Where the space begins."""

from django.urls import path

from hosting.desk.portal.overview import views

urlpatterns = [
    path("", views.home, name="portal_home"),
    path("services/<int:pk>/remis/", views.papers, name="portal_home_papers"),
]
