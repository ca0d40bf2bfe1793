"""Pinning: which run's timeline a message goes into, and who may put it there.

It goes to the run of its thread, else to the only open run of its channel; where neither says
which, the one who wants it there is asked. Slack is not asked here: a shortcut brings the message,
and whoever calls this for a reaction has read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.admission import Admission
from bot.app.choosing import LISTED
from bot.app.conversation import Asked, Conversation
from bot.core.acts.pin import PinMessage, TakePinBack, pinnable, told
from bot.core.blockkit.blocks import actions, button
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.run.pins import Pin, Quote, find
from bot.core.views import pinning as views
from bot.core.views.answers import Answer, said
from bot.ports.log import RunRow

LOOKED_AT = 20
"""In how many runs of a channel, the newest, a message is looked for that is in a timeline."""

NO_RUN = (
    "Nothing was added: I know of no run that you can see, so there is no timeline to put it into. "
    "If I have not met you before, try again in a moment: I ask Slack first what you can see."
)
ELSEWHERE = (
    "Nothing was added: this may be a private channel, and the run is another channel's. Use the "
    "shortcut *Add to timeline* on the message: it asks first."
)
ASKS = "📌 More than one run is open here. Into whose timeline?"


@dataclass(frozen=True, slots=True)
class Pinning:
    """Puts messages into timelines, and takes them out; *emoji* is the reaction that does so."""

    talk: Conversation
    admission: Admission
    team: str | None
    emoji: str | None

    async def by_shortcut(self, by: Person, quote: Quote, *, direct: bool, delivery: str) -> Answer:
        """Put it where it belongs, or ask; raises Refused or Unavailable."""
        pinnable(quote)
        asked = self._asked(by, quote, delivery, direct=direct)
        run = await self._meant(asked, quote)
        if run is None or run.channel != quote.channel:
            return await self._which(asked, quote, run)
        return await self._pinned(run.id, PinMessage(by, quote), delivery)

    async def asked_again(self, by: Person, quote: Quote, *, delivery: str) -> Answer:
        """The form in which a run is chosen, for who reacted where it was not clear."""
        pinnable(quote)
        return await self._which(self._asked(by, quote, delivery, direct=False), quote, None)

    async def by_emoji(self, by: Person, quote: Quote, *, delivery: str) -> Answer:
        """The same for who reacted; where no run is meant, it was for something else."""
        if quote.reacted is not None and by.id not in quote.reacted.get(self.emoji or "", ()):
            # It was taken away again before anybody looked.
            return Answer()
        asked = self._asked(by, quote, delivery, direct=False)
        run = await self._meant(asked, quote)
        if run is None:
            if len(await self._open(asked)) < 2:  # noqa: PLR2004 - several are more than one
                return Answer()
            pinnable(quote)
            choose = button("Choose the run…", views.CHOOSE, f"{quote.channel}/{quote.ts}")
            return said(ASKS, actions("pin", choose))
        sure = run.channel == quote.channel
        if not sure:
            known = await self.admission.acquaintances.known(
                by.id, quote.channel, self.admission.bot
            )
            sure = known.private is False
            if not sure:
                raise Refused(ELSEWHERE)
        return await self._pinned(run.id, PinMessage(by, quote, emoji=True, sure=sure), delivery)

    async def known(self, by: Person, channel: str, ts: str) -> str | None:
        """What is said of a message that is in a timeline of its channel already; else None."""
        for run, pin in await self._pins(by, channel, ts):
            return told(run, pin, by)
        return None

    async def taken_back(self, by: Person, channel: str, ts: str, *, delivery: str) -> Answer:
        """Take it out with the reaction of who put it there by one; anyone else's was a sign."""
        for run, pin in await self._pins(by, channel, ts):
            if pin.pinned.emoji and pin.pinned.by.id == by.id:
                command = TakePinBack(by, pin.number, emoji=True)
                after = await self.admission.act(run.id, command, delivery=delivery)
                return said(f"📌 It is out of the timeline of *{after.id}* again.")
        return Answer()

    # Which run. ---------------------------------------------------------------------------------

    def _asked(self, by: Person, quote: Quote, delivery: str, *, direct: bool) -> Asked:
        return Asked(
            by=by,
            text="",
            channel=quote.channel,
            team=self.team,
            delivery=delivery,
            can_open=True,
            thread=quote.thread or quote.ts,
            direct=direct,
        )

    async def _meant(self, asked: Asked, quote: Quote) -> Run | None:
        """The run of its thread, else the only open one of its channel."""
        desk, thread = self.talk.desk, quote.thread or quote.ts
        row = await self.talk.log.find_message(self.team, quote.channel, thread)
        if row is not None and await self._sees(asked.by, row.run_id, quote.channel):
            return await desk.run(row.run_id)
        rows = await self._open(asked)
        for run in await self._read(rows):
            if any(one.board == thread for one in run.showing.before):
                return run
        return await desk.run(rows[0].run_id) if len(rows) == 1 else None

    async def _sees(self, by: Person, run_id: str, where: str) -> bool:
        """Whether someone sees a run of which a message stands where they are."""
        channel = await self.talk.desk.channel(run_id)
        # What it posts for its owner stands in a channel whose people may not be in the run's.
        inside = channel == where or await self.admission.inside(by, channel)
        return inside and await self.talk.desk.sees(run_id, by)

    async def _open(self, asked: Asked) -> Sequence[RunRow]:
        if asked.is_nowhere:
            return ()
        return await self.talk.place(asked).runs(open_only=True)

    async def _pins(self, by: Person, channel: str, ts: str) -> Sequence[tuple[Run, Pin]]:
        """Where a message is in the timeline of a run of its channel that someone sees."""
        asked = Asked(by, "", channel, self.team, "", can_open=False)
        rows = await self.talk.place(asked).runs(limit=LOOKED_AT)
        found = [(run, find(run.pins, channel, ts)) for run in await self._read(rows)]
        return [(run, pin) for run, pin in found if pin is not None]

    async def _read(self, rows: Sequence[RunRow]) -> Sequence[Run]:
        """The runs that can be read."""
        made: list[Run] = []
        for row in rows:
            try:
                made.append(await self.talk.desk.run(row.run_id))
            except Refused:
                # One that nobody can read here stands in nobody's way.
                continue
        return made

    # What comes of it. --------------------------------------------------------------------------

    async def _pinned(self, run_id: str, command: PinMessage, delivery: str) -> Answer:
        run = await self.admission.act(run_id, command, delivery=delivery)
        return said(outcome(run, command))

    async def _which(self, asked: Asked, quote: Quote, meant: Run | None) -> Answer:
        """The form: which run, and where others may read it then, whether they may."""
        here = await self._open(asked)
        rows = [*here, *await self.talk.seen(asked)]
        if not asked.is_nowhere:
            # What people gather when it is over goes into a run that is closed.
            rows += [row for row in await self.talk.place(asked).runs() if not row.open][:LISTED]
        if meant is not None:
            row = await self.talk.log.row(meant.id)
            rows = [row, *rows] if row is not None else rows
        if not rows:
            raise Refused(NO_RUN)
        first = {row.run_id: row for row in reversed(rows)}
        ordered = list(dict.fromkeys(row.run_id for row in rows))
        listed = [
            views.Offered(one, first[one].title, first[one].channel, first[one].open)
            for one in ordered
        ]
        return Answer(view=views.form(quote, listed, meant.id if meant else None))


def outcome(run: Run, command: PinMessage) -> str:
    """What is said to who put a message into the timeline of a run."""
    pin = find(run.pins, command.quote.channel, command.quote.ts)
    if pin is None:
        # A delivery that comes twice finds what its first time did, and what came since.
        return f"📌 It was taken out of the timeline of *{run.id}*."
    return told(run, pin, command.by)
