"""Names that lead nowhere, of any length and with any sign: refused in words that Slack takes."""

from collections.abc import Callable

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.views import forms
from tests.core.drawn import harmless
from tests.core.engine.test_ways import do, procedure
from tests.core.strategies import ANA, Desk

FORGED = ["x" * 1_000_000, "<!channel> <@U0BEN> <https://a.example|b>", "`*_~"]
LONGEST = 300
COMMANDS: list[Callable[[str], c.Command]] = [
    lambda name: c.Take(name, ANA),
    lambda name: c.MarkDone(name, ANA),
    lambda name: c.Decide(name, ANA, "a"),
    lambda name: c.AskApproval(name, ANA),
    lambda name: c.AddNote(name, ANA, "x"),
    lambda name: c.Again(name, ANA, "x"),
    lambda name: c.ListAgain(name, ANA),
    lambda name: c.ChangeSeverity(name, ANA),
]


@pytest.mark.parametrize("forged", FORGED, ids=["long", "markup", "signs"])
@pytest.mark.parametrize("command", range(len(COMMANDS)))
def test_a_name_that_leads_nowhere_is_repeated_shortly_and_without_effect(
    forged: str, command: int
) -> None:
    desk = Desk(procedure(do("one"), do("two")))
    with pytest.raises(Refused) as refused:
        desk.do(COMMANDS[command](forged))
    assert len(str(refused.value)) < LONGEST
    harmless(str(refused.value))


@pytest.mark.parametrize("forged", FORGED, ids=["long", "markup", "signs"])
def test_so_it_is_in_a_form(forged: str) -> None:
    desk = Desk(procedure(do("one")))
    with pytest.raises(Refused) as refused:
        forms.of(desk.run, "skip", forged, ANA)
    assert len(str(refused.value)) < LONGEST
    harmless(str(refused.value))
