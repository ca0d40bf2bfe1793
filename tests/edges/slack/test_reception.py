"""What is answered to a delivery, whichever replica it comes to, and what is measured of it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.admission import Admission
from bot.conversation import Conversation
from bot.core.admission import key_of
from bot.core.events import Person
from bot.desk import Desk
from bot.edges.clock import SystemClock
from bot.edges.library import Library
from bot.edges.slack import connection
from bot.edges.slack.connection import Identity
from bot.edges.slack.reception import Reception
from bot.edges.store import SqlLog
from bot.ports import Log, Unavailable
from tests.fakes import FakeLog
from tests.story.conftest import PROCEDURES

ME = Identity("U0BOT", "B0BOT", "runbook", "T0", "https://example.slack.com/")
CHANNEL = "C0INCIDENTS"


@dataclass(slots=True)
class Told:
    """What was said to someone at a response URL."""

    url: str = ""
    said: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def hear(self, request: web.Request) -> web.Response:
        self.said.put_nowait((await request.json())["text"])
        return web.Response(text="ok")

    async def next(self) -> str:
        async with asyncio.timeout(5):
            return await self.said.get()


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    made = Told()
    app = web.Application()
    app.router.add_post("/", made.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield made
    await runner.cleanup()


class Replica:
    """A bot's way in over a log that others share; it keeps what was measured."""

    def __init__(self, log: Log, session: aiohttp.ClientSession, told: Told) -> None:
        library = Library(PROCEDURES)
        library.refresh()
        slack = connection.client("xoxb-none", told.url, session)
        desk = Desk(log, SystemClock())
        # The port has no such part; each that keeps it does.
        acquaintances: Any = getattr(log, "acquaintances", FakeLog().acquaintances)
        home = frozenset({ME.team_id})
        self.admission = Admission(
            desk, log, acquaintances, desk.clock, ME.user_id, home, key_of("xoxb-none")
        )
        self.seen: list[tuple[str, str]] = []
        self.seconds: list[float] = []
        self._told = told
        self.reception = Reception(
            slack,
            desk=desk,
            conversation=Conversation(desk, log, library, ME.link),
            admission=self.admission,
            me=ME,
            observe=self._observe,
        )

    def _observe(self, kind: str, outcome: str, seconds: float) -> None:
        self.seen.append((kind, outcome))
        self.seconds.append(seconds)

    async def take(self, body: dict[str, Any]) -> Any:
        """The acknowledgement's body, as an object when it is one; its status when it is none."""
        answer = await self.reception.take(body, time.perf_counter())
        assert answer is not None
        if answer.status != 200:
            return answer.status
        return json.loads(answer.body) if answer.body.startswith("{") else answer.body

    async def types(self, text: str, trigger: str, who: str = "ana") -> str:
        body = {"command": "/runbook", "text": text, "channel_id": CHANNEL, "trigger_id": trigger}
        user = {"user_id": f"U0{who.upper()}", "user_name": who, "team_id": "T0"}
        answer = await self.take(body | user)
        return str(answer["text"] if isinstance(answer, dict) else answer)

    async def clicks(self, verb: str, value: str, trigger: str, who: str = "ana") -> Any:
        return await self.take(
            {
                "type": "block_actions",
                "user": {"id": f"U0{who.upper()}", "name": who},
                "channel": {"id": CHANNEL},
                "trigger_id": trigger,
                "response_url": self._told.url,
                "actions": [{"action_id": verb, "value": value}],
            }
        )

    def opened(self, about: str) -> str:
        """What a form carries that was opened from a message of the channel just now."""
        proof = self.admission.seen(CHANNEL)
        view = self.admission.sealed({"private_metadata": about}, Person(id="U0ANA"), proof)
        return str(view["private_metadata"])

    async def notes(self, run: str, text: str, trigger: str, view: str = "V1") -> Any:
        about = self.opened(json.dumps({"run": run, "step": None}))
        return await self.take(
            {
                "type": "view_submission",
                "user": {"id": "U0ANA", "name": "ana"},
                "trigger_id": trigger,
                "view": {
                    "id": view,
                    "hash": "h",
                    "callback_id": "note",
                    "private_metadata": about,
                    "blocks": [{"type": "input", "block_id": "text"}],
                    "state": {"values": {"text": {"value": {"value": text}}}},
                },
            }
        )

    async def sends(self, form: str, about: str, values: dict[str, str], trigger: str) -> Any:
        view = {
            "id": f"V{trigger}",
            "hash": "h",
            "callback_id": form,
            "private_metadata": self.opened(about),
            "blocks": [{"type": "input", "block_id": name} for name in values],
            "state": {"values": {k: {"value": {"value": v}} for k, v in values.items()}},
        }
        user = {"id": "U0ANA", "name": "ana"}
        return await self.take(
            {"type": "view_submission", "user": user, "trigger_id": trigger, "view": view}
        )

    async def mentions(self, text: str, event_id: str, **more: Any) -> Any:
        said = {"type": "app_mention", "user": "U0ANA", "channel": CHANNEL, "text": text}
        return await self.hears(said | {"ts": "1.1"} | more, event_id)

    async def hears(self, event: dict[str, Any], event_id: str = "Ev1") -> Any:
        return await self.take({"type": "event_callback", "event": event, "event_id": event_id})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqlLog]:
    async with await SqlLog.open(f"sqlite:///{tmp_path / 'runbook.db'}") as made:
        yield made


Two = tuple[Replica, Replica]


@pytest.fixture
async def two(log: SqlLog, session: aiohttp.ClientSession, told: Told) -> AsyncIterator[Two]:
    """Two replicas, each with a memory of its own, over one log."""
    made = Replica(log, session, told), Replica(log, session, told)
    yield made
    for replica in made:
        await replica.reception.drain()


async def kinds(log: SqlLog, run: str = "MI-1") -> list[str]:
    return [fact.event.kind for fact in await log.read(run)]


async def test_a_command_delivered_to_two_replicas_starts_one_run_and_says_nothing_twice(
    two: Two, log: SqlLog
) -> None:
    one, other = two
    both = await asyncio.gather(
        one.types("mend-it thing=lamp", "t1"), other.types("mend-it thing=lamp", "t1")
    )
    assert set(both) == {""}
    assert len(await log.runs()) == 1
    # A late repetition is not answered by what its first time did, either.
    assert await other.types("mend-it thing=lamp", "t1") == ""
    assert await one.types("mend-it thing=lamp", "t1") == ""
    assert len(await log.runs()) == 1
    assert one.seen == [("command", "done"), ("command", "duplicate")]


async def test_a_run_has_its_team_however_it_was_started(two: Two, log: SqlLog) -> None:
    one, _ = two
    await one.types("mend-it thing=lamp", "t1")
    asked = {"procedure": "mend-it", "inputs": {"thing": "lamp"}, "another": True}
    await one.clicks("start", json.dumps(asked), "t2")
    about = json.dumps({"procedure": "mend-it", "another": True, "channel": CHANNEL})
    await one.sends("start", about, {"thing": "lamp"}, "t3")
    await one.mentions("<@U0BOT> start mend-it thing=oven", "Ev1", channel="C0OTHER")
    for run in ("MI-1", "MI-2", "MI-3", "MI-4"):
        [fact] = await log.read(run)
        assert fact.event.kind == "run_started"
        assert fact.event.team == "T0", run


async def test_a_run_that_another_replica_opened_is_pointed_to(two: Two, log: SqlLog) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    assert "open here already" in await other.types("mend-it thing=lamp", "t2", "ben")
    assert len(await log.runs()) == 1


async def test_two_starts_at_once_make_one_run_and_a_pointer(two: Two, log: SqlLog) -> None:
    one, other = two
    said = await asyncio.gather(
        one.types("mend-it thing=lamp", "t1"), other.types("mend-it thing=lamp", "t2", "ben")
    )
    assert sorted(bool(words) for words in said) == [False, True]
    assert len(await log.runs()) == 1


async def test_a_click_delivered_to_two_replicas_is_one_fact_and_silent(
    two: Two, log: SqlLog, told: Told
) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    clicks = [r.clicks("take", "MI-1/look", "t2") for r in (one, other, one, other)]
    assert await asyncio.gather(*clicks) == [""] * 4
    assert (await kinds(log)).count("step_taken") == 1
    # The next thing said is about the next thing done.
    await other.clicks("take", "MI-1/look", "t3", "ben")
    assert "ana" in (await told.next()).lower()
    assert other.seen[-1] == ("action", "refused")
    assert (await kinds(log)).count("step_taken") == 1


async def test_a_replica_that_knows_an_older_run_decides_on_the_newest(
    two: Two, log: SqlLog, told: Told
) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    await other.types("status MI-1", "t2")
    await one.clicks("take", "MI-1/look", "t3")
    await other.clicks("done", "MI-1/look", "t4")
    assert other.seen[-1] == ("action", "done")
    assert {"step_taken", "step_done"} <= set(await kinds(log))


async def test_a_form_delivered_to_two_replicas_is_one_note(two: Two, log: SqlLog) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    sent = [r.notes("MI-1", "look here", "t2") for r in (one, other, other)]
    assert await asyncio.gather(*sent) == ["", "", ""]
    # The person pressed again, since the acknowledgement was lost: it is the same form.
    assert await other.notes("MI-1", "look here", "t3") == ""
    assert (await kinds(log)).count("note_added") == 1


class Doubtful(FakeLog):
    """A log whose writes are seen to begin, and not to end."""

    async def begin(self, *_: Any, **__: Any) -> Any:
        raise Unavailable("the end of the commit was not seen", in_doubt=True)

    append = begin


async def test_what_may_have_been_recorded_is_neither_denied_nor_confirmed(
    session: aiohttp.ClientSession, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    replica = Replica(Doubtful(), session, told)
    said = await replica.types("mend-it thing=lamp", "t1")
    assert said.startswith(
        "I do not know whether that was recorded: the database stopped answering in the middle. "
        "Look at the board before you try again. Reference "
    )
    assert "Nothing has changed" not in said
    assert replica.seen == [("command", "unavailable")]
    reference = said.removesuffix(".").rsplit(" ", 1)[1]
    logged = [r for r in caplog.records if reference in r.getMessage()]
    assert len(logged) == 1
    assert "the end of the commit was not seen" in logged[0].getMessage()


async def test_what_was_not_recorded_is_said_so(session: aiohttp.ClientSession, told: Told) -> None:
    log = FakeLog()
    replica = Replica(log, session, told)
    await replica.types("mend-it thing=lamp", "t1")
    log.down = True
    assert await replica.clicks("take", "MI-1/look", "t2") == ""
    assert (await told.next()).startswith("I could not record that")
    errors = (await replica.notes("MI-1", "look", "t3"))["errors"]
    assert errors["text"].startswith("I could not record that")
    log.down = False
    assert await replica.notes("MI-1", "look", "t4") == ""
    assert replica.seen == [
        ("command", "done"),
        ("action", "unavailable"),
        ("view", "unavailable"),
        ("view", "done"),
    ]


async def test_every_way_to_end_is_measured(
    session: aiohttp.ClientSession, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = Replica(FakeLog(), session, told)
    await replica.types("mend-it thing=lamp", "t1")
    await replica.clicks("take", "MI-9/1", "t2")
    await replica.clicks("take", "MI-9/1", "t2")
    await replica.clicks("explode", "MI-1", "t3")
    await replica.hears({"type": "message", "channel": CHANNEL, "user": "U0ANA", "text": "hm"})
    assert await replica.take({"type": "block_actions"}) == 400
    assert replica.seen == [
        ("command", "done"),
        ("action", "refused"),
        ("action", "duplicate"),
        ("action", "fault"),
        ("event", "done"),
        ("action", "refused"),
    ]
    assert all(0 < seconds < 5 for seconds in replica.seconds)


async def test_what_nobody_listens_to_is_left_to_bolt_and_not_measured(
    session: aiohttp.ClientSession, told: Told
) -> None:
    replica = Replica(FakeLog(), session, told)
    take: Callable[..., Any] = replica.reception.take
    for body in (
        {},
        {"type": "url_verification", "challenge": "c"},
        {"type": "event_callback", "event": {"type": "reaction_added"}},
        {"type": "event_callback", "event": None},
        {"type": "view_closed", "view": {}},
        {"ssl_check": "1"},
    ):
        assert await take(body, time.perf_counter()) is None
    assert replica.seen == []
