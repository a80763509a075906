"""Who signs in for the account, and the choice among several accounts."""

from django.urls import path

from hosting.desk.portal.team import views

urlpatterns = [
    path("", views.team, name="portal_team"),
    path("inviter/", views.invite, name="portal_team_invite"),
    path("<int:pk>/role/", views.change, name="portal_team_role"),
    path("<int:pk>/fin/", views.end, name="portal_team_end"),
    path("<int:pk>/renvoyer/", views.resend, name="portal_team_resend"),
    path("compte/", views.choose_account, name="portal_team_account"),
    path("regarder/<int:pk>/", views.look_on, name="portal_team_look"),
    path("quitter/", views.stop_looking_on, name="portal_team_leave"),
]
