"""What the bot answers to words: `/runbook …`, `@runbook …`, and the form that starts a run.

An answer is data: text, blocks, perhaps a form to open. Nothing is sent from here, and nothing
but the log is asked. Values are held to an author's patterns in a thread: what matches them lets go
of the interpreter's lock meanwhile.
"""

import asyncio
import contextlib
from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.app import choosing
from bot.app.choosing import LISTED
from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.pointing import Pointer
from bot.app.slices import slices
from bot.core.acts import close
from bot.core.blockkit.blocks import Block, actions, button, context, section
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, invalid_inputs, line, settle, started
from bot.core.procedure import Procedure
from bot.core.procedure.filling import settled
from bot.core.procedure.search import PIECE, Hit, best, found, nearest
from bot.core.run.actor import came
from bot.core.run.events import Person, RunStarted
from bot.core.run.model import Run
from bot.core.text import brief, clock, counted, escape
from bot.core.views import forms, slash
from bot.core.views.answers import Answer as Answer  # noqa: PLC0414 - spoken of here
from bot.core.views.answers import offered, said, start_value, unknown, usage
from bot.core.views.board import at_a_glance, sentence
from bot.core.views.clicks import Begin
from bot.core.views.faulty import Faulty, told
from bot.core.views.recovery_board import verification_lines
from bot.ports.log import AlreadyOpen, Log, RunRow, Stale, Unavailable
from bot.ports.world import Library

FAULTS = 10
"""How many files with errors one answer lists."""
_SHOWN = 60
"""How much of a value an answer shows, in characters."""
_TRIES = 5
"""How often a run is started in place of another that changes meanwhile."""

Link = Callable[[str, str], str]


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


@dataclass(slots=True)
class Conversation:
    """Answers words; `link` makes a message's address from its channel and ts.

    `bot` is the bot's name in Slack, `enterprise` the organization of its workspace, if any.
    """

    desk: Desk
    log: Log
    library: Library
    link: Link
    command: str = field(default="/runbook")
    bot: str = field(default="runbook")
    enterprise: str | None = None
    _pointer: Pointer = field(init=False)

    def __post_init__(self) -> None:
        self._pointer = Pointer(self.desk, self.log, self.link, self.bot)

    async def ask(self, asked: Asked) -> Answer:
        """Answer what was typed; raises Refused or Unavailable."""
        try:
            request = slash.read(asked.text)
        except slash.Stray as stray:
            return await self._astray(asked, stray)
        match request:
            case slash.Help():
                # Named at the end of a message, the bot was only spoken of.
                return Answer() if asked.passing and not asked.text else self._usage()
            case slash.Listing():
                return self._list()
            case slash.Search(words):
                return await self._search(words)
            case slash.Status(run_id):
                return await self._status(asked, run_id)
            case slash.Export(run_id):
                return await self._export(asked, run_id)
            case slash.Close(run_id):
                return await self._close(asked, run_id)
            case slash.Start(procedure, inputs):
                if self.library.get(procedure) is None and not inputs:
                    return await self._neither(asked, procedure)
                return await self.begin(asked, Begin(procedure, inputs))

    async def _astray(self, asked: Asked, stray: slash.Stray) -> Answer:
        """Words that are no values: the line to type instead, for a procedure that there is."""
        loaded = self.library.get(stray.procedure)
        if loaded is None and asked.named:
            return Answer() if asked.passing else self._usage()
        if loaded is None:
            return self._unknown(Begin(stray.procedure, stray.given), stray.said)
        right = await to_thread(line, self.command, loaded.procedure, stray.given, stray.words)
        raise Refused(stray.advice(escape(right[:1_000])))

    async def _neither(self, asked: Asked, word: str) -> Answer:
        """A word that is no procedure: a run's id in small letters, or what was meant by it."""
        close = nearest([loaded.procedure.id for loaded in self.library.all()], word)
        if slash.is_run(word):
            try:
                return await self._status(asked, word.upper())
            except Refused:
                if not close:
                    raise
        if asked.named and not close and not nearest(slash.WORDS, word):
            return Answer() if asked.passing else self._usage()
        return self._unknown(Begin(word))

    async def begin(self, asked: Asked, begin: Begin) -> Answer:
        """Start a procedure, or say what is in the way."""
        loaded = self.library.get(begin.procedure)
        if loaded is None:
            return self._unknown(begin)
        procedure = loaded.procedure
        if asked.direct or asked.channel.startswith("D"):
            # No board can be posted there, and nobody can be invited.
            raise Refused(
                "A run needs a channel, where everyone who helps can see its board. This is a "
                f"direct conversation, so nothing was started: type `{self.command} "
                f"{procedure.id}` in your incident channel."
            )
        # What cannot be used is told at once, whatever else is open.
        inputs = await to_thread(settle, procedure, begin.inputs, command=self.command)
        found = await self._open_run(asked, procedure.id)
        if found is not None and not begin.knows(found):
            # A delivery that comes twice must not be answered by what its first time did.
            if await self.log.delivered(asked.delivery):
                return Answer()
            return await self._already(found, begin)
        if inputs.missing or (begin.ask and procedure.inputs):
            return await to_thread(self._missing, asked, procedure, begin, inputs.missing)
        begun = Begun(asked.channel, asked.team, self.enterprise)
        event = started(loaded, inputs.values, begun, asked.by)
        try:
            run = await self._start(asked, begin, event)
        except AlreadyOpen as already:
            return await self._already(already.run_id, begin)
        fault = self._fault(procedure.id)
        return replace(said(told(fault)), started=run) if fault else Answer(started=run)

    async def _start(self, asked: Asked, begin: Begin, event: RunStarted) -> Run | None:
        """Start a run, maybe in place of another; raises AlreadyOpen where that has one."""
        for _ in range(_TRIES):
            with contextlib.suppress(Stale):
                # The old one was closed, or opened again, in between.
                if begin.instead is not None:
                    event = await self._instead(asked, begin.instead, event)
                return await self.desk.start(
                    event,
                    delivery=asked.delivery,
                    another=begin.another,
                    beside=begin.beside,
                )
        raise Refused(f"{begin.instead} is being closed and opened again. Try again in a moment.")

    async def _instead(self, asked: Asked, run_id: str, event: RunStarted) -> RunStarted:
        """The first entry of a run that is started in place of another, which must be open here."""
        old = await self.desk.here(run_id, asked.team, asked.channel)
        if old.closed is not None and old.closed.again is not None:
            if await self.log.delivered(asked.delivery):
                # It is what this delivery did itself, the first time.
                return event
            raise AlreadyOpen(old.closed.again)
        if old.closed is not None:
            raise Refused(f"{run_id} is closed. Start a new run: `{self.command} list`.")
        at = await self._pointer.address(old)
        return event.model_copy(update={"instead_of": run_id, "instead_at": at})

    def _fault(self, procedure_id: str) -> Faulty | None:
        """What is wrong with the file of a procedure, if it is there and cannot be served."""
        return next((one for one in self.library.faulty() if one.id == procedure_id), None)

    async def invalid_inputs(self, begin: Begin) -> Mapping[str, str]:
        """Which inputs of a filled form cannot be used, and why: name -> words."""
        loaded = self.library.get(begin.procedure)
        if loaded is None:
            return {}
        return await to_thread(invalid_inputs, loaded.procedure, begin.inputs)

    async def names(self, run_id: str) -> Mapping[str, str]:
        """What the people of a run are called, for words that no mention can be drawn in."""
        try:
            run = await self.desk.run(run_id)
        except (Refused, Unavailable):
            return {}
        return {person.id: person.name for person in run.responders if person.name}

    async def _open_run(self, asked: Asked, procedure_id: str) -> str | None:
        rows = await self.log.runs(
            team=asked.team,
            channel=asked.channel,
            procedure=procedure_id,
            open_only=True,
            limit=1,
        )
        return rows[0].run_id if rows else None

    def _usage(self) -> Answer:
        return usage(self.command, [loaded.procedure for loaded in self.library.all()])

    def _unknown(self, begin: Begin, said_too: str = "") -> Answer:
        """A word that is no procedure; *said_too* is what was typed after it."""
        if (fault := self._fault(begin.procedure)) is not None:
            return replace(said(f"{told(fault)} Nothing was started."), trouble=True)
        names = [loaded.procedure.id for loaded in self.library.all()]
        close = nearest(names, begin.procedure)
        if not close or nearest(slash.WORDS, begin.procedure):
            return said(unknown(self.command, begin.procedure, said_too))
        buttons = [
            button(f"Start {name}", "start", start_value(name, begin.inputs, ask=not begin.inputs))
            for name in close
        ]
        # Each button has an action of its own, since a row allows no two alike.
        rows = [actions(f"start:{index}", made) for index, made in enumerate(buttons)]
        head = f"There is no procedure `{escape(begin.procedure[:80])}`."
        return said(f"{head} Did you mean {' or '.join(f'`{n}`' for n in close)}?", *rows)

    async def _already(self, run_id: str, begin: Begin) -> Answer:
        run = await self.desk.run(run_id)
        where = await self._pointer.linked(run)
        head = f"{where} is already open in this channel"
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
        value = start_value(
            begin.procedure, begin.inputs, another=True, ask=begin.ask, beside=run.id
        )
        again = actions("already", button("Start another", "start", value))
        return said(f"{head}: {sentence(run)}{await self._pointer.obstacle(run)}", again)

    def _missing(
        self, asked: Asked, procedure: Procedure, begin: Begin, missing: Sequence[str]
    ) -> Answer:
        needed = ", ".join(f"`{name}`" for name in missing or procedure.inputs)
        right = escape(line(self.command, procedure, begin.inputs)[:1_000])
        text = f"`{procedure.id}` needs {needed}: `{right}`"
        if asked.can_open:
            view = forms.inputs(
                procedure,
                begin.inputs,
                channel=asked.channel,
                another=begin.another,
                beside=begin.beside,
                note=told(fault) if (fault := self._fault(procedure.id)) else "",
            )
            return Answer(text, view=view)
        known = begin.beside
        value = start_value(procedure.id, begin.inputs, another=begin.another, beside=known)
        return said(text, actions("inputs", button("Fill in…", "start", value)))

    def _list(self) -> Answer:
        found = [loaded.procedure for loaded in self.library.all()]
        faults = [one for one in self.library.faulty() if one.since is None]
        if not found and not faults:
            return said("There are no procedures yet. Put YAML files into the procedures folder.")
        listed = self._procedures("*Procedures*", found)
        lines = [f"⚠️ {told(one)}" for one in faults[:FAULTS]]
        if len(faults) > FAULTS:
            lines.append(f"… {len(faults) - FAULTS} more files have errors; the log names them.")
        return replace(listed, blocks=[*listed.blocks, *map(context, lines)])

    async def _search(self, words: str) -> Answer:
        shelf = [loaded.procedure for loaded in self.library.all()]
        hits: list[Hit] = []
        async for some in slices(shelf, PIECE):
            hits += found(some, words)
        if not hits:
            return said(
                f"No procedure matches “{escape(words[:80])}”. "
                f"`{self.command} list` shows all of them."
            )
        return self._procedures(
            f"*Procedures for “{escape(words[:80])}”*", [hit.procedure for hit in best(hits)]
        )

    def _procedures(self, title: str, found: Sequence[Procedure]) -> Answer:
        blocks: list[Block] = [section(title)]
        for procedure in found[:LISTED]:
            fault = self._fault(procedure.id)
            blocks.append(offered(procedure, f"\n⚠️ {told(fault)}" if fault else ""))
        if len(found) > LISTED:
            more = len(found) - LISTED
            blocks.append(context(f"… {more} more: `{self.command} search WORDS` finds them."))
        return Answer(counted(len(found), "procedure"), blocks)

    async def _meant(self, asked: Asked, run_id: str | None) -> Run | None:
        """The run that was named, or in whose thread the words stand; None when neither is so."""
        if run_id is None and asked.thread is not None:
            row = await self.log.find_message(asked.team, asked.channel, asked.thread)
            run_id = row.run_id if row else None
        if run_id is None:
            return None
        return await self.desk.here(run_id, asked.team, asked.channel)

    async def _status(self, asked: Asked, run_id: str | None) -> Answer:
        if (meant := await self._meant(asked, run_id)) is not None:
            return await self._status_of(meant)
        place = choosing.Place(self.log, asked.team, asked.channel)
        here = await place.runs(open_only=True)
        if len(here) == 1:
            return await self._status_of(await self.desk.run(here[0].run_id))
        # Together: several boards that are on their way are waited for no longer than one.
        lines = await asyncio.gather(*map(self._status_line, here))
        if lines:
            more = await place.more(len(here), f"{self.command} status", open_only=True)
            return said("\n".join(["*Open runs here*", *lines, *filter(None, [more])]))
        return said(f"No run is open here. `{self.command} list` shows what can be started.")

    async def _status_line(self, row: RunRow) -> str:
        try:
            run = await self.desk.run(row.run_id)
        except UnreadableRun:
            return (
                f"⚠️ {row.run_id} · {brief(row.title, 80)}: this version of the bot cannot read it"
            )
        except ChangedRun as changed:
            return f"⚠️ {changed}"
        where, in_the_way = await self._pointer.linked(run), await self._pointer.obstacle(run)
        return f"{at_a_glance(run, where)}{in_the_way}"

    async def _status_of(self, run: Run) -> Answer:
        head = at_a_glance(run, await self._pointer.linked(run))
        far = f"{run.outline.counts.finished} of {len(run.placed)} steps finished"
        lines = [f"started {clock(run.started_at)}{came(run.via)} · {far}"]
        lines += verification_lines(run, 15)
        head += await self._pointer.obstacle(run)
        return Answer(head, [section(head), context("\n".join(lines))])

    async def _export(self, asked: Asked, run_id: str | None) -> Answer:
        meant = await self._meant(asked, run_id)
        place = choosing.Place(self.log, asked.team, asked.channel)
        chosen, rows = (meant.id, []) if meant else await place.to_export()
        if chosen is None:
            more = await place.more(len(rows), f"{self.command} export")
            listed = choosing.which(rows, "export", "Export", more)
            return listed if rows else choosing.none(asked.channel, "export")
        run = await self.desk.act(chosen, c.Export(asked.by), delivery=asked.delivery)
        return said(
            f"The post-mortem of {await self._pointer.linked(run)} will be in its thread in a "
            "moment."
            f"{await self._pointer.obstacle(run)}"
        )

    async def _close(self, asked: Asked, run_id: str | None) -> Answer:
        meant = await self._meant(asked, run_id)
        place = choosing.Place(self.log, asked.team, asked.channel)
        chosen, rows = (meant.id, []) if meant else await place.to_close()
        if chosen is None:
            more = await place.more(len(rows), f"{self.command} close", open_only=True)
            listed = choosing.which(rows, "close", "Close…", more)
            return listed if rows else choosing.none(asked.channel, "close")
        run = await self.desk.run(chosen)
        if run.closed is not None:
            at = clock(run.closed.at, since=run.started_at)
            raise Refused(f"{await self._pointer.linked(run)} was already closed at {at}.")
        form = close.form(run)
        if asked.can_open:
            return Answer(f"Closing {run.id}", view=form)
        ask = actions("close", button(f"Close {run.id}…", "close", run.id))
        return said(f"{await self._pointer.linked(run)} · {sentence(run)}", ask)
