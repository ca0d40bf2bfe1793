"""Who holds which role, for whoever decides; and the worker that keeps what Slack says of it.

Nobody asks Slack on the way of a click: what it told stands in the database, with its age, for all
processes. Which groups are asked about is what the configuration and the procedures name.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.app.groups import Directory, GroupAsking, Groups, Told, Untold
from bot.app.poller import Poller
from bot.core.procedure import RIGHTS, Procedure, approval_of
from bot.core.run.holding import NOTHING_KNOWN, Knows, group_name
from bot.ports.log import Unavailable
from bot.ports.messages import Throttled, Unsure
from bot.ports.world import Clock

HANDS = 10
"""About how many groups one process asks in a round."""
ROUND = 30.0
"""Seconds between two rounds that had as many: with them, Slack's twenty a minute are kept."""
WANTED = 60.0
"""Seconds after which it is said again which groups are wanted."""
LONGEST_PAUSE = 300.0
"""Seconds between two attempts about a group of which nothing is learned."""
REMEMBERED = 1_000
"""How many groups of runs are remembered that no procedure names any more."""
NO_SUCH = "there is no such user group"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Roles:
    """What is known of roles in one workspace; *configured* is what the configuration says."""

    groups: Groups
    configured: Knows = NOTHING_KNOWN
    wake: Callable[[], None] = field(default=lambda: None)
    also: set[str] = field(default_factory=set)
    """Groups that were asked for and are not known, such as those of older runs."""

    async def knows(self, *procedures: Procedure) -> Knows:
        """What is known now, for deciding about these procedures; raises Unavailable."""
        names = sorted({name for one in procedures for name in self._named(one)})
        if not names:
            return self.configured
        told = await self.groups.told(names)
        if (missing := [name for name in names if name not in told]) and self._noted(missing):
            self.wake()
        return Knows(self.configured.held, self.configured.who, told)

    def _named(self, procedure: Procedure) -> Iterable[str]:
        """The groups of the roles that a procedure, or the rule for it, names, and its owner's."""
        for role in {*procedure.roles, *self.configured.who.roles}:
            if (name := self.configured.group(procedure, role)) is not None:
                yield name
        if procedure.owner is not None and procedure.owner.slack_group is not None:
            yield group_name(procedure.owner.slack_group)

    def unheld(self, procedures: Iterable[Procedure]) -> Iterable[str]:
        """The roles that a rule names and nobody can hold, each in words."""
        for one in procedures:
            rules = {role for right in RIGHTS for role in self.configured.kept(one, right)}
            asked = (approval_of(placed.step) for placed in one.leaves())
            rules |= {by.role for by in asked if by is not None and by.role is not None}
            for role in sorted(rules):
                if not self.configured.named(one, role):
                    yield f"{one.id}: nobody is named for the role {role}"

    def wanted(self, procedures: Iterable[Procedure]) -> set[str]:
        """The groups of all roles that are named anywhere."""
        named = {name for one in procedures for name in self._named(one)}
        return named | self.also

    def _noted(self, names: Sequence[str]) -> bool:
        """Whether there is one among these groups that the worker has not heard of."""
        fresh = {*names} - self.also
        if len(self.also) + len(fresh) > REMEMBERED:
            self.also.clear()
        self.also |= fresh
        return bool(fresh)


@dataclass(slots=True)
class Rollkeeper:
    """Asks Slack who is in the groups that are due; *procedures* are those that are served."""

    roles: Roles
    directory: Directory
    clock: Clock
    procedures: Callable[[], Iterable[Procedure]]
    poller: Poller = field(init=False)
    _wanted: set[str] = field(default_factory=set)
    _said: float | None = None
    _unheld: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.poller = Poller("roles", self.clock, self._round)
        self.roles.wake = self.poller.wake

    async def _round(self) -> float:
        await self._want()
        asked, pause = await self.roles.groups.claim(HANDS)
        if asked:
            await self._ask(asked)
        return pause if len(asked) < HANDS else ROUND

    async def _want(self) -> None:
        """Say which groups are wanted: at once when they are others, else now and then."""
        procedures = list(self.procedures())
        self._tell({*self.roles.unheld(procedures)})
        now, wanted = self.clock.monotonic(), self.roles.wanted(procedures)
        late = self._said is None or now - self._said > WANTED
        if wanted and (late or wanted != self._wanted):
            await self.roles.groups.wanted(sorted(wanted))
            self._wanted, self._said = wanted, now

    def _tell(self, unheld: set[str]) -> None:
        """Say once of which roles a rule asks something that nobody can have."""
        for words in sorted(unheld - self._unheld):
            logger.warning("%s: name people or a user group there, or in RUNBOOK_TARGETS", words)
        self._unheld = unheld

    async def _ask(self, asked: Sequence[GroupAsking]) -> None:
        """Ask about these groups; what is not learned is asked again, the later the more fail."""
        left = list(asked)
        groups = self.roles.groups
        try:
            known = await self.directory.ids()
            while left:
                one = left[0]
                if (group := known.get(one.name)) is None:
                    if not one.failures:
                        logger.warning(
                            "a role, or an owner, names the user group %s: %s", one.name, NO_SUCH
                        )
                    await groups.again(one, LONGEST_PAUSE, NO_SUCH)
                else:
                    people = await self.directory.people(group)
                    await groups.learned(one, Told(group, people))
                left.pop(0)
        except Throttled as throttled:
            await self._later(left, "Slack asks to wait", throttled.seconds)
        except Untold as untold:
            await self._later(left, str(untold), LONGEST_PAUSE)
        except Unsure as trouble:
            logger.info("nothing was learned of user groups (%s); asking again", trouble)
            await self._later(left, str(trouble), None)
        except Unavailable:
            raise
        except Exception:
            # A fault here must not end the worker: what is known only grows old.
            logger.exception("asking about user groups met a fault")
            await self._later(left, "a fault of the bot's own", LONGEST_PAUSE)

    async def _later(self, left: Sequence[GroupAsking], why: str, seconds: float | None) -> None:
        for one in left:
            pause = min(LONGEST_PAUSE, 2.0 ** min(one.failures + 1, 10))
            await self.roles.groups.again(one, pause if seconds is None else seconds, why)
