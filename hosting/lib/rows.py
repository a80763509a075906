"""Rows that PostgreSQL gave as JSON, read into frozen dataclasses by their annotations."""

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

Row = TypeVar("Row")
Reader = Callable[[Any], Any]


def read_row(kind: type[Row], value: dict[str, Any]) -> Row:
    """`value` (a JSON object) as an instance of the dataclass `kind`.

    Annotations may be str, int, bool, datetime (read as UTC), date, UUID, another dataclass,
    `tuple[X, ...]`, `dict`, and each of these `| None`. Keys that `kind` does not name are left out;
    a missing one raises KeyError.
    """
    anything: Any = kind
    row: Row = _reader(anything)(value)
    return row


@cache
def _reader(kind: Any) -> Reader:
    if kind is datetime:
        return _instant
    if kind is date:
        return date.fromisoformat
    if kind is UUID:
        return UUID
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if get_origin(kind) is tuple:
        return _tuple_reader(_reader(get_args(kind)[0]))
    if get_origin(kind) in (Union, types.UnionType):
        return _optional_reader(kind)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def _tuple_reader(item: Reader) -> Reader:
    if item is _as_it_is:
        return tuple
    return lambda values: tuple([item(value) for value in values])


def _optional_reader(kind: Any) -> Reader:
    (inner,) = [argument for argument in get_args(kind) if argument is not types.NoneType]
    read = _reader(inner)
    if read is _as_it_is:
        return read
    return lambda value: None if value is None else read(value)


def _dataclass_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = [(field.name, _reader(hints[field.name])) for field in fields(kind) if field.init]
    plain = [name for name, read in readers if read is _as_it_is]
    others = [(name, read) for name, read in readers if read is not _as_it_is]

    def read_one(value: dict[str, Any]) -> Any:
        row = object.__new__(kind)
        slots = row.__dict__
        for name in plain:
            slots[name] = value[name]
        for name, read in others:
            slots[name] = read(value[name])
        return row

    return read_one
