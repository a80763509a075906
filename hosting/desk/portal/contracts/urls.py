"""Transfer contracts: ask for them, see them being made, fetch them (P2, P6)."""

from django.urls import path

from hosting.desk.portal.contracts import views

urlpatterns = [
    path("", views.contracts, name="portal_contracts"),
    path("apercu/<int:pk>/", views.preview, name="portal_contracts_preview"),
    path("lot/<uuid:pk>/", views.pack, name="portal_contracts_pack"),
    path("lot/<uuid:pk>/avancement/", views.progress, name="portal_contracts_progress"),
    path("lot/<uuid:pk>/zip/", views.pack_zip, name="portal_contracts_zip"),
    path("lot/<uuid:pk>/reprendre/", views.retry, name="portal_contracts_retry"),
    path("<int:pk>/pdf/", views.contract_file, name="portal_contracts_pdf"),
]
