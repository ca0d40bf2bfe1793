"""How bad it is: said by the procedure, by who starts a run, and by people on the way."""

from dataclasses import replace

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import begin
from bot.core.views import forms, notices
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.engine.test_ways import do, procedure
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk


def test_it_is_the_procedures_until_someone_says_otherwise() -> None:
    desk = Desk(procedure(do("look"), severity="SEV3"))
    assert "# 🔴 Trouble · SEV3" in aloud(draw(desk.run).blocks)
    desk.do(c.ChangeSeverity("SEV1", BEN, "It spreads."))
    desk.do(c.ChangeSeverity("SEV2", ANA))
    assert "# 🔴 Trouble · SEV2" in aloud(draw(desk.run).blocks)
    told = [aloud(notices.draw(desk.run, desk.facts, f"notice/{n}").blocks) for n in (2, 3)]
    assert told == [
        "🚨 KC-7: SEV1 now, was SEV3, says ben: It spreads.",
        "🚨 KC-7: SEV2 now, was SEV1, says ana",
    ]
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "| **Severity** | SEV2 (SEV3 until 03:12:06, SEV1 until 03:12:07) |" in document
    assert "set the severity to SEV1 (was SEV3): It spreads." in document


def test_a_run_can_begin_with_one_of_its_own() -> None:
    desk = Desk(procedure(do("look"), severity="SEV3"))
    event = desk.facts[0].event.model_copy(update={"severity": "SEV1"})
    assert begin(replace(desk.facts[0], event=event)).severity == "SEV1"


def test_the_form_offers_what_it_is_not() -> None:
    desk = Desk(procedure(do("look"), severity="SEV3"))
    said = str(forms.of(desk.run, "severity", None, ANA)["blocks"])
    assert "It is SEV3 now. SEV1 is the worst." in said
    assert "'value': 'SEV3'" not in said


def test_where_nobody_said_it_the_first_word_counts() -> None:
    desk = Desk(procedure(do("look")))
    desk.do(c.ChangeSeverity("SEV4", ANA))
    assert desk.run.severity == "SEV4"
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "| **Severity** | SEV4 |" in document


def test_the_same_again_is_nothing_and_another_word_is_refused() -> None:
    desk = Desk(procedure(do("look"), severity="SEV3"))
    assert not desk.do(c.ChangeSeverity("SEV3", ANA, "why"))
    with pytest.raises(Refused, match="There are SEV1, SEV2, SEV3, SEV4, SEV5"):
        desk.do(c.ChangeSeverity("P1", ANA))


def test_it_breaks_off_no_closing() -> None:
    desk = Desk(procedure(do("look")))
    desk.do(c.Close(ANA, {"confirm:1": "nobody in"}))
    desk.do(c.ChangeSeverity("SEV2", BEN))
    assert desk.run.closing is not None
