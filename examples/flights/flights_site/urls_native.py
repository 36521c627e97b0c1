"""Every endpoint of the catalog, natively."""

from flights.endpoints.catalog import ENDPOINTS

from django.urls import path

views = {endpoint.path: endpoint.native for endpoint in ENDPOINTS}
urlpatterns = [path(route, view) for route, view in views.items()]
