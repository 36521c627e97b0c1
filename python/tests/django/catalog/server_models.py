"""Models with what only PostgreSQL has; their tables are made by `SCHEMA` and the schema editor."""

from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    HStoreField,
    IntegerRangeField,
)
from django.db import models


class Special(models.Model):
    numbers = ArrayField(models.IntegerField(), null=True)
    words = ArrayField(models.CharField(max_length=20, null=True), default=list)
    board = ArrayField(ArrayField(models.IntegerField(null=True)), null=True)
    prices = ArrayField(models.DecimalField(max_digits=9, decimal_places=2), null=True)
    moments = ArrayField(models.DateTimeField(), null=True)
    tokens = ArrayField(models.UUIDField(), null=True)
    flags = ArrayField(models.BooleanField(), null=True)
    weights = ArrayField(models.FloatField(), null=True)
    documents = ArrayField(models.JSONField(), null=True)
    spans = ArrayField(models.DurationField(), null=True)
    pairs = HStoreField(null=True)
    band = IntegerRangeField(null=True)
    stay = DateTimeRangeField(null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    data = models.JSONField(null=True)

    class Meta:
        app_label = "catalog"


class Raw(models.Model):
    """A view over columns whose types are not those that Django would make."""

    mood = models.CharField(max_length=10)
    score = models.IntegerField()
    name = models.CharField(max_length=20)
    label = models.TextField()
    special = models.ForeignKey(Special, models.DO_NOTHING, null=True)

    class Meta:
        app_label = "catalog"
        managed = False
        db_table = "catalog_raw_view"


BEFORE = """
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'é "x"');
CREATE DOMAIN score AS integer CHECK (VALUE >= 0);
CREATE TYPE pair AS (a integer, b text);
"""
AFTER = """
CREATE TABLE catalog_raw (
    id bigint PRIMARY KEY, mood mood, moods mood[], score score, scores score[], name citext,
    names citext[], label name, pair pair, pairs pair[], bag hstore, blank char(5), kind "char",
    cost money, mac macaddr, net inet, nets inet[], bits bit(3), body xml, tid tid, vector tsvector,
    place point, version pg_lsn, late timetz, plain timestamp, single real, thing oid, old json,
    span interval, special_id bigint
);
CREATE VIEW catalog_raw_view AS SELECT * FROM catalog_raw;
"""
ALL = [Special]
