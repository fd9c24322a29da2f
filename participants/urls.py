"""Addresses of the public pages."""

from django.urls import path

from participants.views import agreement, invites, portal

urlpatterns = [
    path("", portal.front, name="front"),
    path("i/", invites.invite, name="invite"),
    path("i/accept/", invites.accept, name="invite-accept"),
    path("i/decline/", invites.decline, name="invite-decline"),
    path("i/declined/", invites.declined, name="declined"),
    path("i/<str:token>", invites.open_link, name="invite-link"),
    path("i/<str:token>/", invites.open_link),
    path("agreement/", agreement.agreement, name="agreement"),
    path("agreement/copy/", agreement.copy, name="agreement-copy"),
    path("portal/", portal.portal, name="portal"),
    path("portal/sign-out/", portal.sign_out, name="sign-out"),
    path("portal/signed-out/", portal.signed_out, name="signed-out"),
]
