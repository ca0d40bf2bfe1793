"""Words, answered: what a button does is done by the words on it, as a click does it.

What is meant is found here: the run that is named, else the one of the thread, else the only one of
the channel; the step by its number, else the only one that can be meant. Where that is more than
one, nothing is done, and the answer is the whole line for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.app import choosing
from bot.app.clicks import Clicks
from bot.app.conversation import Asked, Conversation
from bot.core.acting.intents import Do, Form, Show
from bot.core.acting.inwords import named_in
from bot.core.acting.moving import lacks_channel
from bot.core.acting.steps import addressed
from bot.core.blockkit.blocks import Block, actions, button
from bot.core.engine.decide import Refused
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.rows import title
from bot.core.views.answers import Answer, said
from bot.core.views.clicks import Click
from bot.core.words.grammar import read
from bot.core.words.requests import Either, Wish
from bot.ports.log import RunRow

STEPS_LISTED = 10
"""How many steps one answer has a line for."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers whatever people type."""

    conversation: Conversation
    clicks: Clicks

    async def ask(self, asked: Asked) -> Answer:
        """Answer what was typed; raises Refused or Unavailable."""
        shown = await self.conversation.shown(asked.by)
        request = read(asked.text, shown.ids)
        match request:
            case Wish():
                return await self._wish(asked, request)
            case Either(wish, procedure, rest):
                lines = (f"start {procedure} {rest}".rstrip(), _with_a_run(wish))
                head = f"`{procedure}` is a procedure, and a word that I know."
                return self._lines(asked, f"{head} Nothing was done. Which one?", lines)
            case _:
                return await self.conversation.answer(asked, request, shown)

    async def _wish(self, asked: Asked, wish: Wish) -> Answer:
        if await self.conversation.log.delivered(asked.delivery):
            # What its first time did may have made another step the one that is meant.
            return Answer()
        if (doubtful := self._in_doubt(asked, wish)) is not None:
            return doubtful
        if wish.everywhere:
            return await self._everywhere(asked, wish)
        run = await self._run(asked, wish)
        if isinstance(run, Answer):
            return run
        row = self._row(asked, wish, run)
        if isinstance(row, Answer):
            return row
        try:
            meant = wish.act.means(run, row, wish.words, asked.by)
            if isinstance(meant, Do):
                return await self._done(asked, wish, run, row, meant)
            return await self._opened(asked, wish, run, row, meant)
        except Refused as refused:
            if run.id in str(refused):
                raise
            # It is said where other runs may be spoken of as well.
            raise Refused(f"{run.id}: {refused}", refused.field) from refused

    def _in_doubt(self, asked: Asked, wish: Wish) -> Answer | None:
        """The answer to words that may not be meant so, or not for the bot; None where they are."""
        if asked.passing and wish.either:
            # It was spoken of, and of something else.
            return Answer()
        if wish.either:
            head = "I am not sure what you mean, so nothing was done. One of these?"
            return self._lines(asked, head, wish.either)
        if asked.passing:
            line = wish.line(wish.run, wish.steps[0] if wish.steps else None)
            return self._lines(asked, "Nothing was done. If you mean me, write:", (line,))
        return None

    async def _everywhere(self, asked: Asked, wish: Wish) -> Answer:
        """Hand off all that one has, in every run."""
        to, left = named_in(wish.words)
        if to is None or left:
            right = self.conversation.right(asked, f"{wish.act.said[0]} @SOMEONE all")
            raise Refused(f"Nothing was done: say who takes over, as in {right}.")
        channel = "" if asked.is_nowhere else asked.channel
        where = (asked.team, channel, asked.delivery)
        return said(await self.clicks.shift.hand_off(asked.by, to, *where))

    # What is meant. -----------------------------------------------------------------------------

    async def _run(self, asked: Asked, wish: Wish) -> Run | Answer:
        """The run that is meant, or the question which one."""
        talk = self.conversation
        if (meant := await talk.meant(asked, wish.run)) is not None:
            return meant
        step = wish.steps[0] if wish.steps else None
        if asked.is_nowhere:
            rows = await talk.seen(asked)
            line = talk.right(asked, wish.line("KC-7", step))
            if not rows:
                raise Refused(f"Say which run: {line}, with the id at the foot of its board.")
            return choosing.which(rows, self._of_each(asked, wish, rows), None, "")
        rows = await self._rows(asked, wish)
        if len(rows) == 1:
            return await talk.desk.run(rows[0].run_id)
        if not rows:
            return choosing.none(asked.channel, wish.act.runs)
        open_only = wish.act.runs == "open"
        of = f"{talk.command} {wish.act.said[0]}"
        more = await talk.place(asked).more(len(rows), of, open_only=open_only)
        control = wish.act.control if wish.act.step is None and not wish.words else None
        return choosing.which(rows, self._of_each(asked, wish, rows), control, more)

    def _of_each(self, asked: Asked, wish: Wish, rows: Sequence[RunRow]) -> Mapping[str, str]:
        """The line for each of some runs."""
        step = wish.steps[0] if wish.steps else None
        right = self.conversation.right
        return {row.run_id: right(asked, wish.line(row.run_id, step)) for row in rows}

    async def _rows(self, asked: Asked, wish: Wish) -> Sequence[RunRow]:
        """The runs of the channel that can be meant; an open one first."""
        place = self.conversation.place(asked)
        if wish.act.runs == "open":
            return await place.runs(open_only=True)
        if wish.act.runs == "closed":
            return [row for row in await place.runs() if not row.open]
        return await place.of_any()

    def _row(self, asked: Asked, wish: Wish, run: Run) -> Row | Answer | None:
        """The step that is meant, None where it is about the run; or the question which one."""
        find = wish.act.step
        if len(wish.steps) > 1:
            lines = [wish.line(wish.run, step) for step in wish.steps[:STEPS_LISTED]]
            return self._lines(asked, "One step at a time, so nothing was done:", lines)
        if wish.steps and find is not None:
            return self._numbered(asked, wish, run, wish.steps[0])
        rows = None if find is None else find(run, asked.by)
        if rows is None:
            return None
        if len(rows) == 1:
            return rows[0]
        if rows:
            return self._which_step(asked, wish, "Which step? Nothing was done.", rows)
        line = wish.line(wish.run, "3")
        right = self.conversation.right(asked, line)
        raise Refused(f"{wish.act.lacking} With a number from the board it is {right}.")

    def _numbered(self, asked: Asked, wish: Wish, run: Run, said_: str) -> Row | Answer:
        """The step with a number, perhaps in a round; raises Refused where there is none."""
        number, _, round_ = said_.partition("~")
        rows = {row.number.casefold(): row for row in run.outline.rows}
        if (row := rows.get(number)) is not None:
            if round_:
                # Of another round, it is another step.
                addressed(run, f"{row.id}~{round_}")
            return row
        inside = [row for key, row in rows.items() if key.startswith(f"{number}.")]
        if inside:
            head = f"Step {number} has steps in it. Which one? Nothing was done."
            return self._which_step(asked, wish, head, inside)
        last = run.outline.rows[-1].number
        raise Refused(f"There is no step {number}; its board shows the steps, up to {last}.")

    def _which_step(self, asked: Asked, wish: Wish, head: str, rows: Sequence[Row]) -> Answer:
        shown = [
            f"{self.conversation.right(asked, wish.line(wish.run, row.number))} {title(row)}"
            for row in rows[:STEPS_LISTED]
        ]
        left = len(rows) - len(shown)
        more = [f"… {left} more, on the board"] if left > 0 else []
        return said("\n".join([head, *shown, *more]))

    def _lines(self, asked: Asked, head: str, lines: Sequence[str]) -> Answer:
        """Lines that can be typed, where nothing was done; ready to copy."""
        shown = [self.conversation.right(asked, line) for line in lines]
        return said("\n".join([head, *shown]))

    # What comes of it. --------------------------------------------------------------------------

    async def _done(self, asked: Asked, wish: Wish, run: Run, row: Row | None, do: Do) -> Answer:  # type: ignore[type-arg]
        """Do it, and say in one sentence that it was done."""
        acting = self.clicks.admission.act
        after = await acting(run.id, do.command, delivery=asked.delivery)
        shown = "" if row is None else title(after.outline.by_id.get(row.id, row))
        where = await self.conversation.pointer.linked(after)
        told = wish.act.told.format(shown)
        return said(f"{where}: {told}{await self.conversation.pointer.obstacle(after)}")

    async def _opened(
        self, asked: Asked, wish: Wish, run: Run, row: Row | None, meant: Form | Show
    ) -> Answer:
        """Open a form where that can be; else the button that opens it, and the line to write."""
        click = Click(
            by=asked.by,
            delivery=asked.delivery,
            channel=asked.channel,
            response_url=None,
            view=None,
            page=None,
            in_more=False,
            intent=meant,
        )
        # Drawn in any case: whoever may not, or comes too late, is told so at once.
        answer = await self.clicks.carry_out(click, direct=asked.direct)
        if asked.can_open:
            return Answer(f"{run.id}: a form is open", view=answer.view)
        where = await self.conversation.pointer.linked(run)
        about = f" · {title(row)}" if row is not None else ""
        words = f"{where}{about}: nothing was done yet, {_asks(meant)}."
        if wish.act.after and not wish.words:
            right = wish.line(wish.run, row.number if row is not None else None)
            words += f" Or write {self.conversation.right(asked, right)}."
        if asked.is_nowhere:
            where = "in its menu in my Home" if lacks_channel(run) else "on its board"
            return said(f"{words} Press the button {where}.")
        return said(words, actions("words", _press(wish, run, row, meant)))


def _with_a_run(wish: Wish) -> str:
    """The line that can only mean what is done with a run."""
    return wish.line(wish.run or "KC-7", wish.steps[0] if wish.steps else None)


def _asks(meant: Form | Show) -> str:
    return "it is shown by a button" if isinstance(meant, Show) else "since a form asks for more"


def _press(wish: Wish, run: Run, row: Row | None, meant: Form | Show) -> Block:
    """The button that opens what the words could not."""
    label, verb = wish.act.control or ("Open", "more")
    if row is None:
        dots = "…" if label.endswith("…") else ""
        label = f"{label.removesuffix('…')} {run.id}{dots}"
    value = f"{run.id}/{meant.step or ''}"
    return button(label, verb, value)
