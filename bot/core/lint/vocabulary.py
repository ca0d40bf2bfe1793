"""The keys of the format: which belong where."""

from __future__ import annotations

from typing import Any

from bot.core.procedure import (
    FORMATS,
    ByHand,
    Check,
    Expectation,
    Input,
    Link,
    Model,
    Owner,
    Poll,
    Procedure,
    Progress,
    Role,
    Symptom,
    VerifyByCheck,
    VerifyByPerson,
    VerifyGroup,
    Who,
    told_by,
)
from bot.core.procedure.finding import Path

ELSEWHERE = {
    "goto": "decide: with options, of which one says then: { goto: STEP }",
    "options": "decide: { options: … }",
    "min": "approve: { min: … }",
    "timeout": "approve: { timeout: … }, or a wait with a check that has a deadline",
}
"""Keys that stand in one place only, and how to write them there."""

METHODS = frozenset({"post", "put", "patch", "delete", "options", "connect", "trace", "method"})
"""What a check may never do to a target."""

_BY_LIST: dict[str, type[Model]] = {
    "symptoms": Symptom,
    "inputs": Input,
    "roles": Role,
    "checks": Check,
    "expect": Expectation,
    "links": Link,
    **{part.key: part.model for one in FORMATS for part in one.parts if part.many},
}
_STEPS = frozenset(keys[-1] for one in FORMATS for keys in one.lists)
_BY_KEY: dict[str, type[Model]] = {
    "owner": Owner,
    "who": Who,
    "by_hand": ByHand,
    "poll": Poll,
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
    Check: "a check",
    Expectation: "an expectation",
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
