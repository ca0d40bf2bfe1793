"""An approval, in a file: people agree to the step or the group that comes after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from bot.core.markup.model import Block, Inline, Words
from bot.core.procedure.approval import Approval, say_approval
from bot.core.procedure.kinds.base import FILLED_IN_LEAF, AnyLeaf
from bot.core.procedure.kinds.format import (
    Format,
    Part,
    as_it_is,
    captures_none,
    finds_none,
    holds_none,
    no_names,
    no_options,
    no_rules,
)
from bot.core.procedure.kinds.paper import Paper, term


class Approve(AnyLeaf):
    """People agree to what comes next: nobody takes this step, and their votes end it."""

    approve: Approval
    """How many people, of which role, and how long the request waits."""

    # Nothing is done, so nothing is to be seen of it, and nothing is to be undone.
    danger: ClassVar[None] = None
    confirm: ClassVar[None] = None
    expected: ClassVar[None] = None
    on_failure: ClassVar[None] = None
    advice: ClassVar[None] = None
    recovery: ClassVar[Sequence[Any]] = ()
    rollback: ClassVar[None] = None
    # Nobody has it in hand; its request has a time of its own.
    timeout: ClassVar[None] = None
    remind: ClassVar[None] = None
    lasts: ClassVar[None] = None


def _no_check(step: Approve) -> None:
    return None


def _approval(step: Approve) -> Approval:
    return step.approve


def _mark(step: Approve) -> Inline:
    return ""


def _printed(step: Approve, paper: Paper) -> Iterator[Block]:
    yield from paper.to_do(step)
    yield term("Approved by", Words(say_approval(step.approve)))


FORMAT = Format(
    model=Approve,
    key="approve",
    name="an approval",
    parts=(Part("approve", Approval, "an approval"),),
    filled=FILLED_IN_LEAF,
    typed=(),
    asks=(),
    check=_no_check,
    rules=no_rules,
    mark=_mark,
    printed=_printed,
    options=no_options,
    finds=finds_none,
    captures=captures_none,
    lists=(),
    containers=holds_none,
    within=as_it_is,
    approval=_approval,
    guards=True,
    scoped=no_names,
)
