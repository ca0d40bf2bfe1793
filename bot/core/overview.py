"""What is asked of a run again and again while it is drawn, found by going through it once.

Without it each step would look at every other one, and a long procedure cost the square of its
length.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.core.procedure import Placed


@dataclass(frozen=True, slots=True)
class Overview:
    """The steps by id; of each group of alternatives, those that were chosen."""

    places: Mapping[str, Placed]
    chosen: Mapping[str, AbstractSet[str]]

    def passed_by(self, placed: Placed) -> bool:
        """Whether another alternative of a `one_of` group around this step was chosen."""
        return any(
            self.chosen.get(group, {branch}) != {branch} for group, branch in _branches(placed)
        )


def overview(placed: Sequence[Placed], begun: AbstractSet[str]) -> Overview:
    """Look over these steps; *begun* are the ids of those that are taken or done."""
    chosen: dict[str, set[str]] = {}
    for one in placed:
        if one.step.id in begun:
            for group, branch in _branches(one):
                chosen.setdefault(group, set()).add(branch)
    return Overview({one.step.id: one for one in placed}, chosen)


def _branches(placed: Placed) -> Iterator[tuple[str, str]]:
    """The groups of alternatives around a step, each with the alternative that holds it."""
    way = [*(group.id for group in placed.groups), placed.step.id]
    return (
        (group.id, branch)
        for group, branch in zip(placed.groups, way[1:], strict=True)
        if group.one_of
    )
