"""What the bot answers to words: `/runbook …`, `@runbook …`, and the form that starts a run.

An answer is data: text, blocks, perhaps a form to open. Nothing is sent from here, and nothing
but the log is asked. Values are held to an author's patterns in a thread: what matches them lets go
of the interpreter's lock meanwhile.
"""

from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.app import choosing
from bot.app.beginning import Beginning
from bot.app.catalog import Catalog, catalog
from bot.app.desk import Desk
from bot.app.here import Here
from bot.app.pointing import Pointer
from bot.app.sight import Inside, Sight, nowhere
from bot.core.acting.rights import allowed, may
from bot.core.acting.start_form import start_value
from bot.core.acts import close
from bot.core.blockkit.blocks import actions, button
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, invalid_inputs, line, settle, started
from bot.core.procedure import Procedure
from bot.core.procedure.filling import settled
from bot.core.procedure.search import nearest
from bot.core.run.events import AsRole, Person
from bot.core.run.holding import as_role
from bot.core.run.model import Run
from bot.core.text import brief, clock, escape
from bot.core.views import forms, slash
from bot.core.views.answers import Answer as Answer  # noqa: PLC0414 - spoken of here
from bot.core.views.answers import said
from bot.core.views.board import sentence
from bot.core.views.clicks import Begin
from bot.core.views.faulty import told
from bot.ports.log import AlreadyOpen, Log, RunRow, Unavailable
from bot.ports.world import Library

_SHOWN = 60
"""How much of a value an answer shows, in characters."""

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

    @property
    def is_nowhere(self) -> bool:
        """Whether it is where no board can be: in a direct conversation, or in no channel."""
        return self.direct or not self.channel or self.channel.startswith("D")


@dataclass(slots=True)
class Conversation:
    """Answers words; `link` makes a message's address from its channel and ts.

    `bot` is the bot's name in Slack, `enterprise` the organization of its workspace, if any;
    `inside` says whether someone is known to see a channel, for those who ask elsewhere.
    """

    desk: Desk
    log: Log
    library: Library
    link: Link
    command: str = field(default="/runbook")
    bot: str = field(default="runbook")
    inside: Inside = field(default=nowhere)
    enterprise: str | None = None
    _pointer: Pointer = field(init=False)
    _sight: Sight = field(init=False)
    _here: Here = field(init=False)
    _beginning: Beginning = field(init=False)

    def __post_init__(self) -> None:
        self._pointer = Pointer(self.desk, self.log, self.link, self.bot)
        self._sight = Sight(self.desk, self.log, self.inside)
        self._here = Here(self.desk, self._pointer, self.command)
        self._beginning = Beginning(self.desk, self.log, self._pointer, self.command)

    async def ask(self, asked: Asked) -> Answer:
        """Answer what was typed; raises Refused or Unavailable."""
        try:
            request = slash.read(asked.text)
        except slash.Stray as stray:
            return await self._astray(asked, stray)
        shown = await self._shown(asked.by)
        match request:
            case slash.Nothing():
                # Named at the end of a message, the bot was only spoken of.
                return Answer() if asked.passing else await self._overview(asked, shown)
            case slash.Help() | slash.Listing() | slash.Search():
                return await self._of_procedures(request, shown)
            case slash.Status(run_id):
                return await self._status(asked, run_id)
            case slash.Export(run_id):
                return await self._export(asked, run_id)
            case slash.Close(run_id):
                return await self._close(asked, run_id)
            case slash.Start(procedure, inputs, drill):
                if shown.get(procedure) is None and not inputs:
                    return await self._neither(asked, shown, procedure)
                return await self.begin(asked, Begin(procedure, inputs, drill=drill))

    async def _overview(self, asked: Asked, shown: Catalog) -> Answer:
        if asked.is_nowhere:
            return await self._here.overview_of(await self._seen(asked), shown)
        return await self._here.overview(self._place(asked), shown)

    async def _of_procedures(
        self, request: slash.Help | slash.Listing | slash.Search, shown: Catalog
    ) -> Answer:
        match request:
            case slash.Help():
                return shown.usage()
            case slash.Listing():
                return shown.list()
            case slash.Search(words):
                return await shown.search(words)

    async def _astray(self, asked: Asked, stray: slash.Stray) -> Answer:
        """Words that are no values: the line to type instead, for a procedure that there is."""
        shown = await self._shown(asked.by)
        loaded = shown.get(stray.procedure)
        if loaded is None and asked.named:
            return Answer() if asked.passing else shown.usage()
        if loaded is None:
            return shown.unknown(Begin(stray.procedure, stray.given), stray.said)
        typed = self._typed(drill=stray.drill)
        right = await to_thread(line, typed, loaded.procedure, stray.given, stray.words)
        raise Refused(stray.advice(escape(right[:1_000])))

    def _typed(self, *, drill: bool) -> str:
        """What stands before a procedure in a line that starts it: a drill's must not start it."""
        return f"{self.command} drill" if drill else self.command

    async def _shown(self, by: Person) -> Catalog:
        """What someone sees of the procedures."""
        return await catalog(self.library, self.desk.knows, by, self.command)

    async def _neither(self, asked: Asked, shown: Catalog, word: str) -> Answer:
        """A word that is no procedure: a run's id in small letters, or what was meant by it."""
        close = nearest(shown.names, word)
        if slash.is_run(word):
            try:
                return await self._status(asked, word.upper())
            except Refused:
                if not close:
                    raise
        if asked.named and not close and not nearest(slash.WORDS, word):
            return Answer() if asked.passing else shown.usage()
        return shown.unknown(Begin(word))

    async def begin(self, asked: Asked, begin: Begin) -> Answer:
        """Start a procedure, or say what is in the way."""
        shown = await self._shown(asked.by)
        loaded = shown.get(begin.procedure)
        if loaded is None:
            return shown.unknown(begin)
        procedure = loaded.procedure
        role = await self._may_start(procedure, asked.by)
        if asked.is_nowhere:
            return await to_thread(self._elsewhere, procedure, begin, can_open=asked.can_open)
        # What cannot be used is told at once, whatever else is open.
        typed = self._typed(drill=begin.drill)
        inputs = await to_thread(settle, procedure, begin.inputs, command=typed)
        found = await self._open_run(asked, begin)
        if found is not None and not begin.knows(found):
            # A delivery that comes twice must not be answered by what its first time did.
            if await self.log.delivered(asked.delivery):
                return Answer()
            return await self._already(asked, found, begin)
        fault = shown.fault(procedure.id)
        if inputs.missing or (begin.ask and procedure.inputs):
            await self._beginning.may(begin, asked.by, asked.team, asked.channel)
            note = told(fault) if fault else ""
            return await to_thread(self._missing, asked, procedure, begin, inputs.missing, note)
        begun = Begun(asked.channel, asked.team, self.enterprise, drill=begin.drill)
        event = started(loaded, inputs.values, begun, asked.by)
        if role is not None:
            event = event.model_copy(update={"as_role": role})
        try:
            run = await self._beginning.start(begin, event, asked.delivery)
        except AlreadyOpen as already:
            return await self._already(asked, already.run_id, begin)
        return replace(said(told(fault)), started=run) if fault else Answer(started=run)

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
        right = escape(line(self._typed(drill=begin.drill), procedure, begin.inputs)[:1_000])
        choose = button("Choose a channel…", "start", start_value(begin))
        return said(f"{text} Choose one, or type `{right}` there.", actions("inputs", choose))

    async def _may_start(self, procedure: Procedure, by: Person) -> AsRole | None:
        """In which role someone may start a procedure, if a rule asks for one; raises Refused."""
        knows = await self.desk.knows(procedure)
        return as_role(may(procedure, "start", by, knows, certain=False))

    async def _run_here(self, asked: Asked, run_id: str) -> Run:
        """A run of the channel; raises Refused where there is none that the one who asks sees."""
        if asked.is_nowhere:
            return await self._sight.run(asked.by, asked.team, run_id)
        return await self.desk.here(run_id, asked.by, asked.team, asked.channel)

    def _place(self, asked: Asked) -> choosing.Place:
        """The runs of the channel, as far as the one who asks sees them."""

        async def sees(row: RunRow) -> bool:
            return await self.desk.sees(row.run_id, asked.by)

        return choosing.Place(self.log, asked.team, asked.channel, sees)

    async def invalid_inputs(self, begin: Begin, by: Person) -> Mapping[str, str]:
        """Which inputs of a filled form cannot be used, and why: name -> words."""
        loaded = (await self._shown(by)).get(begin.procedure)
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

    async def _open_run(self, asked: Asked, begin: Begin) -> str | None:
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
        value = start_value(replace(begin, another=True, beside=run.id, instead=None))
        again = actions("already", button("Start another", "start", value))
        return said(f"{head}: {sentence(run)}{await self._pointer.obstacle(run)}", again)

    def _missing(
        self, asked: Asked, procedure: Procedure, begin: Begin, missing: Sequence[str], note: str
    ) -> Answer:
        needed = ", ".join(f"`{name}`" for name in missing or procedure.inputs)
        typed = self._typed(drill=begin.drill)
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

    async def _meant(self, asked: Asked, run_id: str | None) -> Run | None:
        """The run that was named, or in whose thread the words stand; None when neither is so."""
        if run_id is None and asked.thread is not None:
            row = await self.log.find_message(asked.team, asked.channel, asked.thread)
            run_id = row.run_id if row else None
        if run_id is None:
            return None
        return await self._run_here(asked, run_id)

    async def _status(self, asked: Asked, run_id: str | None) -> Answer:
        if (meant := await self._meant(asked, run_id)) is not None:
            return await self._here.of(meant)
        if asked.is_nowhere:
            return await self._here.everywhere(await self._seen(asked))
        return await self._here.status(self._place(asked))

    async def _seen(self, asked: Asked) -> Sequence[RunRow]:
        """The open runs of all channels that the one who asks may see."""
        return await self._sight.runs(asked.by, asked.team, choosing.LISTED)

    async def _export(self, asked: Asked, run_id: str | None) -> Answer:
        meant = await self._meant(asked, run_id)
        place = self._place(asked)
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
        place = self._place(asked)
        chosen, rows = (meant.id, []) if meant else await place.to_close()
        if chosen is None:
            more = await place.more(len(rows), f"{self.command} close", open_only=True)
            listed = choosing.which(rows, "close", "Close…", more)
            return listed if rows else choosing.none(asked.channel, "close")
        run = await self.desk.run(chosen)
        if run.closed is not None:
            at = clock(run.closed.at, since=run.started_at)
            raise Refused(f"{await self._pointer.linked(run)} was already closed at {at}.")
        allowed(run, "close", None, asked.by, await self.desk.knows(run.procedure))
        form = close.form(run)
        if asked.can_open:
            return Answer(f"Closing {run.id}", view=form)
        ask = actions("close", button(f"Close {run.id}…", "close", run.id))
        return said(f"{await self._pointer.linked(run)} · {sentence(run)}", ask)
