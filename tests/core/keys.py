"""The models of the format, found by going through what each of them mentions."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel


def kinds(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """The kinds of things that a procedure is made of, each once."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for known in model.model_fields.values():
        for inner in mentioned(known.annotation):
            yield from kinds(inner, seen)


def mentioned(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from mentioned(inner)
