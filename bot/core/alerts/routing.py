"""Where a group of alerts is told: rules by label, the first that fits, and a channel for the rest.

The models are the file's, as an author writes it; docs/alerts.md is the guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from bot.core.alerts.matching import matched
from bot.core.alerts.model import Alert
from bot.core.procedure import Model
from bot.core.procedure.alerted import Matchers
from bot.core.procedure.parts import Channel
from bot.core.procedure.schema import DIALECT, for_authors

SCHEMA = "alert-routes/v1"
"""By what a file of routes is told from a procedure's."""
MOST = 200
"""How many routes a file has at most."""


class Route(Model):
    """Some alerts, by their labels, and where they are told."""

    matches: Annotated[Matchers, Field(min_length=1)]
    """Labels that the group has in common, such as `[{ team: storage }]`; one entry must fit."""
    channel: Channel
    """The channel, by its name or its id, such as `"#storage"`."""
    private: bool = False
    """Whether the people of that channel may see private procedures."""


class Routes(Model):
    """The whole file: the first route that fits says where, else the default does."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    schema_: Annotated[Literal["alert-routes/v1"], Field(alias="schema")]
    """The version of this format."""
    default: Channel
    """The channel of every group that no route fits."""
    routes: Annotated[tuple[Route, ...], Field(strict=False, max_length=MOST)] = ()
    """Which alerts are told elsewhere, the first that fits."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a group is told, and whether the people there may see private procedures."""

    channel: str
    private: bool = False


def destination(routes: Routes, labels: Mapping[str, str]) -> Destination:
    """Where a group is told whose alerts have these *labels* in common."""
    for route in routes.routes:
        if any(matched(matcher, labels) for matcher in route.matches):
            return Destination(route.channel, route.private)
    return Destination(routes.default)


def in_common(alerts: Iterable[Alert]) -> Mapping[str, str]:
    """The labels that all *alerts* have, in the order of the first; of none, none."""
    every = list(alerts)
    if not every:
        return {}
    return {
        name: value
        for name, value in every[0].labels.items()
        if all(one.labels.get(name) == value for one in every)
    }


def schema() -> dict[str, Any]:
    """The schema of a file of routes, for editors."""
    made = Routes.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **for_authors(made), "title": "Where alerts are told"}
