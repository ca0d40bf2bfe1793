"""The picture follows the facts: few calls, never a message twice, whatever Slack does."""

import asyncio
from typing import Any

import pytest

from bot.core.run.sendings import POST, paced
from bot.demo.workspace.client import PersonClient
from bot.edges.store import outbox
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, Someone, words

START = "/runbook mend-it thing=lamp"


async def test_fifty_clicks_of_five_people_cost_few_updates_and_end_in_the_right_board(
    bot: Bot, ana: Someone, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PACE", 1.0)
    monkeypatch.setattr(outbox, "POSTS", paced(POST))
    await ana.types("/runbook long-haul")
    await ana.board("LH-1")
    await ana.does("Show all steps")
    five = [Someone(people, name) for name in ("ana", "ben", "chloe", "dee", "eli")]
    pages = []
    for one in five:
        await one.does("Show all steps")
        pages.append(await one.form())
    before = len(await people.calls("chat.update"))

    async def takes(who: Someone, page: dict[str, Any], first: int) -> None:
        for number in range(first, first + 10):
            value = f"LH-1/s{number}"
            # Everyone clicks on the page as it was opened; steps past its end are not on it.
            if any(e.get("value") == value for b in page["blocks"] for e in b.get("elements", [])):
                await who.clicks("Take", page, row=f"step 1.{number}")

    await asyncio.gather(*(takes(w, p, 1) for w, p in zip(five, pages, strict=True)))
    facts = await bot.facts("LH-1")
    assert len(facts) > 5
    await ana.board("LH-1", f"{len(facts)} entries")
    assert len(await people.calls("chat.update")) - before <= 7
    assert len(await ana.boards()) == 1


@pytest.mark.parametrize("deduplicate", [True, False])
async def test_a_post_whose_answer_was_lost_is_looked_up_and_never_posted_twice(
    bot: Bot, ana: Someone, people: PersonClient, *, deduplicate: bool
) -> None:
    lost = {"method": "chat.postMessage", "fault": "drop_after", "times": 1}
    await people.faults(rules=[lost], deduplicate=deduplicate)
    await ana.types(START)
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    assert len(await ana.boards()) == 1
    assert [c["method"] for c in await people.calls("conversations.history")]
    await ana.does("Failed…")
    await people.faults(rules=[lost], deduplicate=deduplicate)
    await ana.fills({"What happened?": "it broke"})
    await ana.board("MI-1", "failed")
    await ana.does("Note…")
    await ana.fills({"Note": "afterwards"})
    assert len(await ana.thread("it broke")) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"method": "chat.*", "fault": "drop_before", "times": 2},
        {"method": "chat.*", "fault": "5xx", "times": 2},
        {"method": "chat.*", "fault": "429", "times": 2},
        {"method": "chat.*", "fault": "latency", "times": 3, "seconds": 0.5},
        {"method": "chat.update", "fault": "drop_after", "times": 2},
    ],
)
async def test_a_board_comes_once_through_every_trouble(
    bot: Bot, ana: Someone, people: PersonClient, rule: dict[str, Any]
) -> None:
    await people.faults(rules=[rule], deduplicate=False)
    await ana.types(START)
    await ana.does("Take", row="step 1")
    await ana.does("Done", await ana.board("MI-1", "since"))
    await ana.board("MI-1", "1 of 5")
    assert len(await ana.boards()) == 1


async def test_retry_after_is_waited_for(bot: Bot, ana: Someone, people: PersonClient) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    rule = {"method": "chat.update", "fault": "429", "times": 1, "seconds": 2}
    await people.faults(rules=[rule])
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    refused, shown = (await people.calls("chat.update"))[-2:]
    assert refused["error"] == "ratelimited"
    assert shown["time"] - refused["time"] >= 2


async def test_a_token_that_is_refused_for_a_while_gives_nothing_up(
    bot: Bot, ana: Someone, people: PersonClient, monkeypatch: pytest.MonkeyPatch, workspace: Any
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    token = workspace.world.app.bot_token
    workspace.world.app.bot_token = "xoxb-another"
    await ana.does("Take", row="step 1")

    async def refused() -> bool:
        return any(c["error"] == "invalid_auth" for c in await people.calls("chat.update"))

    await people.until(refused)
    workspace.world.app.bot_token = token
    await ana.board("MI-1", "since")


async def test_a_board_that_slack_finds_too_long_is_folded_tighter(
    bot: Bot, ana: Someone, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slack's limit is not documented: here it is less than the bot reckons with.
    monkeypatch.setattr("bot.demo.workspace.limits.BLOCKS_JSON", 4_000)
    monkeypatch.setattr("bot.core.views.board.BUDGET", 5_000)
    await ana.types("/runbook long-haul")
    await ana.board("LH-1")
    errors = [c["error"] for c in await people.calls("chat.postMessage")]
    assert errors[0] is not None
    assert errors[-1] is None
    assert len(await ana.boards()) == 1


async def test_notices_come_after_the_board_and_in_its_thread(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await people.faults(rules=[{"method": "chat.postMessage", "fault": "5xx", "times": 1}])
    await ana.types(START)
    await ana.types("/runbook export MI-1")
    await ana.thread("Post-mortem of MI-1")
    shown = await people.messages(INCIDENTS)
    assert len(shown) == 1
    assert "Mend it" in words(shown[0])


async def test_a_board_with_many_waiting_answers_is_posted_again_before_them(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    """What is to stand in a thread takes no turn from the board that the thread needs."""
    await ana.types(START)
    first = await ana.board("MI-1")
    await people.faults(rules=[{"method": "files.*", "fault": "5xx"}])
    for _ in range(5):
        await ana.types("/runbook export MI-1")
    await ana.deletes(first)
    await people.faults()

    async def another() -> bool | None:
        return any(m["ts"] != first["ts"] for m in await ana.boards()) or None

    await ana.eventually(another, "another board")
