"""The whole procedure of a run in a modal, page by page: what the board had to fold is here."""

import json
from typing import Any

from bot.core.blocks import (
    Block,
    actions,
    button,
    context,
    divider,
    plain_text,
    section,
    sections,
    size,
)
from bot.core.filling import filled
from bot.core.procedure import Group, VerifyByPerson
from bot.core.run import Run, State
from bot.core.steps import body, by_hand, ended, group_heading, groups_begun, opened, standing
from bot.core.text import brief
from bot.core.wording import say_check

PER_PAGE = 8
"""How many steps one page shows."""
LIMIT = 40_000
"""How large one page may grow, in characters of compact JSON, before its texts are cut."""
BLOCKS = 100
"""The most blocks that a modal may hold."""
_LINES_SHOWN = 60
_CHECK_SHOWN = 1_000


def page_of(run: Run, step_id: str | None) -> int:
    """The index of the first step on the page that shows *step_id*."""
    numbers = [index for index, p in enumerate(run.placed) if p.step.id == step_id]
    return (numbers[0] if numbers else 0) // PER_PAGE * PER_PAGE


def draw(run: Run, first: int) -> dict[str, Any]:
    """The page that begins with the step at index *first*."""
    first = max(0, min(first, (len(run.placed) - 1) // PER_PAGE * PER_PAGE))
    blocks: list[Block] = []
    for cut in (None, 1_000, 200):
        blocks = _page(run, first, cut)
        if size(blocks) <= LIMIT and len(blocks) <= BLOCKS:
            break
    return {
        "type": "modal",
        "callback_id": "show",
        "title": plain_text(run.id),
        "close": plain_text("Close"),
        "private_metadata": json.dumps({"first": first}),
        "blocks": blocks,
    }


def _page(run: Run, first: int, cut: int | None) -> list[Block]:
    last = min(first + PER_PAGE, len(run.placed))
    blocks: list[Block] = [
        section(f"Steps {first + 1} to {last} of {len(run.placed)}"),
        divider(),
    ]
    around: tuple[Group, ...] = ()
    for placed in run.placed[first:last]:
        for depth in groups_begun(placed, around):
            blocks += group_heading(run, placed, depth, cut)
        around = placed.groups
        state = run.steps[placed.step.id].state
        if state in (State.DONE, State.SKIPPED) or run.ruled_out(placed):
            blocks += [section(ended(run, placed)), *body(run, placed, cut=cut)]
        elif run.closed is not None:
            blocks += [section(standing(run, placed)), *body(run, placed, cut=cut)]
        else:
            blocks += opened(run, placed, primary=False, cut=cut)
    if last == len(run.placed):
        blocks += _proof(run, cut or _CHECK_SHOWN)
    turn = []
    if first:
        turn.append(button("Previous", "page", f"{run.id}/{first - PER_PAGE}"))
    if last < len(run.placed):
        turn.append(button("Next", "page_next", f"{run.id}/{last}"))
    blocks.append(actions("pages", *turn) if turn else context("That is the whole procedure."))
    return blocks


def _proof(run: Run, cut: int) -> list[Block]:
    """What must be true in the end: what each check asks, by hand as well, and what people say."""
    lines = []
    for check in filled(run.procedure, run.inputs).checks.values():
        asked = by_hand(run, check) or f"`{brief(say_check(check), cut)}`"
        lines.append(f"{brief(check.title, cut)} · {asked}")
    lines += [
        f"{brief(run.words(line.confirm), cut)} · a person confirms"
        for line in run.procedure.verification
        if isinstance(line, VerifyByPerson)
    ]
    return sections(["*Checks*", *lines[:_LINES_SHOWN]]) if lines else []
