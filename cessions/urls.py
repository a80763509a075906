"""Public addresses of the transfer requests."""

from django.urls import URLPattern, path

from cessions.enums import AgreedLetterKind
from cessions.views import agreed, filed, form, invoice_check, owner, status
from cessions.views.answer import AnswerView

urlpatterns: list[URLPattern] = [
    path("", form.form, name="cession_form"),
    path("brouillon/<str:token>/", form.draft, name="cession_draft"),
    path("envoye/<str:token>/", filed.sent, name="cession_sent"),
    path("confirmer/<str:token>/", filed.confirmation, name="cession_confirm"),
    path("facture/", invoice_check.page, name="cession_invoice_check"),
    path("lien/", filed.lost, name="cession_lost"),
    path("suivi/<str:token>/", status.status, name="cession_status"),
    path("suivi/<str:token>/lettre/<int:number>/", status.letter, name="cession_letter"),
    path("suivi/<str:token>/preuve/<int:number>/", status.check_file, name="cession_check_file"),
    path("accord/<str:token>/", agreed.page, name="cession_agreed"),
    path("accord/<str:token>/lettre/", agreed.letter, name="cession_agreed_letter"),
    path(
        "accord/<str:token>/lettre/retour/",
        agreed.letter,
        {"kind": AgreedLetterKind.REVERSED},
        name="cession_agreed_letter_back",
    ),
    path("titulaire/<str:token>/", owner.owner, name="cession_owner"),
    path("reponse/<str:token>/", AnswerView.as_view(), name="cession_answer"),
]
