"""Every endpoint of the catalog, the Django way."""

from django.urls import path

from flights.endpoints.catalog import ENDPOINTS

views = {endpoint.path: endpoint.django_way for endpoint in ENDPOINTS}
urlpatterns = [path(route, view) for route, view in views.items()]
