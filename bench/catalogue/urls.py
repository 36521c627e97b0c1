"""Every view by name and number of rows, and Django's login view."""

from django.contrib.auth.views import LoginView
from django.urls import path

from . import views

VIEWS = {
    "empty": views.empty,
    "ready": views.ready,
    "values": views.values,
    "values-c-loader": views.values_with_c_loader,
    "drf": views.BookList.as_view(),
    "orjson": views.with_orjson,
    "by-hand": views.by_hand,
    "ordinary": views.ordinary,
    "prepared": views.prepared,
    "mixin": views.NativeBookList.as_view(),
}

urlpatterns = [path(f"{name}/<int:count>/", view) for name, view in VIEWS.items()]
urlpatterns.append(path("login/", LoginView.as_view()))
