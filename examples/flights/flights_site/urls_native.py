"""Every endpoint of the catalog, natively."""

from django.urls import path

from flights.endpoints.catalog import ENDPOINTS

views = {endpoint.path: endpoint.native for endpoint in ENDPOINTS}
urlpatterns = [path(route, view) for route, view in views.items()]
