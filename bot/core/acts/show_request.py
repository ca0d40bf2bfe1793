"""Showing all that a request for approval covers, page by page; it records nothing.

A vote is for all of it, so every word of it can be read: nothing here is shortened.
"""

from collections.abc import Iterator, Sequence
from typing import Never

from bot.core.acting.approvals import about, fits, requested
from bot.core.acting.asking import Asking, OnStep, Question, opens_about, row_of
from bot.core.acting.intents import Form
from bot.core.acting.request_message import numbered, vote_button
from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import Block, actions, button, context, rich, size
from bot.core.blockkit.modal import View, modal
from bot.core.kinds.controls import SHOW_REQUEST as CONTROL
from bot.core.procedure import commands
from bot.core.run import events as e
from bot.core.run.covering import words_of
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused
from bot.core.run.states import State
from bot.core.text import counted

PIECE = 2_500
"""How much of a text one piece of a page has, in characters: a longer one goes on in the next."""
LIMIT = 30_000
"""How large one page grows, in characters of compact JSON."""
BLOCKS = 80
"""How many pieces one page has: Slack allows a form 100 blocks."""


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """One page of it."""
    step, number, page = _named(which or "")
    row = row_of(run, step)
    placed, asked = requested(run, row.id, number, "It is not shown.")
    if not fits(run, row.id, asked):
        raise Refused(f"What step {placed.number} does has changed since it was asked for.")
    pages = _pages(run, row)
    page = min(page, len(pages) - 1)
    many = counted(len(asked.commands), "command")
    head = f"🔒 All that a vote covers, and not to be run yet: {many}"
    blocks = [context(f"{head} · page {page + 1} of {len(pages)}"), *pages[page]]
    turn = []
    value = f"{run.id}/{row.ref}/{number}"
    if page:
        turn.append(button("Previous", "request_page", f"{value}/{page - 1}"))
    if page + 1 < len(pages):
        turn.append(button("Next", "request_page_next", f"{value}/{page + 1}"))
    blocks.append(actions("pages", *turn) if turn else context("That is all of it."))
    return modal(CONTROL.verb, f"Approval of {row.number}", None, blocks, run=run.id)


def _named(rest: str) -> tuple[str, int, int]:
    """The step, the request and the page that a control names; no request is none that counts."""
    rest, last = numbered(rest)
    step, number = numbered(rest)
    # Without a page it is the first: a step's id has no slash.
    return (step, last, 0) if step == rest else (step, number, last)


def _pages(run: Run, row: Row) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    for piece in _pieces(run, row):
        full = len(pages[-1]) == BLOCKS or size([*pages[-1], piece]) > LIMIT
        if full and pages[-1]:
            pages.append([])
        pages[-1].append(piece)
    return pages


def _pieces(run: Run, row: Row) -> Iterator[Block]:
    """Each step that it covers: its title, what it says, and its commands."""
    for leaf in about(run, row.id):
        head = f"{run.outline.places[leaf.id].number} {run.words(leaf.title)}"
        for part in parts(head):
            yield rich(markdown.section(markdown.words(part, bold=True)))
        for text in words_of(leaf)[1:]:
            yield from _said(run.words(text))
        for command in commands(leaf):
            for part in parts(run.words(command)):
                yield rich(markdown.not_to_run(part))


def _said(text: str) -> Iterator[Block]:
    if len(text) <= PIECE and (elements := markdown.rich_text(text)):
        yield rich(*elements)
        return
    # A part of a text may be half a list: it is shown as it was written.
    for part in parts(text):
        yield rich(markdown.section(markdown.words(part)))


def parts(text: str) -> Sequence[str]:
    """A text in parts that are short enough, all of it: at the end of a line where there is one."""
    found: list[str] = []
    while len(text) > PIECE:
        end = text.rfind("\n", PIECE // 2, PIECE) + 1 or PIECE
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


# How it is asked for. ---------------------------------------------------------------------------


def _turns(run: str, rest: str, by: e.Person) -> Form:
    return Form(run, CONTROL.verb, rest, turned=True)


def _is_asked(row: Row, by: e.Person) -> bool:
    return row.state in (State.OPEN, State.FAILED) and row.asked is not None


def _listed(run: Run, row: Row) -> Block:
    if row.asked is None:
        raise Refused(f"Nobody asked for approval of step {row.number}.")
    return vote_button(run, row, row.asked, CONTROL, None)


SHOW_ALL: Asking[Never] = Asking(
    verbs={
        CONTROL.verb: opens_about(CONTROL.verb),
        "request_page": _turns,
        "request_page_next": _turns,
    },
    questions=[Question(CONTROL.verb, when_closed=False, draw=_form, read=None)],
    lines=[OnStep(_is_asked, _listed)],
    words=[],
)
