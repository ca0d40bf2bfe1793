"""What one person sees of the procedures, and what the bot answers to words about them.

To someone who does not see a private procedure it is not there: no list, no search and no guess of
what was meant names it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.app.choosing import LISTED
from bot.app.slices import slices
from bot.core.acting.start_form import start_value
from bot.core.blockkit.blocks import Block, actions, button, context, section
from bot.core.procedure import Loaded, Procedure
from bot.core.procedure.search import PIECE, Hit, best, found, nearest
from bot.core.run.events import Person
from bot.core.run.holding import Knows
from bot.core.text import counted, escape
from bot.core.views.answers import Answer, offered, said, unknown, usage
from bot.core.views.clicks import Begin
from bot.core.views.faulty import Faulty, told
from bot.core.words.grammar import WORDS
from bot.ports.world import Library

FAULTS = 10
"""How many files with errors one answer lists."""


async def catalog(
    library: Library,
    knows: Callable[..., Awaitable[Knows]],
    by: Person,
    command: str,
) -> "Catalog":
    """What someone sees now; raises Unavailable where that has to be read."""
    everything = library.all()
    private = [one.procedure for one in everything if one.procedure.private]
    hidden: set[str] = set()
    if private:
        known = await knows(*private)
        hidden = {one.id for one in private if not known.sees(one, by.id)}
    shown = [one for one in everything if one.procedure.id not in hidden]
    seen = {one.procedure.id for one in shown if one.procedure.private}
    faults = [one for one in library.faulty() if not one.private or one.id in seen]
    return Catalog(command, library, frozenset(hidden), shown, faults)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The procedures that someone sees, and the files with errors that they are told of."""

    command: str
    library: Library
    hidden: frozenset[str]
    shown: Sequence[Loaded]
    faulty: Sequence[Faulty]

    def get(self, procedure_id: str) -> Loaded | None:
        """The procedure with this id, if they see it."""
        return None if procedure_id in self.hidden else self.library.get(procedure_id)

    @property
    def names(self) -> list[str]:
        """The ids of all that they see."""
        return [loaded.procedure.id for loaded in self.shown]

    @property
    def ids(self) -> list[str]:
        """The same, and those of files that nothing is served of."""
        return [*self.names, *(one.id for one in self.faulty if one.id)]

    def fault(self, procedure_id: str) -> Faulty | None:
        """What is wrong with the file of a procedure, if it is there and cannot be served."""
        return next((one for one in self.faulty if one.id == procedure_id), None)

    def mark(self, procedure: Procedure) -> str:
        """What is to be known of a procedure before it is started, as the end of its line."""
        fault = self.fault(procedure.id)
        return f"\n⚠️ {told(fault)}" if fault else ""

    def usage(self) -> Answer:
        """What can be typed."""
        return usage(self.command, [loaded.procedure for loaded in self.shown])

    def unknown(self, begin: Begin, said_too: str = "") -> Answer:
        """A word that is no procedure; *said_too* is what was typed after it."""
        if (fault := self.fault(begin.procedure)) is not None:
            return replace(said(f"{told(fault)} Nothing was started."), trouble=True)
        close = nearest(self.names, begin.procedure)
        if not close or nearest(WORDS, begin.procedure):
            return said(unknown(self.command, begin.procedure, said_too))
        buttons = [
            button(
                f"Start {'drill ' if begin.drill else ''}{name}",
                "start",
                start_value(Begin(name, begin.inputs, ask=not begin.inputs, drill=begin.drill)),
            )
            for name in close
        ]
        # Each button has an action of its own, since a row allows no two alike.
        rows = [actions(f"start:{index}", made) for index, made in enumerate(buttons)]
        head = f"There is no procedure `{escape(begin.procedure[:80])}`."
        return said(f"{head} Did you mean {' or '.join(f'`{n}`' for n in close)}?", *rows)

    def list(self) -> Answer:
        """All of them, and the files that nothing is served of."""
        procedures = [loaded.procedure for loaded in self.shown]
        faults = [one for one in self.faulty if one.since is None]
        if not procedures and not faults:
            return said("There are no procedures yet. Put YAML files into the procedures folder.")
        listed = self._procedures("*Procedures*", procedures)
        lines = [f"⚠️ {told(one)}" for one in faults[:FAULTS]]
        if len(faults) > FAULTS:
            lines.append(f"… {len(faults) - FAULTS} more files have errors; the log names them.")
        return replace(listed, blocks=[*listed.blocks, *map(context, lines)])

    async def hits(self, words: str) -> Sequence[Hit]:
        """What these words find, the best first."""
        hits: list[Hit] = []
        async for some in slices([loaded.procedure for loaded in self.shown], PIECE):
            hits += found(some, words)
        return best(hits)

    async def found(self, words: str) -> Sequence[Procedure]:
        """The procedures that these words find, the best first."""
        return [hit.procedure for hit in await self.hits(words)]

    async def search(self, words: str) -> Answer:
        """Those that these words find, as an answer."""
        hits = await self.found(words)
        if not hits:
            return said(
                f"No procedure matches “{escape(words[:80])}”. "
                f"`{self.command} list` shows all of them."
            )
        return self._procedures(f"*Procedures for “{escape(words[:80])}”*", hits)

    def fitting(self, title: str, hits: Sequence[Hit]) -> Answer:
        """What was found, each with its button."""
        return self._procedures(title, [hit.procedure for hit in hits])

    def _procedures(self, title: str, procedures: Sequence[Procedure]) -> Answer:
        blocks: list[Block] = [section(title)]
        blocks += [offered(one, self.mark(one)) for one in procedures[:LISTED]]
        if len(procedures) > LISTED:
            more = len(procedures) - LISTED
            blocks.append(context(f"… {more} more: `{self.command} search WORDS` finds them."))
        return Answer(counted(len(procedures), "procedure"), blocks)
