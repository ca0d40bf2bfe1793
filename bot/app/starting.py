"""Starting a run by words, by a button or by a form: what is in the way, or the run.

Values are held to an author's patterns in a thread: what matches them lets go of the interpreter's
lock meanwhile.
"""

import contextlib
from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.app.beginning import Beginning
from bot.app.catalog import Catalog
from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.pointing import Pointer
from bot.core.acting.rights import may
from bot.core.acting.start_form import start_value
from bot.core.blockkit.blocks import actions, button
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, invalid_inputs, line, settle, started
from bot.core.procedure import Procedure
from bot.core.procedure.filling import settled
from bot.core.run.events import AsRole, Person, RunStarted
from bot.core.run.holding import as_role
from bot.core.run.model import Run
from bot.core.text import brief, escape
from bot.core.views import forms
from bot.core.views.answers import Answer, said
from bot.core.views.board import sentence
from bot.core.views.clicks import Begin
from bot.core.views.faulty import told
from bot.core.words.requests import said_before
from bot.ports.log import AlreadyOpen, Log

_LOOKED_AT = 50
"""Through how many open runs of a procedure is looked for one that was asked for here."""
_OTHERS = 20
"""Past how many runs of others, which wait for their channels, one is started."""
_SHOWN = 60
"""How much of a value an answer shows, in characters."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Words from a person: who, where, Slack's id of the delivery; `can_open` a form, or not.

    `team` is the workspace of the bot that was asked; `thread` is the ts of the message that the
    words stand under, if they stand in a thread; `direct` says that it is a conversation of some
    people and no channel. `named` says that the bot was named in a message, and `passing` that the
    message began otherwise.
    """

    by: Person
    text: str
    channel: str
    team: str | None
    delivery: str
    can_open: bool
    thread: str | None = None
    named: bool = False
    passing: bool = False
    direct: bool = False

    @property
    def is_nowhere(self) -> bool:
        """Whether it is where no board can be: in a direct conversation, or in no channel."""
        return self.direct or not self.channel or self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Starting:
    """Starts runs; `command` is the name of the bot's slash command, `enterprise` its organization.

    What someone sees of the procedures is theirs, and is given with what they ask.
    """

    desk: Desk
    log: Log
    pointer: Pointer
    beginning: Beginning
    command: str
    enterprise: str | None

    async def begin(self, asked: Asked, begin: Begin, shown: Catalog) -> Answer:
        """Start a procedure, or say what is in the way."""
        loaded = shown.get(begin.procedure)
        if loaded is None:
            return shown.unknown(begin)
        procedure = loaded.procedure
        role = await self._may_start(procedure, asked.by)
        if asked.is_nowhere and begin.room is None:
            return await to_thread(self._elsewhere, procedure, begin, can_open=asked.can_open)
        # What cannot be used is told at once, whatever else is open.
        typed = self._typed(begin)
        inputs = await to_thread(settle, procedure, begin.inputs, command=typed)
        found = await self._open_run(asked, begin)
        if found is not None and not begin.knows(found):
            # A delivery that comes twice must not be answered by what its first time did.
            if await self.log.delivered(asked.delivery):
                return Answer()
            return await self._already(asked, found, begin)
        fault = shown.fault(procedure.id)
        if inputs.missing or (begin.ask and procedure.inputs):
            await self.beginning.may(begin, asked.by, asked.team, asked.channel)
            note = told(fault) if fault else ""
            return await to_thread(self._missing, asked, procedure, begin, inputs.missing, note)
        room = "private" if begin.room and procedure.private else begin.room
        where = "" if room is not None and asked.is_nowhere else asked.channel
        begun = Begun(where, asked.team, self.enterprise, drill=begin.drill, room=room)
        event = started(loaded, inputs.values, begun, asked.by)
        if role is not None:
            event = event.model_copy(update={"as_role": role})
        try:
            run = await self._begun(asked, begin, event)
        except AlreadyOpen as already:
            return await self._already(asked, already.run_id, begin)
        words = [told(fault)] if fault else []
        if run is not None and run.room is not None:
            public = bool(run.room.asked_in) and not run.room.private
            then = "a link to it comes here" if public else "I write to you when it is there"
            words.append(
                f"*{run.id}* has started. Its {'private ' * run.room.private}channel is being "
                f"made: you are invited into it, and {then}."
            )
        return replace(said("\n".join(words)), started=run) if words else Answer(started=run)

    def _elsewhere(self, procedure: Procedure, begin: Begin, *, can_open: bool) -> Answer:
        """Ask for the channel: no board can be posted here, and nobody can be invited."""
        text = "A run needs a channel, where everyone who helps can see its board."
        if can_open:
            view = forms.inputs(
                procedure,
                begin.inputs,
                channel=None,
                another=begin.another,
                carried=begin.carried,
                drill=begin.drill,
            )
            return Answer(text, view=view)
        right = escape(line(self._typed(begin), procedure, begin.inputs)[:1_000])
        choose = button("Choose a channel…", "start", start_value(begin))
        return said(f"{text} Choose one, or type `{right}` there.", actions("inputs", choose))

    async def _may_start(self, procedure: Procedure, by: Person) -> AsRole | None:
        """In which role someone may start a procedure, if a rule asks for one; raises Refused."""
        knows = await self.desk.knows(procedure)
        return as_role(may(procedure, "start", by, knows, certain=False))

    async def invalid_inputs(self, begin: Begin, shown: Catalog) -> Mapping[str, str]:
        """Which inputs of a filled form cannot be used, and why: name -> words."""
        loaded = shown.get(begin.procedure)
        if loaded is None:
            return {}
        return await to_thread(invalid_inputs, loaded.procedure, begin.inputs)

    def _typed(self, begin: Begin) -> str:
        """What stands before a procedure in a line that starts it: a drill's must not start it."""
        return " ".join([self.command, *said_before(drill=begin.drill, room=begin.room)])

    async def _begun(self, asked: Asked, begin: Begin, event: RunStarted) -> Run | None:
        """Start it; raises AlreadyOpen where one is open that the one who asks is to hear of.

        Those that wait for their channels stand in one place, whoever asked for them and where.
        """
        for _ in range(_OTHERS):
            try:
                return await self.beginning.start(begin, event, asked.delivery)
            except AlreadyOpen as already:
                if begin.room is None or begin.instead is not None:
                    raise
                run = await self.desk.run(already.run_id)
                if self._is_theirs(asked, run):
                    raise
                begin = replace(begin, another=True, beside=run.id)
        raise Refused("Too many runs are being started at once. Try again in a moment.")

    async def _open_run(self, asked: Asked, begin: Begin) -> str | None:
        """The open run that the one who asks is to hear of: in the channel, or made from here.

        Who wants a channel for one wants another one than that which is here.
        """
        here = await self._in_channel(asked, begin) if begin.room is None else None
        return here or await self._made_from(asked, begin)

    async def _made_from(self, asked: Asked, begin: Begin) -> str | None:
        """The newest open run of a channel of its own that was asked for here."""
        rows = await self.log.runs(
            procedure=begin.procedure, open_only=True, drill=begin.drill, limit=_LOOKED_AT
        )
        for row in rows:
            if row.team != asked.team:
                continue
            if not await self.desk.sees(row.run_id, asked.by):
                continue
            with contextlib.suppress(UnreadableRun, ChangedRun):
                if self._is_theirs(asked, await self.desk.run(row.run_id)):
                    return row.run_id
        return None

    def _is_theirs(self, asked: Asked, run: Run) -> bool:
        """Whether a run was asked for here, and is still where everybody here was led; or is here.

        Whoever is in the channel that was made for it does not want the same once more.
        """
        place = "" if asked.is_nowhere else asked.channel
        if run.room is None or run.channel not in ("", run.room.made):
            return False
        if place and place == run.channel:
            return True
        return run.room.is_of(asked.by.id, place, run.started_by.id)

    async def _in_channel(self, asked: Asked, begin: Begin) -> str | None:
        rows = await self.log.runs(
            team=asked.team,
            channel=asked.channel,
            procedure=begin.procedure,
            open_only=True,
            drill=begin.drill,
            limit=1,
        )
        return rows[0].run_id if rows else None

    async def _already(self, asked: Asked, run_id: str, begin: Begin) -> Answer:
        if not await self.desk.sees(run_id, asked.by):
            # It carries its procedure as it was, which may have been private.
            raise Refused(f"`{begin.procedure}` cannot be started in this channel now.")
        run = await self.desk.run(run_id)
        where = await self.pointer.linked(run)
        head = f"{where} is already open {_place(run, asked.channel)}"
        if begin.instead is not None:
            head = f"{begin.instead} was started again already, as {where}"
        other = {
            name: value
            for name, value in settled(run.procedure, begin.inputs).items()
            if name in run.inputs and run.inputs[name] != value
        }
        if other:
            has = ", ".join(f"`{brief(run.inputs[n], _SHOWN) or '(nothing)'}`" for n in other)
            wanted = ", ".join(f"`{brief(v, _SHOWN)}`" for v in other.values())
            found = f"{where} is open for" if begin.instead is None else f"{head}, for"
            head = f"{found} {has}. You asked for {wanted}.\n{run.id}"
        value = start_value(replace(begin, another=True, beside=run.id, instead=None))
        again = actions("already", button("Start another", "start", value))
        return said(f"{head}: {sentence(run)}{await self.pointer.obstacle(run)}", again)

    def _missing(
        self, asked: Asked, procedure: Procedure, begin: Begin, missing: Sequence[str], note: str
    ) -> Answer:
        needed = ", ".join(f"`{name}`" for name in missing or procedure.inputs)
        typed = self._typed(begin)
        right = escape(line(typed, procedure, begin.inputs)[:1_000])
        text = f"`{procedure.id}` needs {needed}: `{right}`"
        if asked.can_open:
            view = forms.inputs(
                procedure,
                begin.inputs,
                channel=asked.channel,
                another=begin.another,
                carried=begin.carried,
                note=note,
                drill=begin.drill,
            )
            return Answer(text, view=view)
        value = start_value(begin)
        return said(text, actions("inputs", button("Fill in…", "start", value)))


def _place(run: Run, here: str) -> str:
    """Where a run is, for someone *here*."""
    if run.channel == here:
        return "in this channel"
    return f"in <#{run.channel}>" if run.channel else "and its channel is being made"
