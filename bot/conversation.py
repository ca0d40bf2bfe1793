"""What the bot answers to words: `/runbook …`, `@runbook …`, and the form that starts a run.

An answer is data: text, blocks, perhaps a form to open. Nothing is sent from here, and nothing
but the log is asked.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core import commands as c
from bot.core import forms, slash
from bot.core.blocks import Block, actions, button, context, section
from bot.core.board import sentence
from bot.core.clicks import Begin
from bot.core.decide import Refused
from bot.core.events import Person
from bot.core.faulty import Faulty, told
from bot.core.procedure import Loaded, Procedure
from bot.core.recovery_board import item_line
from bot.core.run import Run
from bot.core.search import nearest, search
from bot.core.showing import obstacle
from bot.core.starting import misfits, settle, started
from bot.core.text import clock, escape
from bot.desk import Desk, no_such_run
from bot.ports import AlreadyOpen, Library, Log, RunRow

FAULTS = 10
"""How many files with errors one answer lists."""
LISTED = 20
"""How many procedures or runs one answer lists."""

Link = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Words from a person: who, where, Slack's id of the delivery; `can_open` a form, or not.

    `thread` is the ts of the message that the words stand under, if they stand in a thread;
    `direct` says that it is a conversation of some people and no channel.
    """

    by: Person
    text: str
    channel: str
    team: str | None
    delivery: str
    can_open: bool
    thread: str | None = None
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What only the one who asked sees; `view` is a form to open, `started` a run that began.

    `trouble` says that nothing was done: the text tells why.
    """

    text: str = ""
    blocks: Sequence[Block] = ()
    view: Mapping[str, Any] | None = None
    started: Run | None = None
    trouble: bool = False


def said(text: str, *more: Block) -> Answer:
    """An answer of one paragraph, with what comes under it."""
    return Answer(text, [section(text), *more])


@dataclass(slots=True)
class Conversation:
    """Answers words; `link` makes a message's address from its channel and ts.

    `bot` is the bot's name in Slack.
    """

    desk: Desk
    log: Log
    library: Library
    link: Link
    command: str = field(default="/runbook")
    bot: str = field(default="runbook")

    async def ask(self, asked: Asked) -> Answer:
        """Answer what was typed; raises Refused or Unavailable."""
        match slash.read(asked.text):
            case slash.Help():
                return self._help()
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
                return await self.begin(asked, Begin(procedure, inputs))

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
        if not begin.another and (found := await self._open_run(asked.channel, procedure.id)):
            # A delivery that comes twice must not be answered by what its first time did.
            if await self.log.delivered(asked.delivery):
                return Answer()
            return await self._already(found, begin)
        inputs = settle(procedure, begin.inputs)
        if inputs.missing:
            return self._missing(asked, procedure, begin, inputs.missing)
        event = started(loaded, inputs.values, channel=asked.channel, team=asked.team, by=asked.by)
        try:
            run = await self.desk.start(event, delivery=asked.delivery, another=begin.another)
        except AlreadyOpen as already:
            return await self._already(already.run_id, begin)
        fault = self._fault(procedure.id)
        return replace(said(told(fault)), started=run) if fault else Answer(started=run)

    def _fault(self, procedure_id: str) -> Faulty | None:
        """What is wrong with the file of a procedure, if it is there and cannot be served."""
        return next((one for one in self.library.faulty() if one.id == procedure_id), None)

    def misfits(self, begin: Begin) -> Mapping[str, str]:
        """Which inputs of a filled form cannot be used, and why: name -> words."""
        loaded = self.library.get(begin.procedure)
        return {} if loaded is None else misfits(loaded.procedure, begin.inputs)

    async def _open_run(self, channel: str, procedure_id: str) -> str | None:
        rows = await self.log.runs(channel=channel, open_only=True)
        return next((row.run_id for row in rows if row.procedure_id == procedure_id), None)

    def _unknown(self, begin: Begin) -> Answer:
        if (fault := self._fault(begin.procedure)) is not None:
            return replace(said(f"{told(fault)} Nothing was started."), trouble=True)
        names = [loaded.procedure.id for loaded in self.library.all()]
        close = nearest(names, begin.procedure)
        head = f"There is no procedure `{escape(begin.procedure[:80])}`."
        if word := nearest(slash.WORDS, begin.procedure):
            return said(f"{head} Did you mean `{self.command} {word[0]}`?")
        if not close:
            return said(f"{head} `{self.command} list` shows those there are.")
        buttons = [
            button(f"Start {name}", "start", _start_value(name, begin.inputs)) for name in close
        ]
        # Each button has an action of its own, since a row allows no two alike.
        rows = [actions(f"start:{index}", made) for index, made in enumerate(buttons)]
        return said(f"{head} Did you mean {' or '.join(f'`{n}`' for n in close)}?", *rows)

    async def _already(self, run_id: str, begin: Begin) -> Answer:
        run = await self.desk.run(run_id)
        where = await self._linked(run)
        text = f"{where} is open here already: {sentence(run)}{await self._obstacle(run)}"
        value = _start_value(begin.procedure, begin.inputs, another=True)
        return said(text, actions("already", button("Start another", "start", value)))

    def _missing(
        self, asked: Asked, procedure: Procedure, begin: Begin, missing: Sequence[str]
    ) -> Answer:
        needed = ", ".join(f"`{name}`" for name in missing)
        text = f"`{procedure.id}` needs {needed}."
        if asked.can_open:
            view = forms.inputs(
                procedure,
                begin.inputs,
                channel=asked.channel,
                another=begin.another,
                note=told(fault) if (fault := self._fault(procedure.id)) else "",
            )
            return Answer(text, view=view)
        value = _start_value(procedure.id, begin.inputs, another=begin.another)
        return said(text, actions("inputs", button("Fill in…", "start", value)))

    def _help(self) -> Answer:
        k = self.command
        lines = [
            "*Runbook* runs a procedure with you, step by step, and keeps the record.",
            (
                f"`{k} PROCEDURE name=value …` starts one: "
                f"`{k} key-compromise key_id=key-a new_key_id=key-b`"
            ),
            f"`{k} list` shows every procedure · `{k} search WORDS` finds one",
            f"`{k} status [RUN]` says how a run is · `{k} close [RUN]` ends it",
            f"`{k} export [RUN]` puts the post-mortem into the run's thread",
        ]
        threads = (
            "In a thread, where slash commands do not work, write to me: `@runbook status`. "
            "What is done, by whom and when is recorded; I never change the systems I check."
        )
        return said("\n".join(lines), context(threads))

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
        loaded: Sequence[Loaded] = self.library.all()
        # A thousand procedures take their time, and people click meanwhile.
        hits = await asyncio.to_thread(search, [one.procedure for one in loaded], words)
        if not hits:
            return said(
                f"Nothing fits “{escape(words[:80])}”. `{self.command} list` shows every procedure."
            )
        return self._procedures(
            f"*Procedures for “{escape(words[:80])}”*", [hit.procedure for hit in hits]
        )

    def _procedures(self, title: str, found: Sequence[Procedure]) -> Answer:
        blocks: list[Block] = [section(title)]
        for procedure in found[:LISTED]:
            severity = f" · {procedure.severity}" if procedure.severity else ""
            needs = [n for n, spec in procedure.inputs.items() if spec.required]
            asks = f" · needs {', '.join(f'`{n}`' for n in needs)}" if needs else ""
            steps = len(procedure.leaves())
            summary = f"\n{escape(procedure.summary)}" if procedure.summary else ""
            fault = self._fault(procedure.id)
            mark = f"\n⚠️ {told(fault)}" if fault else ""
            text = (
                f"*{escape(procedure.title)}* · `{procedure.id}`{severity} · {steps} steps{asks}"
                f"{mark}{summary}"
            )
            start = button(
                "Start…" if needs else "Start",
                "start",
                _start_value(procedure.id, {}),
                says=f"Start {procedure.title}",
            )
            blocks.append(section(text, block_id=f"procedure:{procedure.id}", accessory=start))
        if len(found) > LISTED:
            more = len(found) - LISTED
            blocks.append(context(f"… {more} more: `{self.command} search WORDS` finds them."))
        return Answer(f"{len(found)} procedures", blocks)

    async def _meant(self, asked: Asked, run_id: str | None) -> Run | None:
        """The run that was named, or in whose thread the words stand; None when neither is so.

        A run is spoken of only in its own channel, since who is elsewhere may not be in that one:
        for them there is no such run.
        """
        if run_id is None and asked.thread is not None:
            row = await self.log.find_message(asked.channel, asked.thread)
            run_id = row.run_id if row else None
        if run_id is None:
            return None
        run = await self.desk.run(run_id)
        if run.channel != asked.channel:
            raise no_such_run(run_id)
        return run

    async def _status(self, asked: Asked, run_id: str | None) -> Answer:
        if (meant := await self._meant(asked, run_id)) is not None:
            return await self._status_of(meant)
        here = await self.log.runs(channel=asked.channel, open_only=True)
        if len(here) == 1:
            return await self._status_of(await self.desk.run(here[0].run_id))
        lines = [await self._status_line(row) for row in here[:LISTED]]
        if lines:
            return said("*Open runs here*\n" + "\n".join(lines))
        return said(f"No run is open here. `{self.command} list` shows what can be started.")

    async def _status_line(self, row: RunRow) -> str:
        run = await self.desk.run(row.run_id)
        return f"🔴 {await self._linked(run)} · {sentence(run)}{await self._obstacle(run)}"

    async def _status_of(self, run: Run) -> Answer:
        sign = "🔴" if run.closed is None else "🟠" if run.closed.reasons else "🟢"
        head = f"{sign} {await self._linked(run)} · {sentence(run)}"
        behind = f"{run.finished} of {len(run.placed)} steps behind us"
        lines = [f"started {clock(run.started_at)} · {behind}"]
        lines += [item_line(run, item) for item in run.verification()[:15]]
        head += await self._obstacle(run)
        return Answer(head, [section(head), context("\n".join(lines))])

    async def _export(self, asked: Asked, run_id: str | None) -> Answer:
        meant = await self._meant(asked, run_id)
        rows = [] if meant else await self.log.runs(channel=asked.channel)
        chosen = meant.id if meant else _only(rows, open_first=True)
        if chosen is None:
            return self._which(rows, "export", "Export") if rows else self._no_run("export")
        run = await self.desk.act(chosen, c.Export(asked.by), delivery=asked.delivery)
        return said(
            f"The post-mortem of {await self._linked(run)} will be in its thread in a moment."
            f"{await self._obstacle(run)}"
        )

    async def _close(self, asked: Asked, run_id: str | None) -> Answer:
        meant = await self._meant(asked, run_id)
        rows = [] if meant else await self.log.runs(channel=asked.channel, open_only=True)
        chosen = meant.id if meant else _only(rows)
        if chosen is None:
            return self._which(rows, "close", "Close…") if rows else self._no_run("close")
        run = await self.desk.run(chosen)
        if run.closed is not None:
            at = clock(run.closed.at)
            raise Refused(f"{await self._linked(run)} was closed at {at} already.")
        if asked.can_open:
            return Answer(f"Closing {run.id}", view=forms.close(run))
        ask = actions("close", button(f"Close {run.id}…", "close", run.id))
        return said(f"{await self._linked(run)} · {sentence(run)}", ask)

    def _which(self, rows: Sequence[RunRow], action: str, label: str) -> Answer:
        blocks: list[Block] = [section("Which run?")]
        for row in rows[:LISTED]:
            text = f"*{row.run_id}* · {escape(row.title)} · started {clock(row.at)}"
            pick = button(label, action, row.run_id, says=f"{label} {row.run_id}")
            blocks.append(section(text, block_id=f"which:{row.run_id}", accessory=pick))
        return Answer("Which run?", blocks)

    def _no_run(self, verb: str) -> Answer:
        return said(
            f"There is no run in this channel to {verb}. A run is spoken of in its own channel."
        )

    async def _obstacle(self, run: Run) -> str:
        """What keeps Slack from showing a run and what to do, on a line of its own, if it does."""
        if run.showing.refused is None:
            return ""
        row = await self.log.message(f"{run.id}/board")
        posted = row is not None and row.ts is not None
        return f"\n⚠️ {obstacle(run.id, run.showing.refused.error, self.bot, posted=posted)}"

    async def _linked(self, run: Run) -> str:
        """A run's id, as a link to its board once that is posted."""
        row = await self.log.message(f"{run.id}/board")
        if row is None or row.ts is None:
            return f"*{run.id}*"
        return f"*<{self.link(row.channel, row.ts)}|{run.id}>*"


def _only(rows: Sequence[RunRow], *, open_first: bool = False) -> str | None:
    """The one run that can be meant: the only one, or the only open one."""
    still = [row for row in rows if row.open]
    if open_first and len(still) == 1:
        return still[0].run_id
    return rows[0].run_id if len(rows) == 1 else None


def _start_value(procedure: str, inputs: Mapping[str, str], *, another: bool = False) -> str:
    asked: dict[str, Any] = {"procedure": procedure}
    if inputs:
        asked["inputs"] = dict(inputs)
    if another:
        asked["another"] = True
    value = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    # A button's value holds 2,000 characters; what does not fit is asked for in the form.
    return value if len(value) <= 2_000 else _start_value(procedure, {}, another=another)  # noqa: PLR2004 - Slack's limit
