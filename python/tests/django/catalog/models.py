"""Models with every field type that Django offers for SQLite."""

import uuid

from django.db import models


class Maker(models.Model):
    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=100)
    founded = models.DateField(null=True)

    class Meta:
        app_label = "catalog"


class Plant(models.Model):
    maker = models.ForeignKey(Maker, models.CASCADE, null=True)
    city = models.TextField()
    identifier = models.UUIDField(default=uuid.uuid4)

    class Meta:
        app_label = "catalog"


class Sample(models.Model):
    class Grade(models.TextChoices):
        FINE = "f", "Fine"
        COARSE = "c", "Coarse"

    class Level(models.IntegerChoices):
        LOW = 1
        HIGH = 2

    maker = models.ForeignKey(Maker, models.CASCADE, null=True, related_name="samples")
    plant = models.ForeignKey(Plant, models.CASCADE, null=True)
    title = models.CharField(max_length=200)
    note = models.TextField(null=True)
    slug = models.SlugField(default="x")
    email = models.EmailField(null=True)
    link = models.URLField(null=True)
    grade = models.CharField(max_length=1, choices=Grade.choices, null=True)
    level = models.IntegerField(choices=Level.choices, null=True)
    small = models.SmallIntegerField(null=True)
    count = models.IntegerField(default=0)
    big = models.BigIntegerField(null=True)
    positive = models.PositiveIntegerField(null=True)
    weight = models.FloatField(null=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    tiny = models.DecimalField(max_digits=14, decimal_places=10, null=True)
    is_new = models.BooleanField(default=False)
    is_old = models.BooleanField(null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    clock = models.TimeField(null=True)
    span = models.DurationField(null=True)
    token = models.UUIDField(null=True)
    data = models.JSONField(null=True)
    blob = models.BinaryField(null=True)
    address = models.GenericIPAddressField(null=True)
    file = models.FileField(null=True)

    class Meta:
        app_label = "catalog"


class Shouting(models.CharField):
    """A field with a converter of its own."""

    def from_db_value(self, value, expression, connection):
        return value if value is None else value.upper()


class Renamed(models.CharField):
    """A subclass that leaves the conversion alone."""


class Custom(models.Model):
    loud = Shouting(max_length=20)
    quiet = Renamed(max_length=20)

    class Meta:
        app_label = "catalog"


ALL = [Maker, Plant, Sample, Custom]
