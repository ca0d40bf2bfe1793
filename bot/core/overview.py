"""What is asked of a run again and again while it is drawn, found by going through it once.

Without it each step would look at every other one, and a long procedure cost the square of its
length.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.core.procedure import Placed
from bot.core.proof import Request


@dataclass(frozen=True, slots=True)
class Overview:
    """The steps by id; of each group of alternatives, those chosen; the looks under way by step."""

    places: Mapping[str, Placed]
    chosen: Mapping[str, AbstractSet[str]]
    looks: Mapping[str | None, Sequence[Request]]

    def passed_by(self, placed: Placed) -> bool:
        """Whether another alternative of a `one_of` group around this step was chosen."""
        return any(
            self.chosen.get(group, {branch}) != {branch} for group, branch in _branches(placed)
        )


def overview(
    placed: Sequence[Placed], begun: AbstractSet[str], pending: Iterable[Request]
) -> Overview:
    """Look over these steps; *begun* are the ids of those that are taken or done."""
    chosen: dict[str, set[str]] = {}
    for one in placed:
        if one.step.id in begun:
            for group, branch in _branches(one):
                chosen.setdefault(group, set()).add(branch)
    looks: dict[str | None, list[Request]] = {}
    for request in pending:
        looks.setdefault(request.step, []).append(request)
    return Overview({one.step.id: one for one in placed}, chosen, looks)


def _branches(placed: Placed) -> Iterator[tuple[str, str]]:
    """The groups of alternatives around a step, each with the alternative that holds it."""
    way = [*(group.id for group in placed.groups), placed.step.id]
    return (
        (group.id, branch)
        for group, branch in zip(placed.groups, way[1:], strict=True)
        if group.one_of
    )
