"""Servers that take turns under the same load, so that a noisy machine is noisy for each."""

import itertools
from statistics import median
from typing import Any

from tests.bench.processes import Server

ROUNDS = 3

_tags = itertools.count()


def tag() -> str:
    """A name for deliveries that none had before."""
    return f"t{next(_tags)}"


async def alternate(
    servers: dict[str, Server], own: dict[str, dict[str, Any]] | None = None, **load: Any
) -> dict[str, dict[str, float]]:
    """The medians over rounds in which the servers take turns; one round warms them up.

    *own* has what the load of one server differs in.
    """
    found: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
    for number in range(ROUNDS + 1):
        for name, server in servers.items():
            figures = await server.load(tag=tag(), **load, **(own or {}).get(name, {}))
            if number:
                found[name].append(figures)
    return {
        name: {figure: median(one[figure] for one in all_of_them) for figure in all_of_them[0]}
        for name, all_of_them in found.items()
    }
