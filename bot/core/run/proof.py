"""What is known of the recovery: what checks showed, what people vouch for, and since when.

A line is proven by a look that is younger than what was done. So whatever matters takes the rounds
that were under way, and the time of recovery, away; what people vouch for falls with a step that
failed or was undone. Everything here is a value: each change gives a new one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.procedure import Procedure, Progress, VerifyByCheck
from bot.core.run import events as e
from bot.core.run.expected import on_board, tolerated, unmet

LAST_LOOK = "z"
"""How the id of a closing's look begins: people wait for it, 15 s at most."""


@dataclass(frozen=True, slots=True)
class Request:
    """A look at a check that was asked for and has not ended.

    `last` is the last look that was recorded for it; `moved` is when its number last changed, or
    came nearer to its goal. `begun` is where a number began of which that is told, `best` how near
    it came.
    """

    id: str
    check: str
    at: datetime
    step: str | None
    batch: str | None
    wait: bool
    by: e.Person
    once: bool = False
    last: e.CheckObserved | None = None
    moved: datetime | None = None
    begun: float | None = None
    best: float | None = None

    def seen(self, observed: e.CheckObserved, at: datetime) -> "Request":
        """The request after one more look that did not end it."""
        if not self.moves(observed.advance):
            return replace(self, last=observed)
        far = observed.advance
        begun = None if far is None else far.begun
        return replace(
            self,
            last=observed,
            moved=at,
            begun=self.begun if begun is None else begun,
            best=self.best if far is None or begun is None else far.now,
        )

    def moves(self, far: e.Advance | None) -> bool:
        """Whether a look that sees this is progress.

        A number of which it is told where it began has to come nearer to its goal than ever
        before: one that only goes up and down would never be stuck.
        """
        if self.best is not None:
            return far is not None and (far.goal - self.best) * (far.now - self.best) > 0
        return self.last is None or self.last.advance != far

    def told(self, far: e.Advance | None, progress: Progress | None) -> e.Advance | None:
        """How far a look is, with where it began where that is told."""
        if far is None or progress is None or not progress.has_begun:
            return far
        begun = far.now if self.begun is None else self.begun
        return e.Advance(now=far.now, goal=far.goal, begun=begun)


def purpose(look: Request | e.CheckRequested) -> tuple[str, bool, str | None, bool]:
    """What a look is for; a newer request for the same takes its place."""
    return (look.check, look.wait, look.step, look.once)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last look at a check."""

    green: bool
    at: datetime
    observed: e.CheckObserved


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who confirmed a line that no check can answer, when, and with which words."""

    by: e.Person
    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the verification: its key, its words, and where it stands (None: not yet known).

    `group` is the title of the group in which it stands; `but` says what a check that passed
    showed amiss all the same: `2 of 3 as expected; node-c: no answer`.
    """

    key: str
    title: str
    check: str | None
    green: bool | None
    at: datetime | None
    why: str
    by: e.Person | None = None
    words: str | None = None
    group: str | None = None
    but: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """A run that someone wants to close, while its checks are looked at once more.

    `via` is through what that was asked, where not Slack; `red` holds what those looks found amiss:
    the line's key and why.
    """

    by: e.Person
    reasons: Mapping[str, str]
    via: str | None = None
    red: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of the recovery.

    `rounds` are the batches under way in which nothing was red yet, with the requests that are
    still to be answered. `since` is the end of the first round that was all green, after the last
    thing that mattered.
    """

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    confirmed: Mapping[str, Vouched] = field(default_factory=dict)
    rounds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: datetime | None = None

    def asked(self, request: Request, replaced: Iterable[Request]) -> "Proof":
        """A look was asked for, in place of others."""
        dropped = {one.batch for one in replaced}
        rounds = {k: v for k, v in self.rounds.items() if k not in dropped}
        if request.batch is not None and request.batch not in dropped:
            before = rounds.get(request.batch, frozenset())
            rounds[request.batch] = before | {request.id}
        return replace(self, rounds=rounds)

    def observed(
        self, seen: e.CheckObserved, at: datetime, lines: Collection[str], asked: Collection[str]
    ) -> "Proof":
        """A look was made; *lines* are the checks of the verification.

        *asked* are the requests for the same check that are still to be answered.
        """
        verdicts = {**self.verdicts, seen.check: Verdict(seen.green, at, seen)}
        batch = next((k for k, ids in self.rounds.items() if seen.request in ids), None)
        rounds, since = dict(self.rounds), self.since
        if not seen.green and seen.check in lines:
            since = None
            if batch is None:
                # A round that had this line green before is no proof of all lines any more; one
                # that has yet to look at it is.
                rounds = {k: ids for k, ids in rounds.items() if not ids.isdisjoint(asked)}
        if batch is not None and seen.final:
            left = rounds.pop(batch) - {seen.request}
            if seen.green and left:
                rounds[batch] = left
            elif seen.green:
                since = since or at
        return replace(self, verdicts=verdicts, rounds=rounds, since=since)

    def vouched(self, item: str, by: Vouched) -> "Proof":
        """A person confirmed a line."""
        return replace(self, confirmed={**self.confirmed, item: by})

    def withdrawn(self, item: str) -> "Proof":
        """A line is confirmed no more."""
        confirmed = {k: v for k, v in self.confirmed.items() if k != item}
        return replace(self, confirmed=confirmed)

    def unvouched(self) -> "Proof":
        """What people confirmed was of a system where a step seemed to work."""
        return replace(self, confirmed={})

    def without(self, checks: Collection[str], lines: Collection[str]) -> "Proof":
        """What these checks showed, and people confirmed of these lines, was of something else."""
        verdicts = {k: v for k, v in self.verdicts.items() if k not in checks}
        confirmed = {k: v for k, v in self.confirmed.items() if k not in lines}
        return replace(self, verdicts=verdicts, confirmed=confirmed)

    def aged(self) -> "Proof":
        """Something was done, so no round of looks shows that the system has recovered."""
        return replace(self, rounds={}, since=None)

    def items(self, procedure: Procedure, put: Callable[[str], str]) -> tuple[Item, ...]:
        """Every line of the verification and where it stands; *put* puts values into its words."""
        items = []
        for index, (around, line) in enumerate(procedure.lines()):
            group = None if around is None else put(around.group)
            if isinstance(line, VerifyByCheck):
                title = put(procedure.checks[line.check].title)
                items.append(self._checked(line.check, title, procedure, group))
            else:
                title = put(line.confirm)
                items.append(self._vouched(f"confirm:{index}", title, group))
        return tuple(items)

    def _checked(self, name: str, title: str, procedure: Procedure, group: str | None) -> Item:
        verdict = self.verdicts.get(name)
        if verdict is None:
            return Item(f"check:{name}", title, name, None, None, "not checked yet", group=group)
        seen = verdict.observed
        return Item(
            f"check:{name}",
            title,
            name,
            verdict.green,
            verdict.at,
            "" if verdict.green else unmet(seen, procedure),
            group=group,
            but=on_board(tolerated(seen, procedure)),
        )

    def _vouched(self, key: str, title: str, group: str | None) -> Item:
        found = self.confirmed.get(key)
        if found is None:
            return Item(key, title, None, None, None, "not confirmed yet", group=group)
        return Item(
            key,
            title,
            None,
            green=True,
            at=found.at,
            why="",
            by=found.by,
            words=found.words,
            group=group,
        )

    def recovered_at(self, items: Collection[Item]) -> datetime | None:
        """When the system had recovered: the round that showed it, or the last confirmation.

        None while a line is not green, or the greens are not of one round after what was done.
        """
        if not items or not all(item.green for item in items):
            return None
        if self.since is None and any(item.check for item in items):
            return None
        vouched = [item.at for item in items if item.check is None and item.at]
        return max(filter(None, (self.since, *vouched)), default=None)


def on_page(items: Iterable[Item], keys: Collection[str]) -> list[str]:
    """The *keys* of lines in the order of the page, as every view lists them; others come last.

    A stored mapping has no order that means anything.
    """
    listed = dict.fromkeys(item.key for item in items if item.key in keys)
    return [*listed, *(key for key in keys if key not in listed)]
