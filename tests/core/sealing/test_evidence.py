"""What the bot read of a file goes with what was said of it: a short file could be guessed."""

from bot.core.acting.evidence import GivenFile, Shown
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.sealing.erasing import Wanted
from tests.core.sealing.test_noted import planned
from tests.core.strategies import ANA, BEN, Desk

PAGE = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "show-it",
        "title": "Show it",
        "symptoms": ["Nobody believes it"],
        "steps": [{"id": "one", "title": "One", "do": "It.", "evidence": {"file": "A picture"}}],
    }
)
FILES = (GivenFile("F1", "ana.txt", 3, "text/plain"),)
GIVEN, READ = 3, 5


def shown() -> Desk:
    desk = Desk(PAGE)
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA, shown=Shown(files=FILES)))
    read = e.EvidenceRead(step="one", entry=GIVEN, file="F1", sha256="a" * 64, size=3)
    desk.do(c.TellEvidence(read))
    assert [type(desk.facts[n - 1].event) for n in (GIVEN, READ)] == [
        e.EvidenceGiven,
        e.EvidenceRead,
    ]
    return desk


def test_in_an_open_run_it_is_noted_and_in_a_closed_one_it_goes_at_once() -> None:
    desk = shown()
    for wanted in (Wanted(entries=(GIVEN,)), Wanted(entries=(GIVEN,), own=ANA.id)):
        what = planned(desk, wanted)
        assert (what.words, what.later) == ((GIVEN,), Wanted(entries=(READ,)))
    desk.do(c.Mistake(BEN, "A false alarm."))
    assert planned(desk, Wanted(entries=(GIVEN,))).words == (GIVEN, READ)


def test_what_somebody_else_showed_stays() -> None:
    desk = shown()
    assert planned(desk, Wanted(person=BEN.id)).words == ()


def test_of_several_files_one_is_erased_without_the_others() -> None:
    first, second = FILES[0], GivenFile("F2", "ben.txt", 4, "text/plain")
    desk = Desk(PAGE)
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA, shown=Shown("Both.", (first, second))))
    for entry, file in ((GIVEN, first), (GIVEN + 1, second)):
        read = e.EvidenceRead(step="one", entry=entry, file=file.id, sha256="a" * 64, size=3)
        desk.do(c.TellEvidence(read))
    desk.do(c.Mistake(BEN, "A false alarm."))
    given = [one.entry for one in desk.run.steps["one"].evidence]
    assert given == [GIVEN, GIVEN + 1]
    assert planned(desk, Wanted(entries=(GIVEN + 1,))).words == (GIVEN + 1, 7)
