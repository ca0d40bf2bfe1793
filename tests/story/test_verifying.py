"""Whether it is fixed: looks at a real system, however it answers, and how a run ends."""

import asyncio

import pytest
from aiohttp import web

from tests.story.conftest import NODES, Bot, System
from tests.story.driver import Someone, words

START = "/runbook mend-it thing=lamp"


async def _verified(ana: Someone, run: str = "MI-1") -> str:
    """Press Verify now, and read the message about it once nothing is being looked at."""
    before = len(await _verdicts(ana, run))
    await ana.does("Verify now")

    async def settled() -> str | None:
        told = (await _verdicts(ana, run))[before:]
        return told[-1] if told and "⏳" not in told[-1] else None

    return await ana.eventually(settled, "the end of the looks")


async def _verdicts(ana: Someone, run: str) -> list[str]:
    """The messages about verification, in the run's thread."""
    board = await ana.board(run)
    shown = [words(m) for m in await ana.messages(board["ts"])]
    return [text for text in shown if "verification requested" in text]


async def test_verification_is_red_before_and_green_after(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.works(well=False)
    system.agrees()
    await ana.types(START)
    said = await _verified(ana)
    assert "1 of 2 checks passed" in said
    assert "🔴 *lamp works*" in said
    assert "✗ expected `works` to be `true`, found `false`" in said
    await ana.board("MI-1", "🔴 lamp works")
    system.works()
    assert "2 of 2 checks passed" in await _verified(ana)
    await ana.board("MI-1", "🟢 lamp works")


async def _slow() -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def _huge() -> web.StreamResponse:
    return web.Response(body=b" " * 1_000_000)


async def _no_json() -> web.StreamResponse:
    return web.Response(text="<html>It works!</html>")


async def _elsewhere() -> web.StreamResponse:
    raise web.HTTPFound("/nodes/node-1")


async def _broken() -> web.StreamResponse:
    return web.json_response({"works": True}, status=500)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (_slow, "no answer within"),
        (_huge, "larger than"),
        (_no_json, "JSON"),
        (_elsewhere, "302"),
        (_broken, "500"),
    ],
)
async def test_an_odd_answer_is_red_with_its_reason_and_the_run_goes_on(
    bot: Bot, ana: Someone, system: System, answer: object, why: str
) -> None:
    system.answers["/works"] = answer
    system.agrees()
    await ana.types(START)
    said = await _verified(ana)
    assert why in said
    assert "🔴 *lamp works*" in said
    assert "🟢 All nodes agree" in said
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_a_target_that_is_down_or_not_configured_is_red_and_says_so(
    bot: Bot, ana: Someone, environ: dict[str, str], system: System
) -> None:
    await bot.stop()
    targets = environ["RUNBOOK_TARGETS"]
    with open(targets, "w", encoding="utf-8") as file:  # noqa: ASYNC230, PTH123 - a small file
        file.write("targets: {system: {url: 'http://127.0.0.1:9'}}\n")
    await bot.start()
    await ana.types(START)
    said = await _verified(ana)
    assert "connection refused" in said
    assert "no set `nodes`" in said


async def test_each_member_is_asked_and_the_odd_one_is_named(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.works()
    system.agrees()
    system.answers["/nodes/node-3"] = {"value": 8}
    await ana.types(START)
    said = await _verified(ana)
    assert "node-3" in said
    assert {f"/nodes/{node}" for node in NODES} <= set(system.asked)


async def test_a_wait_shows_its_progress_and_ends_by_itself(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.answers["/replica"] = {"at": 5, "behind": 5}
    await ana.types(START)
    await ana.does("Take", row="step 4")
    await ana.thread("waiting for")
    system.answers["/replica"] = {"at": 10, "behind": 0}
    await ana.thread("Step finished")
    await ana.thread("finished. Next: step")
    board = words(await ana.board("MI-1", "1 of 5"))
    assert "Wait until the replica" in board
    told = await ana.messages((await ana.board("MI-1"))["ts"])
    assert len(told) == 3
    assert (await bot.kinds("MI-1"))[-1] == "step_done"


async def test_a_restart_in_the_middle_of_a_wait_goes_on_waiting(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.answers["/replica"] = {"at": 5, "behind": 5}
    await ana.types(START)
    await ana.does("Take", row="step 4")
    await ana.thread("waiting for")
    await bot.stop()
    system.answers["/replica"] = {"at": 10, "behind": 0}
    await bot.start()
    await ana.thread("Step finished")
    assert (await bot.kinds("MI-1")).count("check_requested") == 1


async def test_a_wait_ends_red_at_its_deadline_and_when_nothing_moves(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.answers["/slowness"] = {"at": 5, "behind": 5}
    await ana.types("/runbook wait-in-vain")
    await ana.does("Take", row="step 1")
    await ana.does("Take", row="step 2")
    await ana.thread("did not pass within")
    await ana.thread("no progress for")
    await ana.board("WIV-1", "0 of 2")
    system.answers["/slowness"] = {"at": 10, "behind": 0}
    await ana.does("Look again", row="step 1")
    await ana.board("WIV-1", "1 of 2")


async def test_a_wait_that_is_asked_for_anew_leaves_no_message_that_waits_for_ever(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.answers["/replica"] = {"at": 5, "behind": 5}
    await ana.types(START)
    await ana.does("Take", row="step 4")
    await ana.thread("waiting for")
    await ana.does("Check again", await ana.board("MI-1", "since"))
    await ana.thread("wait canceled")
    system.answers["/replica"] = {"at": 10, "behind": 0}
    await ana.thread("Step finished")
    assert not [m for m in await ana.thread() if "⏳" in words(m)]


async def test_verify_now_pressed_twice_leaves_no_message_that_looks_for_ever(
    bot: Bot, ana: Someone, system: System
) -> None:
    gate = asyncio.Event()

    async def held() -> web.StreamResponse:
        await gate.wait()
        return web.json_response({"works": True})

    system.answers["/works"] = held
    system.agrees()
    await ana.types(START)
    board = await ana.board("MI-1")
    await ana.clicks("Verify now", board)
    await ana.clicks("Verify now", board)

    async def two() -> list[str] | None:
        shown = [words(m) for m in await ana.messages(board["ts"])]
        told = [text for text in shown if "verification requested" in text]
        return told if len(told) == 2 and not any("⏳" in t for t in told) else None

    await ana.eventually(lambda: _asked(ana, board["ts"]), "two messages")
    gate.set()
    told = await ana.eventually(two, "two messages at rest")
    assert sum("2 of 2 checks passed" in text for text in told) == 1
    await ana.board("MI-1", "🟢 lamp works")


async def _asked(ana: Someone, board: str) -> bool | None:
    shown = [words(m) for m in await ana.messages(board)]
    return sum("verification requested" in text for text in shown) == 2 or None
