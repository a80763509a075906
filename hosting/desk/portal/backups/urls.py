"""The backups of the account's sites: see them, make one, put a site back (N7)."""

from django.urls import path

from hosting.desk.portal.backups import views

urlpatterns = [
    path("", views.listing, name="portal_backups"),
    path("<int:pk>/", views.site, name="portal_backups_site"),
    path("<int:pk>/sauvegarder/", views.start, name="portal_backups_start"),
    path("<int:pk>/avancement/", views.progress, name="portal_backups_progress"),
    path("restaurer/<uuid:pk>/", views.restore, name="portal_backups_restore"),
]
