"""Public addresses of the transfer requests."""

from django.urls import path

from cessions.views.answer import AnswerView

urlpatterns = [
    path("reponse/<str:token>/", AnswerView.as_view(), name="cession_answer"),
]
