"""`MoltListMixin`: the ``list()`` of a view, answered natively."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models.query import ModelIterable, QuerySet
from django.utils import timezone
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import LimitOffsetPagination, PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from molt_accel.django import answers, conf
from molt_accel.django.counters import count_native
from molt_accel.django.databases import guard
from molt_accel.django.drf.columns import encode_tree
from molt_accel.django.drf.introspection import Tree, is_static, tree_of, tree_of_class
from molt_accel.django.drf.response import NativeResponse
from molt_accel.django.python_path import ROWS, envelope_parts, envelope_values
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.django.shape import ColumnKey, Output, check_queryset, compiled_instances

__all__ = ["MoltListMixin"]


class MoltListMixin:
    """In front of a ``ModelViewSet`` or ``ListAPIView``: answers ``list()`` natively.

    Permissions, throttles, filter backends and the paginator run as always; the bytes and headers
    are those of the view's serializer under ``JSONRenderer``. What the serializer, the renderer or
    the paginator does in Python takes the Python path, counted with its reason.
    """

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The list of rows, paginated as the view is."""
        view: Any = self
        try:
            tree = _start(view, request)
        except NotNative as refusal:
            answers.python_allowed(refusal, _name(view))
            return super().list(request, *args, **kwargs)  # type: ignore[misc]
        return _list(view, tree)


def _list(view: Any, tree: Tree) -> Any:
    queryset = view.filter_queryset(view.get_queryset())
    refusal: NotNative | None = None
    deferred, page, envelope, response = queryset, None, None, None
    try:
        _check_instances(queryset)
        recorder = _recorder()
        deferred = queryset._chain()
        deferred._iterable_class = recorder
        page = view.paginate_queryset(deferred)
        if page is not None:
            deferred = _page_queryset(queryset, recorder.seen, page)
            response, envelope = _envelope(view)
        else:
            deferred = queryset
        body = _body(tree, deferred, envelope)
        if body is not None:
            options = {} if response is None else _options(response)
            return NativeResponse(body, **options)
        count_native(conf.current().lane)
        return _python(view, [], page is not None)
    except NotNative as error:
        refusal = error
    answers.python_allowed(refusal, _name(view))
    rows = deferred
    if page is not None:
        rows = list(deferred) if deferred is not None else page
    return _python(view, rows, page is not None)


def _python(view: Any, rows: Any, is_paginated: bool) -> Any:
    """What ListModelMixin does from here on."""
    serializer = view.get_serializer(rows, many=True)
    if is_paginated:
        return view.get_paginated_response(serializer.data)
    return Response(serializer.data)


def _start(view: Any, request: Any) -> Tree:
    """Everything that can be decided before a query runs."""
    configuration = conf.current()
    if configuration.lane == "off":
        raise NotNative(Reason.OFF, 'MOLT["lane"] is "off".')
    _check_view(view)
    _check_renderer(view, request)
    if type(view).get_serializer is GenericAPIView.get_serializer:
        serializer_class = view.get_serializer_class()
        if _is_static(serializer_class):
            tree = tree_of_class(serializer_class)
        else:
            tree = tree_of(view.get_serializer([], many=True))
    else:
        tree = tree_of(view.get_serializer([], many=True))
    return tree


_static: dict[type, bool] = {}


def _is_static(serializer_class: type) -> bool:
    found = _static.get(serializer_class)
    if found is None:
        found = _static[serializer_class] = is_static(serializer_class)
    return found


_PAGINATE = (PageNumberPagination.paginate_queryset, LimitOffsetPagination.paginate_queryset)


def _check_view(view: Any) -> None:
    kind = type(view)
    after = kind.__mro__[kind.__mro__.index(MoltListMixin) + 1 :]
    owner = next((base for base in after if "list" in base.__dict__), None)
    if owner is not ListModelMixin and getattr(owner, "list", None) is not ListModelMixin.list:
        name = owner.__name__ if owner is not None else "no class"
        # ListAPIView.get calls list(); a list() between the two may do anything.
        raise NotNative(Reason.SERIALIZER, f"list() is defined by {name}, behind MoltListMixin.")
    if kind.paginate_queryset is not GenericAPIView.paginate_queryset:
        raise NotNative(Reason.PAGINATION, f"{kind.__name__} has a paginate_queryset() of its own.")
    paginator = view.paginator
    if paginator is not None and type(paginator).paginate_queryset not in _PAGINATE:
        raise NotNative(
            Reason.PAGINATION,
            f"{type(paginator).__name__} looks at the rows: page numbers and limit with offset are "
            "native.",
        )


def _check_renderer(view: Any, request: Any) -> None:
    renderer = request.accepted_renderer
    if type(renderer) is not JSONRenderer:
        raise NotNative(
            Reason.RENDERER,
            f"The answer is rendered by {type(renderer).__name__}, not JSONRenderer.",
        )
    indent = renderer.get_indent(request.accepted_media_type, view.get_renderer_context())
    plain = renderer.compact and renderer.strict and not renderer.ensure_ascii
    if indent is not None or not plain or renderer.encoder_class is not JSONEncoder:
        raise NotNative(Reason.RENDERER, "JSONRenderer is indented or has settings of its own.")


def _check_instances(queryset: Any) -> None:
    if not isinstance(queryset, QuerySet) or queryset._iterable_class is not ModelIterable:
        raise NotNative(
            Reason.QUERY, f"The list is a {type(queryset).__name__}, not a QuerySet of instances."
        )
    check_queryset(queryset)
    if queryset.query.deferred_loading != (frozenset(), True):
        raise NotNative(Reason.QUERY, "only() and defer() load fields when they are read.")
    alias = queryset.db
    guard(connections[alias], alias, conf.current())


def _recorder() -> Any:
    """An iterable class that notes the QuerySet instead of running it."""

    class Recorder(ModelIterable):  # type: ignore[type-arg, unused-ignore]
        seen: list[Any] = []  # noqa: RUF012 - one class for each request

        def __iter__(self) -> Any:
            self.seen.append(self.queryset)
            return iter(())

    Recorder.seen = []
    return Recorder


def _page_queryset(queryset: Any, seen: list[Any], page: Any) -> Any:
    """The QuerySet of the page; None where the paginator knew that the page is empty."""
    if not seen and page == []:
        return None
    if len(seen) != 1 or page != []:
        raise NotNative(Reason.PAGINATION, "The paginator reads the rows more than once.")
    sliced = seen[0]._chain()
    sliced._iterable_class = queryset._iterable_class
    return sliced


def _envelope(view: Any) -> tuple[Any, dict[str, Any]]:
    """The response that the paginator makes, and its object with `ROWS` for the rows."""
    response = view.get_paginated_response(ROWS)
    data = getattr(response, "data", None)
    if type(response) is not Response or not isinstance(data, dict):
        raise NotNative(Reason.PAGINATION, "The paginator's answer is no object around the rows.")
    try:
        envelope_parts(data)
    except ValueError:
        raise NotNative(
            Reason.PAGINATION, "The paginator's object does not hold the rows as one of its values."
        ) from None
    return response, data


def _options(response: Any) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "content_type": response.content_type,
        "headers": {
            name: value for name, value in response.items() if name.lower() != "content-type"
        },
    }


def _body(tree: Tree, queryset: Any, envelope: dict[str, Any] | None) -> bytes | None:
    """The bytes of a page; None where it is empty without asking the database."""
    configuration = conf.current()
    values = envelope_values(envelope)
    if queryset is None:
        return None
    output = Output("drf", *envelope_parts(envelope))
    alias = queryset.db
    zone = timezone.get_current_timezone() if tree.needs_zone else None
    reader = (id(tree), zone)
    known = answers.Known(queryset, alias, connections[alias], output, configuration, reader)
    plan = known.plan()
    if plan is not None:
        parameters = answers.encoded(known.bound, values)
        return answers.run(answers.NativeRun(plan, connections[alias], parameters, configuration))
    try:
        compiled, compiler = compiled_instances(queryset)
    except EmptyResultSet:
        return None
    key = (
        reader,
        queryset.model,
        ColumnKey(compiled).signature,
        tuple(compiler.annotation_col_map or ()),
    )
    bound = answers.bound(compiled.parameters, alias, compiled.connection)
    plan = answers.plan_by(
        compiled,
        output,
        configuration,
        key,
        (tree, compiled.select),
        lambda: encode_tree(tree, compiler, compiled.connection, output),
        bound.types,
    )
    known.keep(compiled.parameters, plan)
    native = answers.NativeRun(
        plan, compiled.connection, answers.encoded(bound, values), configuration
    )
    return answers.run(native)


def _name(view: Any) -> str:
    return f"{type(view).__module__}.{type(view).__qualname__}.list"
