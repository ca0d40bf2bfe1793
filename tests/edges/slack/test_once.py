"""Each delivery is worked on once, and what goes wrong with it is told under a reference."""

import asyncio
import re

import pytest

from bot.app.conversation import Answer
from bot.core.engine.decide import Refused
from bot.core.views.clicks import Unreadable
from bot.edges.slack.inbound import once as of_once
from bot.edges.slack.inbound.once import PUT_OFF, Once
from bot.ports.log import Unavailable

AWAY = Unavailable("the disk is full")
SORRY = "Something went wrong on my side. Look at the board before you try again."


class Work:
    """Does something, and counts how often; it ends as it is told."""

    def __init__(self, *ends: Exception | None) -> None:
        self.done = 0
        self._ends = list(ends)

    async def __call__(self) -> Answer:
        self.done += 1
        if self._ends and (error := self._ends.pop(0)) is not None:
            raise error
        return Answer("done")


@pytest.mark.parametrize("again", [False, True])
async def test_what_was_done_is_not_done_again(*, again: bool) -> None:
    once, work = Once(), Work()
    assert await once.answer("d1", work, again=again) == ("done", Answer("done"))
    assert await once.answer("d1", work, again=again) == ("duplicate", Answer())
    assert work.done == 1


async def test_a_click_that_was_told_to_have_come_to_nothing_is_not_carried_out_later() -> None:
    once, work = Once(), Work(AWAY)
    assert (await once.answer("d1", work))[0] == "unavailable"
    assert await once.answer("d1", work) == ("unavailable", Answer())
    assert work.done == 1


async def test_what_slack_delivers_again_is_carried_out_then() -> None:
    once, work = Once(), Work(AWAY)
    assert (await once.answer("d1", work, again=True))[0] == "unavailable"
    assert await once.answer("d1", work, again=True) == ("done", Answer("done"))


async def test_who_waits_for_what_was_cut_off_is_not_told_that_it_was_done() -> None:
    once, work = Once(), Work()

    async def hangs() -> Answer:
        await asyncio.Event().wait()
        return Answer()

    first = asyncio.create_task(once.answer("d1", hangs, again=True))
    await asyncio.sleep(0)
    second = asyncio.create_task(once.answer("d1", work, again=True))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second)[0] == "unavailable"
    assert await once.answer("d1", work, again=True) == ("done", Answer("done"))


async def test_the_oldest_deliveries_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_once, "REMEMBERED", 2)
    once = Once()
    for name in ("d1", "d2", "d3"):
        await once.answer(name, Work())
    again = [(await once.answer(name, Work()))[0] for name in ("d3", "d2", "d1")]
    assert again == ["duplicate", "duplicate", "done"]


async def test_what_is_forgotten_while_it_is_done_ends_as_it_should(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(of_once, "REMEMBERED", 1)
    once = Once()

    async def slow() -> Answer:
        await once.answer("d2", Work())
        raise AWAY

    outcome, answer = await once.answer("d1", slow, again=True)
    assert outcome == "unavailable"
    assert answer.text.startswith("I could not record that")


def test_who_is_owed_an_answer_is_told_so_once_and_the_oldest_are_forgotten_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(of_once, "REMEMBERED", 2)
    once = Once()
    told = [once.put_off(name).text for name in ("d1", "d2", "d2", "d1", "d3", "d2", "d3", "d1")]
    assert told == [PUT_OFF, PUT_OFF, "", "", PUT_OFF, "", "", PUT_OFF]


ENDS = {
    "refused": (Refused("Take it first."), "refused", "Take it first."),
    "away": (
        AWAY,
        "unavailable",
        (
            "I could not record that (the database is not answering). Nothing has changed. "
            "Try again in a moment."
        ),
    ),
    "in doubt": (
        Unavailable("cut off", in_doubt=True),
        "unavailable",
        (
            "I do not know whether that was recorded: the database stopped answering in the "
            "middle. Look at the board before you try again."
        ),
    ),
    "unreadable": (Unreadable("no such verb"), "fault", SORRY),
    "fault": (ZeroDivisionError(), "fault", SORRY),
}


@pytest.mark.parametrize("name", ENDS)
async def test_what_goes_wrong_is_told_and_logged_once_under_one_reference(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    error, outcome, words = ENDS[name]
    ended, answer = await Once().answer("d1", Work(error))
    assert ended == outcome
    assert answer.trouble
    if name == "refused":
        assert answer.text == words
        assert caplog.records == []
        return
    found = re.fullmatch(re.escape(words) + r" Reference ([0-9A-F]{4})\.", answer.text)
    assert found is not None
    [logged] = caplog.records
    assert found[1] in logged.getMessage()
    # Only of a fault of ours it helps to know where it was.
    assert bool(logged.exc_info and logged.exc_info[0]) is (name == "fault")


async def test_two_troubles_have_two_references() -> None:
    said = {(await Once().answer("d1", Work(AWAY)))[1].text for _ in range(9)}
    assert len(said) > 1
