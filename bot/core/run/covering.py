"""What an approval is about: the step itself, or the step or group that comes right after it."""

from collections.abc import Iterator, Mapping, Sequence

from bot.core.procedure import Leaf, Placed, guards, leads_to


def covered(placed: Sequence[Placed], n: int) -> Sequence[Placed]:
    """The steps that the approval at index *n* is about, in the order of the page."""
    if not guards(placed[n].step):
        return placed[n : n + 1]
    return [placed[one] for one in _next(placed, n)]


def words_of(step: Leaf) -> Sequence[str]:
    """What people who agree to a step read of it beside its commands, before values are put in."""
    leads = leads_to(step)
    starts = None if leads is None else f"Starts `{leads}`"
    return [text for text in (step.title, step.do, starts) if text]


def guarded(placed: Sequence[Placed]) -> Mapping[int, Placed]:
    """The indexes of steps that wait for an approval before them -> the step that asks for it."""
    return {
        inner: one for n, one in enumerate(placed) if guards(one.step) for inner in _next(placed, n)
    }


def _next(placed: Sequence[Placed], n: int) -> Iterator[int]:
    """The indexes of what comes right after a step, in the list in which that stands."""
    if n + 1 == len(placed):
        return
    around, first = placed[n].groups, placed[n + 1]
    depth = len(around)
    if _ids(first)[:depth] != _ids(placed[n]):
        return
    for index in range(n + 1, len(placed)):
        one = placed[index]
        if len(first.groups) > depth:
            inside = _ids(one)[: depth + 1] == _ids(first)[: depth + 1]
        else:
            inside = index == n + 1 or any(
                (group.answers is not None and group.answers[0] == first.step.id)
                or group.fails == first.step.id
                for group in one.groups
            )
        if not inside:
            return
        yield index


def _ids(placed: Placed) -> list[str]:
    return [group.id for group in placed.groups]
