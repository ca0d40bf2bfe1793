"""In which order tests are run: those that wait beside those that compute.

There are more workers than processors, since a story waits for timers, processes and the network
for more than half of its time. That helps only where others compute meanwhile, so the rooms whose
tests wait are dealt out among the rest, those whose tests take longest first.
"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

WAITING = ("chaos", "e2e", "story")
"""The rooms whose tests wait, as they are to begin."""
ALONE = {"tests/e2e/": "browser", "tests/chaos/test_upgrade.py": "upgrade"}
"""What runs one after another, on one worker: where a test's id begins so -> the group's name.

Each browser keeps a processor busy while it starts. The version before is installed once.
"""
_TESTS = Path(__file__).parent


def mixed(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same tests, with those that wait in even shares between the modules of the others.

    The order within a module stays, and the last to be run are none that take long.
    """
    waiting = sorted(
        (item for item in items if _room(item) in WAITING),
        key=lambda item: WAITING.index(_room(item)),
    )
    others = (item for item in items if _room(item) not in WAITING)
    modules = [list(group) for _, group in groupby(others, key=lambda item: item.path)]
    ordered: list[pytest.Item] = []
    begun = 0
    for number, module in enumerate(modules, start=1):
        ordered += module
        share = min(len(waiting), -(-len(waiting) * number * 10 // (len(modules) * 9)))
        ordered += waiting[begun:share]
        begun = share
    return ordered + waiting[begun:]


def _room(item: pytest.Item) -> str:
    inside = item.path.is_relative_to(_TESTS)
    return item.path.relative_to(_TESTS).parts[0] if inside else ""


class InGroups(LoadScopeScheduling):  # type: ignore[misc]
    """Deals tests out one by one, but those of a group to one worker.

    xdist's own groups are marks, which it writes into a test's id, and pytest lets nobody do that.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def scope(nodeid: str) -> str:
    """The group of a test, which is its own id for most."""
    return next((name for start, name in ALONE.items() if nodeid.startswith(start)), nodeid)
