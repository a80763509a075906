"""Signed papers: sent, followed, withdrawn; powers of attorney made (P3, A9)."""

from django.urls import path

from hosting.desk.portal.papers import deeds, sending, views

urlpatterns = [
    path("", views.papers, name="portal_papers"),
    path("deposer/", sending.drop, name="portal_papers_drop"),
    path("fichier/<int:pk>/ranger/", sending.sort, name="portal_papers_sort"),
    path("procuration/nouvelle/", deeds.power, name="portal_papers_power"),
    path("<slug:kind>/<int:pk>/envoyer/", sending.send, name="portal_papers_send"),
    path("<slug:kind>/<int:pk>/retirer/", deeds.end, name="portal_papers_end"),
    path("<slug:kind>/<int:pk>/a-signer/", views.draft, name="portal_papers_draft"),
    path("<slug:kind>/<int:pk>/signe/", views.scan, name="portal_papers_scan"),
]
