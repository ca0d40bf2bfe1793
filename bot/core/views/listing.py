"""The steps of a board: in the order of the page, finished ones quiet, the one in hand open.

What does not fit is folded, level by level: counted in place of listed, and never the step in
hand, what someone is on, or what failed.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.core.blockkit.blocks import Block, button, section, sections
from bot.core.procedure import Container
from bot.core.run.model import Run, State
from bot.core.run.outline import Heading, Row
from bot.core.run.waits import TITLE_SHOWN
from bot.core.text import brief, counted, cut, escape
from bot.core.views.members import all_over, groups_begun, line, member_of
from bot.core.views.steps import (
    VALUE_SHOWN,
    as_row,
    ended,
    group_heading,
    noted,
    opened,
    standing,
)

_QUIET_ROOM = 1_200
"""How much room the lines of steps take that are in hand but folded, in characters."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How much is folded away; None means nothing of the kind.

    Counted instead of listed: what is done; of what comes later, all but some rows; of the steps
    in hand, all but some are a row; of the verification, all but some lines. In the end the texts
    of the open step are cut, each to some characters.
    """

    done_counted: bool = False
    later: int | None = None
    open_steps: int | None = None
    verification: int = 20
    cut: int | None = None
    rows: bool = True


_FOLDS = (
    Fold(),
    Fold(done_counted=True),
    Fold(done_counted=True, later=8),
    Fold(done_counted=True, later=3),
    Fold(done_counted=True, later=1, open_steps=3),
    Fold(done_counted=True, later=1, open_steps=1),
    Fold(done_counted=True, later=1, open_steps=1, verification=8),
    Fold(done_counted=True, later=1, open_steps=1, verification=8, cut=600),
    Fold(done_counted=True, later=0, open_steps=1, verification=5, cut=200, rows=False),
    Fold(done_counted=True, later=0, open_steps=1, verification=1, cut=60, rows=False),
)
"""Each level folds more than the one before; the first that fits is drawn."""
_COUNTED = 2
"""The first level that neither lists all that is done nor all that is to come."""
_LISTED = 500
"""Of more steps than these a list has no room, so none is drawn to find that out."""


def folds(run: Run) -> Sequence[Fold]:
    """The levels of folding to try, each tighter than the one before."""
    return _FOLDS if len(run.placed) <= _LISTED else _FOLDS[_COUNTED:]


def finished(run: Run, fold: Fold) -> list[Block]:
    """What is finished, counted by phase where space is too short to list it; the last in full."""
    behind = [row for row in run.outline.rows if row.finished]
    if not _counts(behind, fold):
        return []
    phases = Counter(row.groups[0].title if row.groups else "" for row in behind)
    alone = phases.pop("", 0)
    told = [f"{brief(name, VALUE_SHOWN)}: {count}" for name, count in phases.items()]
    if told and alone:
        told.append(f"others: {alone}")
    phases_told = cut(" · ".join(["", *told]), 1_000)
    last = max(behind, key=lambda row: row.step.ended_at or run.started_at)
    return [section(f"✅ {len(behind)} steps finished{phases_told}\n{ended(run, last)}")]


def _counts(behind: Sequence[Row], fold: Fold) -> bool:
    return fold.done_counted and len(behind) > 1


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each step that is not finished goes: drawn in full, or listed as a line; by id.

    `unfolded` are the members of whom each step is shown; of the others, a line stands for all.
    """

    opened: AbstractSet[str]
    listed: AbstractSet[str]
    first: str | None
    hidden: int
    unfolded: AbstractSet[str]


def _places(run: Run, ahead: Sequence[Row], fold: Fold) -> _Places:
    taken = [row for row in ahead if row.state is State.TAKEN]
    failed = [row for row in ahead if row.state is State.FAILED]
    # Nobody walks past a step that failed: it is tried again, or left out with a reason.
    doubted = [row for row in ahead if row.in_doubt]
    in_hand = [*doubted[:1], *taken] or _after(run, failed[:1]) or run.outline.next_steps[:1]
    open_now = {row.id for row in in_hand[: fold.open_steps]}
    kept = {row.id for row in (*taken, *failed, *doubted)} - open_now
    current = filter(None, (member_of(row) for row in (*in_hand[:1], *taken, *failed, *doubted)))
    unfolded = {heading.group.id for heading in current}
    ahead = _standing_for_all(ahead, unfolded)
    later = [row.id for row in ahead if row.id not in open_now and row.id not in kept]
    listed = kept.union(later[: fold.later])
    first = in_hand[0].id if in_hand else None
    hidden = len(ahead) - len(open_now) - len(listed)
    return _Places(open_now, listed, first, hidden, unfolded)


def _standing_for_all(ahead: Sequence[Row], unfolded: AbstractSet[str]) -> Sequence[Row]:
    """These steps, and of each member whose steps are folded only the first one."""
    kept: list[Row] = []
    told: set[str] = set()
    for row in ahead:
        member = member_of(row)
        if member is None or member.group.id in unfolded:
            kept.append(row)
        elif member.group.id not in told:
            told.add(member.group.id)
            kept.append(row)
    return kept


def _after(run: Run, failed: Sequence[Row]) -> Sequence[Row]:
    """A step that failed, after the first of the steps that its failure opened."""
    opened = (
        row
        for one in failed
        for row in run.outline.next_steps
        if any(heading.group.fails == one.id for heading in row.groups)
    )
    return [*itertools.islice(opened, 1), *failed]


def listed(run: Run, fold: Fold) -> list[Block]:
    """The steps in the order of the page: finished ones as quiet lines, one open, the others rows.

    What was taken, failed or is in doubt is not folded away.
    """
    rows = run.outline.rows
    behind = [row for row in rows if row.finished]
    # What only an answer can add is no step of the run yet: the question says what it would be.
    places = _places(run, [row for row in rows if not row.finished and not row.behind], fold)
    done = set() if _counts(behind, fold) else {row.id for row in behind}
    return _Drawn(run, fold, places, done).blocks


class _Drawn:
    """The steps of a board, drawn one after another."""

    def __init__(self, run: Run, fold: Fold, places: _Places, done: AbstractSet[str]) -> None:
        self._run, self._fold, self._places, self._done = run, fold, places, done
        self._ahead = places.opened | places.listed
        rows = run.outline.rows
        self._begun = {h.group.id for row in rows if row.id in self._ahead for h in self._in(row)}
        self._around: tuple[Heading, ...] = ()
        self._untaken: set[str] = set()
        self._members: set[str] = set()
        self._lines: list[str] = []
        self._quiet: list[Row] = []
        self.blocks: list[Block] = []
        for row in rows:
            self._draw(row)
        self._end()

    def _folded(self, row: Row) -> Heading | None:
        """The member that a step is of, where one line stands for all of its steps."""
        member = member_of(row)
        if member is None or member.group.id in self._places.unfolded:
            return None
        return member

    def _in(self, row: Row) -> tuple[Heading, ...]:
        """The groups around a step that have a heading of their own on the board."""
        member = self._folded(row)
        return row.groups if member is None else row.groups[: row.groups.index(member)]

    def _draw(self, row: Row) -> None:
        self._unlisted(row)
        is_done, member = row.id in self._done, self._folded(row)
        if not is_done and row.id not in self._ahead:
            return
        if is_done and member is not None and not self._is_over(member):
            return
        headings: list[Block] = []
        groups = self._in(row)
        if all(heading.group.id in self._begun for heading in groups):
            headings, self._around = _headings(self._run, groups, self._around, self._fold), groups
        opens = row.id in self._places.opened
        if self._lines and (headings or (not is_done and (self._fold.rows or opens))):
            self._flush()
        self.blocks += headings
        if is_done:
            self._lines += self._finished(row, member)
        elif opens:
            first = row.id == self._places.first
            self.blocks += opened(self._run, row, primary=first, cut=self._fold.cut)
        elif self._fold.rows:
            self.blocks.append(as_row(self._run, row, self._said(row)))
        else:
            self._quiet.append(row)

    def _unlisted(self, row: Row) -> None:
        """The heading of a group whose members are still to be listed: it has no steps yet."""
        for n, heading in enumerate(row.groups):
            group = heading.group.id
            if group not in self._run.unlisted or group in self._members or not row.behind:
                continue
            self._members.add(group)
            if row.id in self._run.outline.need.unlisted and self._fold.later is None:
                self._flush()
                around = row.groups[: n + 1]
                self.blocks += _headings(self._run, around, self._around, self._fold)
                self._around = around

    def _is_over(self, member: Heading) -> bool:
        return self._run.outline.members[member.group.id].over

    def _finished(self, row: Row, member: Heading | None) -> list[str]:
        if member is None:
            return _finished(self._run, row, self._untaken)
        if member.group.id in self._members:
            return []
        self._members.add(member.group.id)
        whole = row.groups[row.groups.index(member) - 1]
        if whole.group.id in self._begun:
            return [line(self._run, member, None)]
        # Nobody has to know the members any more, and there may be many.
        if whole.group.id in self._members:
            return []
        self._members.add(whole.group.id)
        return [all_over(self._run, whole)]

    def _said(self, row: Row) -> str:
        member = self._folded(row)
        return standing(self._run, row) if member is None else line(self._run, member, row)

    def _flush(self) -> None:
        self.blocks += sections(self._lines)
        self._lines = []

    def _end(self) -> None:
        # Whoever is on a step, and what failed, come before what is only in doubt.
        self._quiet.sort(key=lambda row: row.in_doubt)
        said = _fitting([self._said(row) for row in self._quiet], _QUIET_ROOM)
        self._flush()
        self.blocks += sections(said)
        if hidden := self._places.hidden + len(self._quiet) - len(said):
            show = button("Show", "show", f"{self._run.id}/", says="Show all steps")
            more = f"… {hidden} more step{'s' if hidden > 1 else ''}"
            self.blocks.append(section(more, block_id="more", accessory=show))


def _finished(run: Run, row: Row, untaken: set[str]) -> list[str]:
    """A step that is finished, as a quiet line; of a branch that was not taken, one for all.

    *untaken* are the branches that were told of already.
    """
    branch = next((h for h in row.groups if is_untaken(run, h.group)), None)
    whole = next((h for h in row.groups if h.group.id in run.unlisted), None)
    if branch is None and whole is not None and row.state is State.OPEN:
        return _unneeded(run, row, whole, untaken)
    if row.spare is None or branch is None:
        return ["\n".join([ended(run, row), *noted(row.step)])]
    if branch.group.id in untaken:
        return []
    untaken.add(branch.group.id)
    inside = sum(branch in one.groups for one in run.outline.rows)
    name = brief(branch.title, VALUE_SHOWN)
    return [f"➖ *{branch.number}* If “{name}” · not taken, {counted(inside, 'step')}"]


def _unneeded(run: Run, row: Row, whole: Heading, told: set[str]) -> list[str]:
    """A group whose members nobody has to list, as one line: its steps name no member."""
    inside = [one for one in run.outline.rows if whole in one.groups]
    if whole.group.id in told or any(one.spare is None for one in inside):
        return []
    told.add(whole.group.id)
    name = brief(whole.title, TITLE_SHOWN)
    return [f"➖ *{whole.number}* {name} · {escape(row.spare or 'not needed')}"]


def is_untaken(run: Run, group: Container) -> bool:
    """Whether these steps belong to an answer that was not given."""
    if group.answers is None:
        return False
    question, option = group.answers
    answer = run.steps[question].answer
    return answer is not None and answer != option


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    """The first lines that have *room* characters together."""
    said = []
    for one in lines:
        room -= len(one)
        if room < 0:
            break
        said.append(one)
    return said


def _headings(
    run: Run, groups: Sequence[Heading], around: Sequence[Heading], fold: Fold
) -> list[Block]:
    """The groups that begin above a step; when space is short, only the one that it stands in."""
    begun = groups_begun(groups, around)
    shown = begun if fold.cut is None else begun[-1:]
    return [block for heading in shown for block in group_heading(run, heading, fold.cut)]
