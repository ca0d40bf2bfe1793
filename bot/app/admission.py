"""Admission: a click or a form is held against what the one who sent it can see.

The rule is `bot.core.acting.admission`'s; here is what it must know: the run's channel, the message
that was clicked, what is known of people. Slack is not asked: whoever appears is noted for the
registrar, and decided about by what is known already.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.app.acquaintances import Acquaintances
from bot.app.desk import Desk, NoSuchRun, no_such_run
from bot.core.acting import admission as rule
from bot.core.acting.admission import Sighting
from bot.core.acting.messages import BOARD, NOWHERE, OWNER, PASTED, TO_ONE
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.text import escape
from bot.core.views.clicks import Begin, Choose, Click, Do, Intent, LookFor
from bot.ports.log import Log, Unavailable
from bot.ports.messages import MessageRow
from bot.ports.world import Clock, Detector

NOTED = 10_000
"""How many people are remembered to have appeared."""
AGAIN = 300.0
"""Seconds after which someone's appearance is noted once more."""

OPEN_AGAIN = (
    "Nothing was recorded: this form was opened too long ago, or you have left the channel since. "
    "Open it again from the board."
)
NOT_IN_IT = (
    "Nothing was recorded: it is not known here that you are in that channel. Invite me there, if "
    "I am not in it, and try again in a moment."
)
NOT_THERE = (
    "Nothing was started: it is not known here that you are in that channel. Invite me there, if I "
    "am not in it, and type the command there."
)
NOT_NAMED = (
    "Nothing was recorded: only people whom the run's procedure names can answer here. Ask the "
    "person who called you."
)
EXTERNAL = (
    "Nothing was recorded: you belong to another organization, and this bot works only with people "
    "of its own. Ask one of them to do it."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was done: on a message of a channel, or in a form.

    `form` is what the form carries, None when it was on a message.
    """

    channel: str | None = None
    message: str | None = None
    form: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Admission:
    """Lets people of one workspace, *team*, act, or says in words why not.

    *bot* is the bot's own id, *home* its team and organization, *key* seals forms; *external* lets
    people of other organizations act; `wake` tells whoever asks Slack that there is someone to ask.
    `detector` finds secrets in what is to be posted for others, before it is.
    """

    desk: Desk
    log: Log
    acquaintances: Acquaintances
    clock: Clock
    bot: str
    home: frozenset[str]
    key: bytes
    external: bool = False
    wake: Callable[[], None] = field(default=lambda: None)
    team: str | None = None
    detector: Detector | None = None
    _noted: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def noted(self, person: str) -> bool:
        """Whether it was noted a short time ago that someone appeared."""
        last = self._noted.get(person)
        return last is not None and self.clock.monotonic() - last < AGAIN

    async def note(self, person: str) -> None:
        """Note that someone appeared, so that they are asked about; it may come to nothing."""
        if self.noted(person):
            return
        self._noted[person] = self.clock.monotonic()
        self._noted.move_to_end(person)
        while len(self._noted) > NOTED:
            self._noted.popitem(last=False)
        try:
            await self.acquaintances.met([person])
        except Unavailable:
            self._noted.pop(person, None)
        else:
            self.wake()

    async def moved(self, person: str, channel: str, *, joined: bool) -> None:
        """Slack says that someone came or went; raises Unavailable."""
        if person == self.bot:
            # Which channels people share with the bot is another question now.
            await self.acquaintances.shared(self.bot)
        elif joined:
            await self.acquaintances.joined(person, channel)
        else:
            await self.acquaintances.left(person, channel)
        self.wake()

    # Who. ---------------------------------------------------------------------------------------

    async def welcome(self, by: Person, team: str | None, *, outside: bool) -> Person:
        """Who may act, marked if they belong elsewhere; raises Refused, or Unavailable.

        *outside* is what Slack says with the delivery, where it says whose they are.
        """
        if team is None or (outside and len(self.home) > 1):
            # A sister workspace is told from a stranger only by what is known of the person.
            known = await self.acquaintances.known(by.id, "", self.bot)
            if known.team is not None:
                team, outside = known.team, rule.outside(known, self.home)
        if not outside:
            return by
        if not self.external:
            raise Refused(EXTERNAL)
        return by.model_copy(update={"team": team})

    # Where. -------------------------------------------------------------------------------------

    async def inside(self, by: Person, channel: str) -> bool:
        """Whether someone is known to see a channel, wherever they ask; raises Unavailable."""
        known = await self.acquaintances.known(by.id, channel, self.bot)
        return rule.sees(channel, known)

    async def is_public(self, channel: str) -> bool:
        """Whether a channel is known to be one that everybody may read; raises Unavailable."""
        return (await self.acquaintances.known(self.bot, channel, self.bot)).private is False

    def seen(self, channel: str) -> Sighting:
        """Who clicks on a message or types a command sees the channel now."""
        return Sighting(self.clock.now().timestamp(), channel)

    def sealed(
        self, view: Mapping[str, Any], by: Person, sighting: Sighting | None
    ) -> dict[str, Any]:
        """The form with its sighting, for whoever has it opened."""
        return rule.seal(view, by.id, sighting, self.key)

    async def admit(self, click: Click, place: Place) -> Sighting | None:
        """Hold a click or a form against what was clicked; raises Refused, or Unavailable.

        The sighting is for what is opened by it.
        """
        intent = click.intent
        if isinstance(intent, LookFor | Choose):
            # Nothing of a run is shown for it.
            return None
        if not isinstance(intent, Begin) and not await self._is_here(intent.run):
            raise _none(intent.run, place)
        called = place.form is None and await self._called(intent, place)
        if not isinstance(intent, Begin) and not await self.desk.sees(intent.run, click.by):
            # Whoever has the post before them knows of the run; of nothing else in it.
            raise Refused(NOT_NAMED) if called else _none(intent.run, place)
        if called:
            return self.seen(place.channel or "")
        if place.form is None:
            return self.seen(await self._on_message(intent, place))
        sighting = rule.sighting_of(place.form, click.by.id, self.key)
        if isinstance(intent, Begin):
            channel = intent.channel or (sighting.channel if sighting else "")
        else:
            channel = await self.desk.channel(intent.run)
            if not channel:
                await self._alone(intent.run, click.by, place)
                return sighting
        known = await self.acquaintances.known(click.by.id, channel, self.bot)
        if isinstance(intent, Begin) and not channel:
            # A form will ask for one.
            return sighting
        if not channel or not rule.admits(sighting, channel, known):
            chosen = isinstance(intent, Begin) and intent.chosen
            raise Refused(NOT_THERE if chosen else OPEN_AGAIN)
        return sighting

    async def _is_here(self, run_id: str) -> bool:
        """Whether there is such a run in this workspace."""
        try:
            # The ids of a run's channel and people may be others' in this workspace.
            return await self.desk.team(run_id) == self.team
        except NoSuchRun:
            return False

    async def _called(self, intent: Intent, place: Place) -> bool:
        """Whether what was clicked is the answer below a post in the channel of a run's owner.

        Only what the bot posted there has that button. Where the answer to the post was lost, or
        is still on its way, what was clicked is that post.
        """
        if not isinstance(intent, Do) or place.channel is None:
            return False
        command: object = intent.command
        if not isinstance(command, c.OwnerComes | c.OwnerStays):
            return False
        row = await self.log.message(f"{intent.run}/{OWNER}{command.request}")
        return row is not None and row.ts in (None, place.message)

    async def _on_message(self, intent: Intent, place: Place) -> str:
        """The channel that a message shows: a run's where it is the run's; raises Refused.

        It stands in the run's channel, or is one of the run's own messages elsewhere. To others
        there is no such run.
        """
        if isinstance(intent, Begin):
            if place.channel is None:
                raise Refused(OPEN_AGAIN)
            return place.channel
        channel = await self.desk.channel(intent.run, place.channel)
        if place.channel != channel:
            row = None
            if place.channel is not None and place.message is not None:
                row = await self.log.find_message(self.team, place.channel, place.message)
                row = row or await self._to_one(intent.run, place.message)
            if row is None or row.run_id != intent.run:
                raise no_such_run(intent.run)
            # Of one that has no channel, the place is what they see.
            channel = channel or place.channel or ""
        return channel

    async def _to_one(self, run_id: str, ts: str) -> MessageRow | None:
        """The row of a message to one person: where that stands, the log does not know."""
        run = await self.desk.run(run_id)
        keys = [f"{run_id}/{PASTED}{number}" for number in run.secrets.values()]
        keys += [f"{run_id}/{TO_ONE}{number}" for number in run.together]
        for one in run.handoffs.values():
            # Another run's message asks for it.
            first = await self.desk.run(one.within) if one.within is not None else None
            asks = [] if first is None else [n for n, o in first.together.items() if run_id in o]
            keys += [f"{one.within}/{TO_ONE}{number}" for number in asks]
        if run.room is not None and run.room.told is not None:
            keys.append(f"{run_id}/{NOWHERE}{run.room.told}")
        for key in keys:
            row = await self.log.message(key)
            if row is not None and row.ts == ts:
                return replace(row, run_id=run_id)
        return None

    async def _alone(self, run_id: str, by: Person, place: Place) -> None:
        """A run that has no channel is for who started it; raises Refused for others."""
        row = await self.log.row(run_id)
        if row is None or row.started_by != by.id:
            raise _none(run_id, place)

    async def _chosen(self, run_id: str, command: c.ChooseChannel | c.Reopen) -> c.Command:
        """A command with the board that the run leaves, for a channel that they see."""
        known = await self.acquaintances.known(command.by.id, command.channel, self.bot)
        if not rule.admits(None, command.channel, known):
            raise Refused(NOT_IN_IT)
        board = await self.log.message(f"{run_id}/{BOARD}")
        return replace(command, board=board.ts if board is not None else None)

    # To whom. -----------------------------------------------------------------------------------

    async def act(self, run_id: str, command: c.Command, *, delivery: str) -> Run:
        """Carry out a command as the desk does; a step goes only to someone who can have it.

        Whoever is not known gets it and is asked about at once: if they cannot have it, it comes
        back.
        """
        if isinstance(command, c.TellStakeholders):
            self._fit_for_others(command.text)
        if isinstance(command, c.ChooseChannel | c.Reopen) and command.channel:
            command = await self._chosen(run_id, command)
        if not isinstance(command, c.HandOver | c.HandOff | c.AssignRole):
            return await self.desk.act(run_id, command, delivery=delivery)
        if (to := command.to) is None:
            return await self.desk.act(run_id, command, delivery=delivery)
        if not await self.desk.sees(run_id, to):
            raise Refused(
                "Nothing was recorded: only those whom its procedure names may know of this run, "
                "and that person is none of them. Choose someone else."
            )
        channel = await self.desk.channel(run_id)
        known = await self.acquaintances.known(to.id, channel, self.bot)
        why = (
            "bot"
            if to.id == self.bot
            else rule.cannot_take(known, self.home, external=self.external)
        )
        if why is not None:
            reason = rule.CANNOT_TAKE[why].format("that person")
            raise Refused(f"Nothing was recorded: {reason}. Choose someone else.")
        if rule.outside(known, self.home):
            command = replace(command, to=to.model_copy(update={"team": known.team}))
        if known.fresh or not isinstance(command, c.HandOver):
            # Only a step is theirs without a word of their own.
            return await self.desk.act(run_id, command, delivery=delivery)
        # Before, so that no death in between forgets it; and after, for who was faster than this.
        await self.acquaintances.awaited(to.id)
        run = await self.desk.act(run_id, command, delivery=delivery)
        with contextlib.suppress(Unavailable):
            await self.acquaintances.awaited(to.id)
        self.wake()
        return run

    def _fit_for_others(self, text: str) -> None:
        """Raise Refused where there is a secret in what is to be posted for stakeholders."""
        found = [] if self.detector is None else self.detector(text)
        if found:
            what = ", ".join(dict.fromkeys(escape(one.what) for one in found))
            raise Refused(
                f"Nothing was sent: there seems to be a secret in it ({what}), and others would "
                "read it. Take it out.",
                "text",
            )


def _none(run_id: str, place: Place) -> Refused:
    """The answer to a run's id that means nothing to the one who asks.

    In a form, what there is not is told by nothing from what is elsewhere.
    """
    return no_such_run(run_id) if place.form is None else Refused(OPEN_AGAIN)
