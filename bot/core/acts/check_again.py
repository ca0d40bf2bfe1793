"""Having a step's check looked at once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnStep, does, listed
from bot.core.acting.inwords import InWords, does_in_words, in_hand
from bot.core.acting.steps import already, place
from bot.core.kinds import kind_of
from bot.core.kinds.controls import CHECK_AGAIN as CONTROL
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused


@dataclass(frozen=True, slots=True)
class CheckAgain:
    """Look at a step's check once more."""

    step: str
    by: e.Person


def _rule(run: Run, command: CheckAgain, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    kind = kind_of(placed.step)
    if (why := kind.not_checked(step.state)) is not None:
        raise Refused(f"{already(run, placed, step)} {why}")
    asked = kind.checked_again(run, placed.step, command.by, 1)
    if not asked:
        raise Refused(f"Step {placed.number} has no check. Verify now looks at the whole system.")
    return asked


def _can_be_checked(row: Row, by: e.Person) -> bool:
    return row.check is not None and row.state in kind_of(row.leaf).offers_check


CHECK_AGAIN = Act(
    CheckAgain,
    rule=_rule,
    when_closed=False,
    needs=None,
    asking=Asking(
        verbs={CONTROL.verb: does(CheckAgain)},
        questions=[],
        lines=[OnStep(_can_be_checked, listed(CONTROL))],
        words=[
            InWords(
                said=("check again", "check", "recheck", "look again"),
                after="",
                runs="open",
                step=in_hand,
                lacking="You are on no step.",
                means=does_in_words(CheckAgain),
                control=None,
                told="The check of step {} is run again; the board shows what comes of it.",
            )
        ],
    ),
)
