"""What the bot answers to words, as data: text, blocks, perhaps a form to open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.acting.intents import Begin
from bot.core.acting.start_form import start_value
from bot.core.blockkit.blocks import Block, button, context, section, sections
from bot.core.engine.starting import line
from bot.core.procedure import Procedure
from bot.core.procedure.search import nearest
from bot.core.run.model import Run
from bot.core.text import counted, cut, escape
from bot.core.words.grammar import WORDS

_LINE_SHOWN = 300
"""How much of a line to be typed an answer shows, in characters."""
_TEXT_SHOWN = 3_000
"""How much of an answer its text has for those who see no blocks."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What only the one who asked sees; `view` is a form to open, `started` a run that began.

    `turned` shows the form in the place of the one that was clicked in. `trouble` says that
    nothing was done: the text tells why, and `field` is the one of a form that is to blame.
    """

    text: str = ""
    blocks: Sequence[Block] = ()
    view: Mapping[str, Any] | None = None
    started: Run | None = None
    trouble: bool = False
    field: str | None = None
    turned: bool = False


def said(text: str, *more: Block) -> Answer:
    """An answer of one paragraph, with what comes under it."""
    return Answer(text, [section(text), *more])


def usage(command: str, procedures: Sequence[Procedure]) -> Answer:
    """What can be typed after *command*, and what the board is for.

    The example is the one of the *procedures* that needs the most values.
    """
    k = command
    most = max(procedures, key=_needed, default=None)
    example = [f"`{k} PROCEDURE name=value …` starts one" + (":" if most else "")]
    example += [f"`{escape(line(k, most, {})[:_LINE_SHOWN])}`"] if most else []
    lines = [
        "*Runbook* walks you through a procedure, step by step, and keeps the record.",
        *example,
        f"`{k} list` shows every procedure · `{k} search WORDS` finds one",
        f"`{k} status [RUN]` shows where a run stands · `{k} close [RUN]` ends it",
        f"`{k} update [RUN]` tells stakeholders how it stands; you read and send it",
        f"`{k} postmortem [RUN]` puts the post-mortem into the run's thread",
        f"`{k} action WORDS` says what will be done afterwards · `{k} review` lists what is open",
        f"`{k} PROCEDURE new` gives the run a channel of its own, `new private` a private one",
        f"`{k} drill PROCEDURE` is an exercise: the same, and marked as a drill everywhere",
        f"The words on buttons work: `{k} take 3`, `{k} done`, `{k} skip 4 because REASON`",
    ]
    board = (
        "On the board, *Take* a step, run its commands yourself and press *Done*. *Verify now* "
        "runs the checks, *Confirm…* is for what only a person can say, *Close…* ends the run."
    )
    threads = (
        "In a thread, where slash commands do not work, mention me: `@runbook done`. "
        "I record who does what and when. I never change your systems."
    )
    return said("\n".join(lines), context(board), context(threads))


def overview(
    command: str,
    runs: Sequence[str],
    procedures: Sequence[tuple[Procedure, str]],
    left: int,
    where: str = "here",
) -> Answer:
    """What is open, a line for each run, and what can be started, each with its mark.

    *left* is how many more procedures there are.
    """
    k, nothing = command, f"No run is open {where}."
    # Each on its own, so that a long answer is never one block too long.
    blocks = sections([f"*Open runs {where}*", *runs]) if runs else [section(nothing)]
    if procedures:
        blocks.append(section("*Start one*"))
        blocks += [offered(procedure, mark) for procedure, mark in procedures]
    more = (
        f"{counted(left, 'more procedure')}: `{k} list`, `{k} search WORDS` · " if left > 0 else ""
    )
    blocks.append(
        context(f"{more}`{k} status RUN` says how a run stands · `{k} help` lists the rest")
    )
    text = "\n".join([f"*Open runs {where}*", *runs]) if runs else nothing
    return Answer(cut(text, _TEXT_SHOWN), blocks)


def _needed(procedure: Procedure) -> int:
    return sum(spec.required for spec in procedure.inputs.values())


def unknown(command: str, word: str, rest: str = "") -> str:
    """Say that there is no procedure *word*, and what may have been meant by it and the *rest*."""
    if word == "start":
        return f"Start what? `{command} list` shows what can be started."
    head = f"There is no procedure `{escape(word[:80])}`."
    after = f" {escape(rest[:_LINE_SHOWN])}" if rest else ""
    if meant := nearest(WORDS, word):
        return f"{head} Did you mean `{command} {meant[0]}{after}`?"
    if not rest:
        return f"{head} `{command} list` shows those there are."
    # Whoever writes several words describes what they see.
    return f"{head} `{command} search {escape(word[:80])}{after}` looks for these words."


def offered(procedure: Procedure, mark: str) -> Block:
    """A procedure in a list, with the button that starts it; *mark* stands after its first line."""
    severity = f" · {procedure.severity}" if procedure.severity else ""
    needs = [n for n, spec in procedure.inputs.items() if spec.required]
    asks = f" · needs {', '.join(f'`{n}`' for n in needs)}" if needs else ""
    steps = counted(len(procedure.leaves()), "step")
    summary = f"\n{escape(procedure.summary)}" if procedure.summary else ""
    text = (
        f"*{escape(procedure.title)}* · `{procedure.id}`{severity} · {steps}{asks}{mark}{summary}"
    )
    start = button(
        "Start…" if procedure.inputs else "Start",
        "start",
        start_value(Begin(procedure.id, ask=bool(procedure.inputs))),
        says=f"Start {procedure.title}",
    )
    return section(text, block_id=f"procedure:{procedure.id}", accessory=start)
