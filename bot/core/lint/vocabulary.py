"""The keys of the format: which belong where."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.core.lint.synonyms import meant_by
from bot.core.procedure import (
    FORMATS,
    ByHand,
    Check,
    Expectation,
    Get,
    Input,
    Link,
    Model,
    Owner,
    Poll,
    Procedure,
    Progress,
    Role,
    Source,
    Symptom,
    Task,
    VerifyByCheck,
    VerifyByPerson,
    VerifyGroup,
    Who,
    told_by,
)
from bot.core.procedure.finding import Path, quoted
from bot.core.procedure.search import misspelt

METHODS = frozenset({"post", "put", "patch", "delete", "options", "connect", "trace", "method"})
"""What a check may never do to a target."""

_BY_LIST: dict[str, type[Model]] = {
    "symptoms": Symptom,
    "inputs": Input,
    "roles": Role,
    "checks": Check,
    "expect": Expectation,
    "requests": Get,
    "links": Link,
    **{part.key: part.model for one in FORMATS for part in one.parts if part.many},
}
_STEPS = frozenset(keys[-1] for one in FORMATS for keys in one.lists)
_BY_KEY: dict[str, type[Model]] = {
    "owner": Owner,
    "who": Who,
    "by_hand": ByHand,
    "poll": Poll,
    "from": Source,
    "progress": Progress,
    **{part.key: part.model for one in FORMATS for part in one.parts if not part.many},
}
_NAMES: dict[type[Model], str] = {
    Procedure: "a procedure",
    Owner: "an owner",
    Role: "a role",
    Who: "a list of who may do what",
    Symptom: "a symptom",
    Input: "an input",
    Source: "the `from` of an input",
    Check: "a check",
    Expectation: "an expectation",
    Get: "a request of a check",
    Poll: "a poll",
    ByHand: "a check by hand",
    Progress: "a progress",
    Link: "a link",
    **{one.model: one.name for one in FORMATS},
    **{part.model: part.name for one in FORMATS for part in one.parts},
    VerifyByCheck: "a line of verification",
    VerifyByPerson: "a line of verification",
    VerifyGroup: "a group of lines",
}


_OF_STEPS = frozenset(one.model for one in FORMATS)
_TELLING = tuple(one.key for one in FORMATS)
"""The keys that tell of which kind a step is."""


def model_at(path: Path, value: Any) -> type[Model]:
    """The model of the mapping *value* at *path* in a procedure."""
    if not path:
        return Procedure
    around, last = (path[-2] if len(path) > 1 else None), path[-1]
    if around in _STEPS and not isinstance(last, str):
        return told_by(value).model
    if around == "verification" and ("group" in value or "lines" in value):
        return VerifyGroup
    if around in ("verification", "lines"):
        return VerifyByPerson if "confirm" in value else VerifyByCheck
    return _BY_LIST.get(str(around)) or _BY_KEY.get(str(last), Procedure)


def name_of(model: type[Model]) -> str:
    """What an author calls this part: `a wait step`."""
    return _NAMES[model]


def keys_of(model: type[Model]) -> tuple[str, ...]:
    """The keys that the part may have, as a file writes them."""
    if model in (VerifyByCheck, VerifyByPerson):
        return ("check", "confirm")
    return tuple(field.alias or name for name, field in model.model_fields.items())


def meant_key(model: type[Model], key: str) -> str | None:
    """The key that the part may have, or that makes a step of another kind, and was misspelt."""
    known = [*keys_of(model), *(_TELLING if model in _OF_STEPS else ())]
    return misspelt(known, key)


def advice(model: type[Model], key: str, inside: Collection[str]) -> str:
    """What to write in place of a key that the part does not have."""
    if (known := meant_by(model, key)) is not None:
        return known
    if (meant := meant_key(model, key)) is not None:
        return f"{meant}:" if meant not in inside else f"nothing: {quoted(meant)} is there already"
    if model in _OF_STEPS and (kinds := [one.name for one in FORMATS if key in keys_of(one.model)]):
        return f"nothing here, or a step of its own: {' or '.join(kinds)} has {quoted(key)}"
    if key in keys_of(Task):
        return f"{quoted(key)} at a step"
    left = [one for one in keys_of(model) if one not in inside] or keys_of(model)
    return f"one of {', '.join(left)}"
