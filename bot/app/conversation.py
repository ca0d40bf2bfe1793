"""What the bot answers to words that are about no step: `/runbook …`, `@runbook …`, directly.

An answer is data: text, blocks, perhaps a form to open. Nothing is sent from here, and nothing
but the log is asked.
"""

from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.app import choosing
from bot.app.beginning import Beginning
from bot.app.catalog import Catalog, catalog
from bot.app.desk import Desk
from bot.app.here import Here
from bot.app.pointing import Pointer
from bot.app.reviewing import Reviewing
from bot.app.sight import Inside, Sight, nowhere
from bot.app.starting import Asked as Asked  # noqa: PLC0414 - spoken of here
from bot.app.starting import Starting
from bot.app.whereabouts import NoSuchRun
from bot.core.engine.decide import Refused
from bot.core.engine.starting import line
from bot.core.procedure import Loaded
from bot.core.procedure.search import nearest
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.text import escape, span
from bot.core.views.answers import Answer as Answer  # noqa: PLC0414 - spoken of here
from bot.core.views.answers import said
from bot.core.views.clicks import Begin
from bot.core.words.grammar import WORDS
from bot.core.words.requests import (
    Help,
    Listing,
    Nothing,
    Request,
    Review,
    Search,
    Start,
    Status,
    Thanks,
    Unknown,
    said_before,
)
from bot.core.words.values import NEW, values
from bot.ports.alerts import Episodes
from bot.ports.log import Log, RunRow, Unavailable
from bot.ports.world import Library

_LINE_SHOWN = 1_000
"""How much of a line to be typed an answer shows, in characters."""

Link = Callable[[str, str], str]


@dataclass(slots=True)
class Conversation:
    """Answers words; `link` makes a message's address from its channel and ts.

    `bot` is the bot's name in Slack, `enterprise` the organization of its workspace, if any.
    `inside` says whether someone is known to see a channel, for those who ask elsewhere.
    """

    desk: Desk
    log: Log
    library: Library
    link: Link
    command: str = field(default="/runbook")
    bot: str = field(default="runbook")
    enterprise: str | None = None
    inside: Inside = field(default=nowhere)
    episodes: Episodes | None = None
    pointer: Pointer = field(init=False)
    sight: Sight = field(init=False)
    _here: Here = field(init=False)
    _starting: Starting = field(init=False)

    def __post_init__(self) -> None:
        desk, log, command = self.desk, self.log, self.command
        self.pointer = Pointer(desk, log, self.link, self.bot)
        self.sight = Sight(desk, self.log, self.inside)
        self._here = Here(desk, self.pointer, command)
        beginning = Beginning(desk, log, self.pointer, command, self.episodes)
        self._starting = Starting(desk, log, self.pointer, beginning, command, self.enterprise)

    async def answer(self, asked: Asked, request: Request, shown: Catalog) -> Answer:
        """Answer what is asked of no run; raises Refused or Unavailable."""
        match request:
            case Thanks():
                return Answer() if asked.named else shown.usage()
            case Nothing():
                # Named at the end of a message, the bot was only spoken of.
                return Answer() if asked.passing else await self._overview(asked, shown)
            case Help() | Listing() | Search():
                return await self._of_procedures(request, shown)
            case Status(run_id, word):
                return await self._status(asked, run_id, word, shown)
            case Review(procedure):
                return await self._review(asked, procedure, shown)
            case Start(procedure):
                return await self._start(asked, request, shown.get(procedure), shown)
            case Unknown(word, rest):
                return await self._unknown(asked, word, rest, shown)
            case _:
                raise ValueError("it is asked of a run")

    async def _overview(self, asked: Asked, shown: Catalog) -> Answer:
        if asked.is_nowhere:
            return await self._here.overview_of(await self.seen(asked), shown)
        return await self._here.overview(self.place(asked), shown)

    async def _of_procedures(self, request: Help | Listing | Search, shown: Catalog) -> Answer:
        match request:
            case Help():
                return shown.usage()
            case Listing():
                return shown.list()
            case Search(words):
                return await shown.search(words)

    async def _review(self, asked: Asked, procedure: str | None, shown: Catalog) -> Answer:
        """What is still to be done after runs that the one who asks may see."""
        loaded = None if procedure is None else shown.get(procedure)
        if procedure is not None and loaded is None:
            return shown.unknown(Begin(procedure))
        channel = "" if asked.is_nowhere else asked.channel
        reviewing = Reviewing(self.desk, self.log, self.sight, self.pointer, self.command)
        today = self.desk.clock.now().date()
        of = loaded.procedure if loaded else None
        return await reviewing.answer(asked.by, asked.team, channel, today, of)

    async def begin(self, asked: Asked, begin: Begin) -> Answer:
        """Start a procedure, or say what is in the way."""
        return await self._starting.begin(asked, begin, await self.shown(asked.by))

    async def invalid_inputs(self, begin: Begin, by: Person) -> Mapping[str, str]:
        """Which inputs of a filled form cannot be used, and why: name -> words."""
        return await self._starting.invalid_inputs(begin, await self.shown(by))

    async def shown(self, by: Person) -> Catalog:
        """What someone sees of the procedures."""
        return await catalog(self.library, self.desk.knows, by, self.command)

    def right(self, asked: Asked, line: str) -> str:
        """A line that can be typed where it was asked, ready to copy."""
        name = f"@{self.bot} " if asked.named else f"{self.command} "
        alone = asked.named and asked.channel.startswith("D")
        return span(f"{'' if alone else name}{line}", _LINE_SHOWN)

    # Starting, and what is none. ----------------------------------------------------------------

    async def _start(
        self, asked: Asked, start: Start, loaded: Loaded | None, shown: Catalog
    ) -> Answer:
        """Start a procedure; a lone word is the value of the one input that must be given."""
        if loaded is None:
            begin = Begin(start.procedure, start.inputs, drill=start.drill, room=start.room)
            return shown.unknown(begin, start.said)
        inputs, strays = dict(start.inputs), list(start.strays)
        needed = [n for n, one in loaded.procedure.inputs.items() if one.required]
        if len(strays) == len(needed) == 1 and needed[0] not in inputs and _is_value(strays[0]):
            inputs, strays = {**inputs, needed[0]: strays[0]}, []
        if not strays:
            begin = Begin(start.procedure, inputs, drill=start.drill, room=start.room)
            return await self.begin(asked, begin)
        before = " ".join(said_before(drill=start.drill, room=start.room))
        right = await to_thread(line, before, loaded.procedure, inputs, strays)
        raise Refused(
            f"I do not understand `{escape(strays[0][:80])}`. Give values as `name=value`, with "
            f"quotes around spaces: {self.right(asked, right.strip())}"
        )

    async def _unknown(self, asked: Asked, word: str, rest: str, shown: Catalog) -> Answer:
        """Words that begin with nothing that is known: what was meant, or what they find."""
        begin = Begin(word, values(rest).named)
        # Start what?
        meant = nearest(WORDS if rest else (one for one in WORDS if one != "start"), word)
        hits = await shown.hits(f"{word} {rest}")
        exact = any(hit.exact for hit in hits)
        if shown.fault(word) is not None or (not meant and nearest(shown.names, word)):
            return shown.unknown(begin, rest)
        if meant and not exact:
            line = f"{meant[0]} {rest}".rstrip()
            head = f"There is no procedure `{escape(word[:80])}`. Did you mean "
            return said(f"{head}{self.right(asked, line)}?")
        if asked.passing:
            return Answer()
        if hits:
            head = f"There is no procedure `{escape(word[:80])}`. These fit your words."
            return shown.fitting(head, hits)
        none = f"There is no procedure `{escape(word[:80])}`."
        nothing = f"{none} Nothing fits “{escape(f'{word} {rest}'.strip()[:80])}”. "
        lists, helps = self.right(asked, "list"), self.right(asked, "help")
        return said(f"{nothing}{lists} shows every procedure, {helps} what can be typed.")

    # Runs. --------------------------------------------------------------------------------------

    async def _run_here(self, asked: Asked, run_id: str) -> Run:
        """A run of the channel; raises Refused where there is none that the one who asks sees."""
        if asked.is_nowhere:
            return await self.sight.run(asked.by, asked.team, run_id)
        return await self.desk.here(run_id, asked.by, asked.team, asked.channel)

    def place(self, asked: Asked) -> choosing.Place:
        """The runs of the channel, as far as the one who asks sees them."""

        async def sees(row: RunRow) -> bool:
            return await self.desk.sees(row.run_id, asked.by)

        return choosing.Place(self.log, asked.team, asked.channel, sees)

    async def names(self, run_id: str) -> Mapping[str, str]:
        """What the people of a run are called, for words that no mention can be drawn in."""
        try:
            run = await self.desk.run(run_id)
        except (Refused, Unavailable):
            return {}
        return {person.id: person.name for person in run.responders if person.name}

    async def meant(self, asked: Asked, run_id: str | None) -> Run | None:
        """The run that was named, or in whose thread the words stand; None when neither is so."""
        if run_id is None and asked.thread is not None:
            row = await self.log.find_message(asked.team, asked.channel, asked.thread)
            run_id = row.run_id if row else None
        if run_id is None:
            return None
        return await self._run_here(asked, run_id)

    async def _status(self, asked: Asked, run_id: str | None, word: str, shown: Catalog) -> Answer:
        try:
            meant = await self.meant(asked, run_id)
        except NoSuchRun:
            if word and nearest(shown.names, word):
                return shown.unknown(Begin(word))
            raise
        if meant is not None:
            return await self._here.of(meant)
        if asked.is_nowhere:
            return await self._here.everywhere(await self.seen(asked))
        return await self._here.status(self.place(asked))

    async def seen(self, asked: Asked) -> Sequence[RunRow]:
        """The open runs of all channels that the one who asks may see."""
        return await self.sight.runs(asked.by, asked.team, choosing.LISTED)


def _is_value(word: str) -> bool:
    """Whether a word without a name can be a value: what else it may mean, is asked."""
    return "=" not in word and word.casefold() not in {*WORDS, NEW}
