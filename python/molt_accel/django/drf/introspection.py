"""From a serializer to what it reads: a tree of `Leaf` and `Nest`, without a query yet.

    class FlightSerializer(ModelSerializer):          [Leaf("id", ("id",)),
        airline = AirlineSerializer()          ->      Nest("airline", ("airline",),
        class Meta:                                      [Leaf("name", ("name",))])]
            fields = ["id", "airline"]

Building a ModelSerializer's fields costs a millisecond, so the tree is kept per class, as long as
the class leaves the machinery alone that could choose fields for a request.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from rest_framework import relations, serializers
from rest_framework.fields import empty

from molt_accel.django import conf
from molt_accel.django.drf.fields import Rule, needs_zone, rule_for, unsupported, written_as_is
from molt_accel.django.reasons import NotNative, Reason

__all__ = ["Leaf", "Nest", "Tree", "is_static", "tree_of", "tree_of_class"]


class Leaf(NamedTuple):
    """A field that writes one column; `relation` True reads a foreign key's own column."""

    name: str
    path: tuple[str, ...]
    field: Any
    rule: Rule
    relation: bool = False
    null_allowed: bool = False


class Nest(NamedTuple):
    """A serializer over a forward foreign key, written as null where there is no row."""

    name: str
    path: tuple[str, ...]
    field: Any
    members: list[Any]
    null_allowed: bool = False


class Tree(NamedTuple):
    """What a serializer writes, and whether in the current time zone."""

    members: list[Any]
    needs_zone: bool


_MACHINERY = (
    "__init__",
    "__new__",
    "build_field",
    "build_nested_field",
    "build_property_field",
    "build_relational_field",
    "build_standard_field",
    "build_unknown_field",
    "build_url_field",
    "data",
    "fields",
    "get_extra_kwargs",
    "get_default_field_names",
    "get_field_names",
    "get_fields",
    "get_uniqueness_extra_kwargs",
    "include_extra_kwargs",
    "many_init",
)

_trees: dict[type, Tree | NotNative] = {}


def is_static(serializer_class: type) -> bool:
    """Whether every instance of a serializer class has the same fields."""
    for name in _MACHINERY:
        owner = _owner(serializer_class, name)
        if owner is not None and not owner.__module__.startswith("rest_framework."):
            return False
    return all(
        is_static(type(field))
        for field in getattr(serializer_class, "_declared_fields", {}).values()
        if isinstance(field, serializers.BaseSerializer)
    )


def tree_of_class(serializer_class: type) -> Tree:
    """The tree of a static serializer class, from the cache; raises `NotNative`."""
    found = _trees.get(serializer_class)
    if found is None:
        try:
            found = tree_of(serializer_class([], many=True))
        except NotNative as refusal:
            found = refusal
        _trees[serializer_class] = found
    if isinstance(found, NotNative):
        raise NotNative(found.reason, str(found))
    return found


def tree_of(serializer: Any) -> Tree:
    """The tree of a list serializer; raises `NotNative` naming the field that Python must write."""
    if type(serializer) is not serializers.ListSerializer:
        raise NotNative(
            Reason.SERIALIZER,
            f"The list is written by {type(serializer).__qualname__}, not by ListSerializer.",
        )
    child = serializer.child
    return Tree(_members(child), _any_needs_zone(child))


def _members(serializer: Any) -> list[Any]:
    kind = type(serializer)
    if kind.to_representation is not serializers.Serializer.to_representation:
        raise NotNative(
            Reason.SERIALIZER, f"{kind.__qualname__} has a to_representation() of its own."
        )
    if kind._readable_fields is not serializers.Serializer._readable_fields:
        raise NotNative(Reason.SERIALIZER, f"{kind.__qualname__} chooses its fields for each row.")
    return [_member(field) for field in serializer._readable_fields]


def _member(field: Any) -> Any:
    path = tuple(field.source_attrs)
    if not path:
        raise unsupported(field, "has the whole instance as its source")
    null_allowed = bool(field.allow_null and field.default is empty)
    if isinstance(field, serializers.Serializer):
        if type(field).get_attribute is not serializers.Field.get_attribute:
            raise unsupported(field, "has a get_attribute() of its own")
        return Nest(field.field_name, path, field, _members(field), null_allowed)
    if type(field) is relations.PrimaryKeyRelatedField:
        if field.pk_field is not None:
            raise unsupported(field, "writes keys with a pk_field")
        return Leaf(field.field_name, path, field, written_as_is, True, null_allowed)
    if type(field) is relations.SlugRelatedField:
        slug = tuple(field.slug_field.replace("__", ".").split("."))
        reaches = len(slug) == 1 and (len(path) == 1 or null_allowed)
        return Leaf(field.field_name, path + slug, field, written_as_is, False, reaches)
    return Leaf(field.field_name, path, field, rule_for(field), False, null_allowed)


def _any_needs_zone(serializer: Any) -> bool:
    return any(
        _any_needs_zone(field) if isinstance(field, serializers.Serializer) else needs_zone(field)
        for field in serializer._readable_fields
    )


def _owner(kind: type, name: str) -> type | None:
    return next(
        (base for base in kind.__mro__ if name in base.__dict__ and base is not object), None
    )


conf.on_change(_trees.clear)
