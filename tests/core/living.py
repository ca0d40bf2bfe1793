"""Runs that people really work on: random, and each move one that could be made then."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from bot.core.acting.evidence import GivenFile, Shown
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import captures_of, options_of
from bot.core.run import events as e
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.run.polling import alarms
from tests.core.strategies import PEOPLE, Desk, typed
from tests.core.timed import NOBODY

WORDS = ("It is late.", "No.\nNot *now*; later", "<!channel> & co", "x" * 400)
"""What people say, as it may well be."""
PAUSES = (timedelta(seconds=1), timedelta(seconds=40), timedelta(minutes=7))
_FILE = GivenFile("F0PANEL", "panel.png", 7, "image/png", "https://files.example/F0PANEL")
EVIDENCE = Shown("Seen.", (_FILE, replace(_FILE, id="F0OTHER")))


def live(desk: Desk, dice: Random, moves: int) -> None:
    """People make so many moves at most, one after the other."""
    for _ in range(moves):
        able = list(_moves(desk.run, dice))
        if not able:
            return
        with contextlib.suppress(Refused):
            desk.do(dice.choice(able), dice.choice(PAUSES))


def _moves(run: Run, dice: Random) -> Iterator[c.Command]:
    by, why = dice.choice(PEOPLE), dice.choice(WORDS)
    if run.closed is not None:
        if dice.random() < 0.5:
            yield c.Reopen(by, why)
        return
    for row in run.outline.rows:
        yield from _on_step(run, row, by, why, dice)
    yield from _on_run(run, by, why, dice)


def _on_step(run: Run, row: Row, by: e.Person, why: str, dice: Random) -> Iterator[c.Command]:
    if row.ruled_out:
        return
    if row.state is State.TAKEN:
        values = dict.fromkeys(captures_of(row.leaf), "f1")
        yield from 3 * (c.MarkDone(row.ref, by, values, EVIDENCE),)
        yield c.Fail(row.ref, by, why)
        yield c.HandOver(row.ref, by, dice.choice(PEOPLE))
        yield c.GiveBack(row.ref, by)
    elif row.state in (State.OPEN, State.FAILED):
        if row.awaited is None:
            yield from 3 * (c.Take(row.ref, by, typed(run, row.ref)),)
            for option in options_of(row.leaf):
                yield c.Decide(row.ref, by, option.id, why)
        if row.approval is not None:
            asked = row.asked.number if row.asked else 0
            yield c.AskApproval(row.ref, by)
            yield from 4 * (c.Vote(row.ref, by, asked, approves=True),)
            yield c.Vote(row.ref, by, asked, approves=False, reason=why)
        if dice.random() < 0.2:
            yield c.Skip(row.ref, by, why)
    elif dice.random() < 0.1:
        yield c.Undo(row.ref, by)


def _on_run(run: Run, by: e.Person, why: str, dice: Random) -> Iterator[c.Command]:
    for look in run.pending.values():
        green = dice.random() < 0.6
        seen = e.Seen(expectation="/a exists", member="node-1", held=green, seen="7")
        yield c.Observe(
            e.CheckObserved(
                request=look.id,
                check=look.check,
                green=green,
                final=green or look.once or dice.random() < 0.5,
                seen=(seen,),
            )
        )
    yield from (c.Fire(name, due) for name, due in alarms(run, NOBODY).items())
    yield c.Verify(by)
    for item in run.outline.verification.confirms:
        yield c.Confirm(item.key, by, why)
    for group in run.unlisted:
        yield c.ListAgain(group, by)
    if dice.random() < 0.05:
        yield c.Close(by, {item.key: why for item in run.verification()} | {"verification": why})
    if dice.random() < 0.01:
        yield c.Mistake(by, why)
    if dice.random() < 0.1:
        yield c.AddNote(None, by, why)
