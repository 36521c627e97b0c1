"""The table of the benchmarks."""

from django.db import models


class Book(models.Model):
    """Nine columns: integer, texts, decimal, float, date, aware datetime, boolean, null text."""

    title = models.CharField(max_length=100)
    author = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    rating = models.FloatField()
    published = models.DateField()
    created = models.DateTimeField()
    in_stock = models.BooleanField()
    subtitle = models.CharField(max_length=100, null=True)


COLUMNS = (
    "id", "title", "author", "price", "rating", "published", "created", "in_stock", "subtitle",
)  # fmt: skip
