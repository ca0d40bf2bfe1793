"""No word advises anyone to repeat what cannot be undone."""

import re
from collections.abc import Callable

import pytest

from bot.core.acting.catchup import catch_up
from bot.core.documents.printing import printed
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.views import walkthrough
from tests.core.drawn import aloud
from tests.core.room import Room
from tests.core.strategies import ANA, BEN

ADVICE = re.compile(
    r"(run|do|done|try|tried|take) (it|them|this|[^.]*\bsteps?( \d+)?) again|(?<!to )try again"
    r"|is tried again|is done again|to do the step again",
    re.IGNORECASE,
)


def wiping(danger: str | None, **more: object) -> Room:
    """A room with a run of two steps, the first of which may be one that cannot be undone."""
    step = {"id": "wipe", "title": "Wipe it", "run": ["wipe {{ key_id }}"], "check": "up", **more}
    if danger:
        step |= {"danger": danger, "confirm": "wipe"}
    return Room(
        Procedure.model_validate(
            {
                "schema": "procedure/v1",
                "id": "p",
                "title": "Trouble",
                "symptoms": ["Down"],
                "inputs": {
                    name: {"description": "A key", "pattern": "key-[a-z]", "required": True}
                    for name in ("key_id", "new_key_id")
                },
                "checks": {"up": {"title": "It is up", "target": "t", "get": "/"}},
                "steps": [step],
                "verification": [{"check": "up"}],
            }
        )
    )


def words(room: Room) -> str:
    """All that anyone can read of a run now."""
    run = room.desk.run
    told = [room.read("board"), *room.shown.values(), *(one.text for one in catch_up(run))]
    told.append(aloud(walkthrough.draw(run, 0)["blocks"]))
    return "\n".join(told)


def doubtful(room: Room) -> None:
    """It was done, and its check failed."""
    room.do(c.Take("wipe", BEN, typed="wipe"))
    room.do(c.MarkDone("wipe", BEN))
    room.look(green=False, final=True)


def failed(room: Room) -> None:
    room.do(c.Take("wipe", BEN, typed="wipe"))
    room.do(c.Fail("wipe", BEN, "It hung."))


def corrected(room: Room) -> None:
    room.do(c.Take("wipe", BEN, typed="wipe"))
    room.do(c.CorrectInput("key_id", ANA, "key-c", "A typo."))


STORIES = [doubtful, failed, corrected]


@pytest.mark.parametrize("story", STORIES)
def test_nobody_is_told_to_repeat_what_cannot_be_undone(story: Callable[[Room], None]) -> None:
    room = wiping("destructive")
    story(room)
    assert ADVICE.findall(words(room)) == []


@pytest.mark.parametrize("story", STORIES[:2])
def test_what_can_be_undone_is_tried_again(story: Callable[[Room], None]) -> None:
    room = wiping(None)
    story(room)
    assert ADVICE.findall(words(room)) != []


def test_who_reads_of_a_failed_check_of_such_a_step_is_told_to_look_first() -> None:
    room = wiping("destructive")
    doubtful(room)
    first = "It cannot be undone: find out what it did"
    assert first in room.read("board")
    assert any(first in text for key, text in room.shown.items() if key.startswith("notice/"))


def test_taking_what_was_done_and_cannot_be_undone_is_refused_without_a_way_to_repeat_it() -> None:
    room = wiping("destructive")
    doubtful(room)
    with pytest.raises(Refused) as refused:
        room.do(c.Take("wipe", ANA, typed="wipe"))
    assert ADVICE.findall(str(refused.value)) == []
    assert "cannot be undone" in str(refused.value)


def test_an_answer_leads_back_to_it_without_having_it_tried_again() -> None:
    """Neither on paper nor on the board."""
    again = {
        "id": "seen",
        "title": "Did it hang?",
        "decide": {"options": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]},
    }
    room = wiping("destructive", on_failure=[again])
    failed(room)
    assert "goes back to step 1" in words(room)
    assert ADVICE.findall(words(room) + printed("text", room.desk.run.procedure)) == []
