"""What only people can write: who closed the run hears what is missing, and it is crossed out."""

from dataclasses import replace
from datetime import date

from bot.core.acting.lacking import lacking
from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.run import events as e
from bot.core.run.narrative import LEARNED, PARTS
from bot.core.views import notices
from tests.core.drawn import accepted
from tests.core.engine.test_ways import do, procedure
from tests.core.strategies import ANA, BEN, Desk

SHAPE = procedure(do("look"), verification=[{"confirm": "The water is clear"}])
OLD = ("Summary", "Impact", "Root cause", "What went well", "What went badly")
PARTS_OF_ALL = [*OLD, "Where we were lucky"]


def closed() -> Desk:
    made = Desk(SHAPE)
    made.do(c.Close(ANA, {"confirm:0": "It is night."}))
    return made


def touched(made: Desk, command: c.Command) -> list[str]:
    before = made.run
    return [key for key in effects.touched(before, made.do(command)) if key.startswith("write/")]


def drawn(made: Desk, key: str) -> str:
    picture = notices.draw(made.run, made.facts, key)
    accepted(picture)
    return picture.text


def test_it_is_missing_until_somebody_writes_it() -> None:
    made = closed()
    assert lacking(made.run) == [*PARTS_OF_ALL, "Action items"]
    made.do(c.Write(BEN, {"impact": "Nobody could wash.", "cause": "Mud."}))
    made.do(c.AddItem(BEN, "Buy a pump."))
    made.do(c.AddItem(BEN, "Buy a hose.", BEN))
    left = [one for one in PARTS_OF_ALL if one not in ("Impact", "Root cause")]
    assert lacking(made.run) == [*left, "an owner for 1 action item", "a day for 2 action items"]
    for number in made.run.items:
        made.do(c.MarkItem(ANA, number, "dropped"))
    assert lacking(made.run) == left


def test_a_drill_lacks_what_was_learned_and_a_mistake_lacks_nothing() -> None:
    drill = replace(Desk(SHAPE).run, drill=True)
    assert PARTS[LEARNED].title in lacking(drill)
    made = Desk(SHAPE)
    made.do(c.Mistake(ANA, "A false alarm."))
    assert lacking(made.run) == ()
    assert touched(made, c.Export(BEN)) == []


def test_the_first_export_after_the_end_tells_who_closed_it_and_nobody_else() -> None:
    made = Desk(SHAPE)
    assert touched(made, c.Export(BEN)) == []
    made.do(c.Close(ANA, {"confirm:0": "It is night."}))
    (key,) = touched(made, c.Export(BEN))
    text = drawn(made, key)
    assert text.startswith("✍️ KC-7: <@U0ANA>, the post-mortem lacks what only people can write:")
    assert "<@U0BEN>" not in text
    assert touched(made, c.Export(BEN)) == []


def test_what_was_written_is_crossed_out_where_it_was_asked_for() -> None:
    made = closed()
    (key,) = touched(made, c.Export(BEN))
    assert touched(made, c.Write(ANA, dict.fromkeys(PARTS, "It."))) == [key]
    assert "write: Action items." in drawn(made, key)
    assert touched(made, c.AddItem(ANA, "Buy a pump.", ANA, date(2026, 12, 24))) == [key]
    assert drawn(made, key).startswith("✅ KC-7: everything that only people can write is written.")
    (number,) = made.run.items
    assert touched(made, c.EditItem(ANA, number, "Buy a pump.")) == [key]
    assert "an owner for 1 action item, a day for 1 action item" in drawn(made, key)
    assert touched(made, c.MarkItem(ANA, number, "done")) == [key]


def test_of_who_was_erased_no_mention_is_left() -> None:
    made = closed()
    (key,) = touched(made, c.Export(BEN))
    gone = e.Person(id="erased:1")
    made.facts = [
        f
        if not isinstance(f.event, e.RunClosed)
        else e.Fact(f.run_id, f.seq, f.at, f.event.model_copy(update={"by": gone}), f.hash)
        for f in made.facts
    ]
    assert drawn(made, key).startswith("✍️ KC-7: the post-mortem lacks")
