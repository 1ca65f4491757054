"""What a shape says about a place in a file: which shapes may stand there, which keys, whether a text may."""

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from alertd.rules.file_kind import keys_of

Path_ = tuple[str | int, ...]


def known_keys(shape: type[BaseModel], path: Path_) -> list[str]:
    """The keys that the mapping at this place can have."""
    return [key for model in _models(_at(shape, path)) for key in keys_of(model)]


def takes_text(shape: type[BaseModel], path: Path_) -> bool:
    return any(branch is str for branch in _at(shape, path))


def value_at(value: Any, path: Path_) -> Any:
    """What the file says at a place; None: nothing."""
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        else:
            value = value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None
    return value


def in_file(loc: Sequence[str | int], value: Any) -> tuple[Path_, str]:
    """The part of pydantic's place that stands in the file (it adds the branch of a union), and a key that is missing."""
    path: Path_ = ()
    for place, part in enumerate(loc):
        inside = value if isinstance(value, Mapping) else dict(enumerate(value)) if isinstance(value, list) else {}
        if part in inside:
            value = inside[part]
        elif isinstance(value, Mapping) and place == len(loc) - 1:
            return path, str(part)
        else:
            continue
        path = (*path, part)
    return path, ""


def _at(shape: type[BaseModel], path: Path_) -> list[Any]:
    """The types that may stand at a place."""
    found: list[Any] = [shape]
    for part in path:
        found = [branch for each in found for inner in _inside(each, part) for branch in _branches(inner)]
    return found


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if isinstance(part, str) and (field := keys_of(kind).get(part)) is not None:
            yield field.annotation
    elif get_origin(kind) in (list, tuple) and isinstance(part, int):
        yield get_args(kind)[0]
    elif get_origin(kind) in (dict, Mapping) and isinstance(part, str):
        yield get_args(kind)[1]


def _branches(kind: Any) -> Iterator[Any]:
    """A type without its annotations, a union as its members."""
    if get_origin(kind) is Annotated:
        yield from _branches(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _branches(each)
    else:
        yield kind


def _models(kinds: list[Any]) -> Iterator[type[BaseModel]]:
    return (kind for kind in kinds if isinstance(kind, type) and not get_args(kind) and issubclass(kind, BaseModel))
