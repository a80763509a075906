"""How the holder is reached (A2-A4)."""

from django.urls import path

from hosting.desk.portal.contacts import verifying, views

urlpatterns = [
    path("", views.contacts, name="portal_contacts"),
    path("ajouter/", views.add, name="portal_contacts_add"),
    path("<int:pk>/modifier/", views.change, name="portal_contacts_change"),
    path("<int:pk>/retirer/", views.end, name="portal_contacts_end"),
    path("<int:pk>/deplacer/", views.move, name="portal_contacts_move"),
    path("<int:pk>/verifier/", verifying.verify, name="portal_contacts_verify"),
    path("<int:pk>/code/", verifying.new_code, name="portal_contacts_code"),
]
