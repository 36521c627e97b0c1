"""Models with what only PostgreSQL has, and a table that no model would have made."""

from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    HStoreField,
    IntegerRangeField,
)
from django.db import connection, models


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


TYPES = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'é "x"');
CREATE DOMAIN score AS integer CHECK (VALUE >= 0);
CREATE TYPE pair AS (a integer, b text);
CREATE TABLE catalog_raw (
    id bigint PRIMARY KEY, mood mood, moods mood[], score score, scores score[], name citext,
    names citext[], label name, pair pair, pairs pair[], bag hstore, bags hstore[], blank char(5),
    kind "char", cost money, mac macaddr, net inet, nets inet[], bits bit(3), body xml, tid tid,
    vector tsvector, place point, version pg_lsn, late timetz, plain timestamp, single real,
    thing oid, old json, span interval, band int4range, special_id bigint
);
CREATE VIEW catalog_raw_view AS SELECT * FROM catalog_raw;
INSERT INTO catalog_raw VALUES (
    1, 'é "x"', '{sad,ok,NULL}', 5, '{1,NULL}', 'Ab', '{Ab,NULL}', 'label', ROW(1, 'x y')::pair,
    ARRAY[ROW(1, 'x')::pair], 'a=>1', ARRAY['a=>1'::hstore], 'ab',
    'k', 12.5, '08:00:2b:01:02:03', '10.0.0.1/8', '{::1,10.0.0.0/8}', '101', '<a/>', '(1,2)',
    'a:1', '(1,2.5)', '16/B374D848', '10:00+02', '2013-01-01 10:00', 1.1,
    5, '{"b": 1.0, "a":[1, 2]}', '1 mon 3 days 04:05:06.7', '[1,5)', 1
);
"""


def create():
    """Makes the tables, and the rows of the one without a model."""
    with connection.schema_editor() as editor:
        editor.create_model(Special)
    with connection.cursor() as cursor:
        cursor.execute(TYPES)
        cursor.execute("INSERT INTO catalog_raw (id) VALUES (2)")
