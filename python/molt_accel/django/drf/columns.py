"""From a serializer's tree and a compiled QuerySet of instances to an output shape.

The SQL is Django's own, with every column of the model and of its ``select_related()``; the shape
picks the columns that the serializer would read from the instances:

    SELECT flight.id, flight.airline_id, ..., airline.id, airline.name FROM ...
      ->  {"name": "airline", "null_when": 7, "fields": [{"name": "name", "column": 8, ...}]}
"""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

from molt_accel.django.drf.fields import unsupported
from molt_accel.django.drf.introspection import Leaf, Tree
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.django.shape import Output, kinds, put_zone

__all__ = ["encode_tree"]


class _Row(NamedTuple):
    """Where the columns of one model of a query are."""

    model: type[Model]
    columns: dict[str, int]
    key: int
    related: dict[str, _Row]
    annotations: dict[str, int]


def encode_tree(tree: Tree, compiler: Any, connection: Any, output: Output) -> dict[str, Any]:
    """The output shape of a serializer's rows; raises `NotNative` naming the field in the way."""
    row = _row(compiler.klass_info, compiler.select, compiler.annotation_col_map or {})
    fields = _Writer(compiler, connection).members(tree.members, row)
    shape: dict[str, Any] = {"version": 1, "style": "drf", "layout": "objects"}
    if output.rows is not None:
        shape["envelope"] = {
            "before": list(output.before),
            "rows": output.rows,
            "after": list(output.after),
        }
    put_zone(shape, fields)
    shape["fields"] = fields
    return shape


def _row(info: dict[str, Any], select: list[Any], annotations: dict[str, int]) -> _Row:
    model = info["model"]
    _check_model(model)
    columns = {select[index][0].target.attname: index for index in info["select_fields"]}
    related = {
        each["field"].name: _row(each, select, {})
        for each in info.get("related_klass_infos", ())
        if not each["reverse"] and not each["from_parent"]
    }
    key = columns.get(model._meta.pk.attname, -1)
    if key < 0:
        raise NotNative(
            Reason.SERIALIZER, f"{model._meta.label} has a composite primary key or a deferred one."
        )
    return _Row(model, columns, key, related, annotations)


def _check_model(model: Any) -> None:
    if (
        model.from_db.__func__ is not Model.__dict__["from_db"].__func__
        or model.__init__ is not Model.__init__
    ):
        raise NotNative(
            Reason.SERIALIZER, f"{model._meta.label} makes its instances in a way of its own."
        )
    if post_init.has_listeners(model) or pre_init.has_listeners(model):
        raise NotNative(
            Reason.SERIALIZER,
            f"A receiver of post_init can change instances of {model._meta.label}.",
        )
    if (
        model.__getattribute__ is not object.__getattribute__
        or model.serializable_value is not Model.serializable_value
    ):
        raise NotNative(
            Reason.SERIALIZER, f"{model._meta.label} reads its attributes in a way of its own."
        )


class _Writer:
    """Writes the fields of a shape for one query."""

    def __init__(self, compiler: Any, connection: Any) -> None:
        self._select = compiler.select
        self._connection = connection

    def members(self, members: list[Any], row: _Row) -> list[dict[str, Any]]:
        """The shape's fields for the members of a serializer over a row."""
        return [
            self._leaf(member, row) if isinstance(member, Leaf) else self._nest(member, row)
            for member in members
        ]

    def _nest(self, nest: Any, row: _Row) -> dict[str, Any]:
        inner, _ = self._follow(nest, row, nest.path)
        return {
            "name": nest.name,
            "null_when": inner.key,
            "fields": self.members(nest.members, inner),
        }

    def _leaf(self, leaf: Leaf, row: _Row) -> dict[str, Any]:
        owner, is_optional = self._follow(leaf, row, leaf.path[:-1])
        if is_optional and not leaf.null_allowed:
            raise unsupported(leaf.field, "is left out of rows that have no related row")
        attribute = leaf.path[-1]
        if leaf.relation:
            attribute = self._key_attribute(leaf, owner, attribute)
        index = owner.annotations.get(attribute)
        if index is None:
            index = self._column(leaf, owner, attribute)
        kind = kinds([self._select[index]], self._connection)[0]
        return {"name": leaf.name, "column": index, **leaf.rule(leaf.field, kind)}

    def _follow(self, member: Any, row: _Row, path: tuple[str, ...]) -> tuple[_Row, bool]:
        """The row at the end of forward relations, and whether it can be missing on the way."""
        is_optional = False
        for index, name in enumerate(path):
            inner = row.related.get(name)
            if inner is None:
                raise unsupported(
                    member.field,
                    f"reads {'.'.join(path[: index + 1])} with a query for each row: add "
                    f"select_related({'__'.join(path[: index + 1])!r}) to the QuerySet",
                )
            if isinstance(member, Leaf) or index < len(path) - 1:
                is_optional = is_optional or row.model._meta.get_field(name).null
            row = inner
        if is_optional and not isinstance(member, Leaf) and not member.null_allowed:
            raise unsupported(member.field, "is left out of rows that have no related row")
        return row, is_optional

    def _key_attribute(self, leaf: Leaf, owner: _Row, name: str) -> str:
        field = _field(owner.model, name)
        if field is None or (not field.many_to_one and not field.one_to_one):
            raise unsupported(leaf.field, f"reads {name!r}, which is no foreign key of a row")
        return str(field.attname)

    def _column(self, leaf: Leaf, owner: _Row, attribute: str) -> int:
        model: Any = owner.model
        if attribute == "pk":
            attribute = model._meta.pk.attname
        index = owner.columns.get(attribute)
        static = inspect.getattr_static(model, attribute, None)
        if index is None or not isinstance(static, DeferredAttribute):
            raise unsupported(
                leaf.field, f"reads {attribute!r}, which is no plain column of {model._meta.label}"
            )
        if type(static).__get__ is not DeferredAttribute.__get__:
            raise unsupported(
                leaf.field, f"reads {attribute!r}, which {model._meta.label} wraps in an object"
            )
        return index


def _field(model: Any, name: str) -> Any:
    return next((field for field in model._meta.concrete_fields if field.name == name), None)
