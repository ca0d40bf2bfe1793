"""Each picture is brought once for each channel and version, whatever dies in between."""

import contextlib
import hashlib
from typing import Any

import pytest

from bot.app.bringing import Means
from bot.app.desk import Desk
from bot.app.pictures import GIVEN_UP, Pictures
from bot.core.run import events as e
from bot.edges.store import SqlLog
from bot.ports.messages import Claim, Rejected, Unsure, Upload
from tests.edges.store.conftest import Advance, Tested, real
from tests.edges.store.making import AT, append, begin, started
from tests.edges.store.test_uploads import LEASE, Died, Slack
from tests.fake_rooms import NoRooms, everywhere
from tests.fakes import FakeClock

SHA, OTHER = "a" * 64, "b" * 64


def shown(sha256: str, file: str, link: str | None = None) -> e.PictureShown:
    return e.PictureShown(path="panel.png", sha256=sha256, file=file, link=link)


async def test_a_picture_is_found_by_its_bytes_in_its_channel_only(log: Tested) -> None:
    first = await begin(log, channel="C1", team="T1")
    second = await begin(log, channel="C1", team="T1")
    other = await begin(log, channel="C2", team="T1")
    await append(log, first, 1, [shown(SHA, "F1", "https://slack/1"), shown(OTHER, "F2")])
    await append(log, second, 1, [shown(SHA, "F3", "https://slack/3")])
    await append(log, other, 1, [e.PictureShown(path="panel.png", error="it is no PNG")])
    assert await log.pictured("T1", "C1", SHA) == ("F3", "https://slack/3")
    assert await log.pictured("T1", "C1", OTHER) == ("F2", None)
    for team, channel in (("T1", "C2"), ("T2", "C1"), (None, "C1")):
        assert await log.pictured(team, channel, SHA) is None


class Replica:
    """A process that brings pictures; `data` is what is on its disk."""

    def __init__(self, log: SqlLog, slack: Any, data: bytes = b"a picture") -> None:
        self.log, self.clock, self.data = log, FakeClock(AT), data
        self.desk = Desk(log, self.clock)
        means = Means(
            self.desk,
            log,
            log.outbox,
            slack,
            self.clock,
            self._document,
            self._tell,
            lambda _team, channel, ts: f"https://slack/{channel}/{ts}",
            "runbook",
            lambda _procedure, _path: self.data,
            NoRooms(),
            everywhere,
        )
        self.pictures = Pictures(means)

    async def _document(self, run_id: str, seq: int) -> Upload:
        raise AssertionError("nothing is exported here")

    async def _tell(self, by: e.Person, team: str | None, channel: str, text: str) -> None:
        raise AssertionError("nobody is told anything")

    async def starts(self, channel: str = "C1") -> str:
        event = started(channel)
        source = event.procedure.model_dump(mode="json", by_alias=True, exclude_unset=True)
        source["steps"][0]["image"] = "panel.png"
        pictured = type(event.procedure).model_validate(source)
        run = await self.desk.start(
            event.model_copy(update={"procedure": pictured}), delivery=None, another=True
        )
        assert run is not None
        return run.id

    async def works(self) -> None:
        while claims := (await self.log.outbox.claim(16))[0]:
            for claim in claims:
                await self._does(claim)

    async def _does(self, claim: Claim) -> None:
        if claim.thread is None or "/picture/" not in claim.message.key:
            await self.log.outbox.shown(claim, claim.message.ts or "1.0", claim.message.wanted)
            return
        facts = await self.desk.facts(claim.message.run_id)
        await self.pictures.bring(claim, claim.thread, facts, self.clock.monotonic())

    async def came(self, run_id: str) -> list[e.PictureShown]:
        facts = await self.log.read(run_id)
        return [fact.event for fact in facts if isinstance(fact.event, e.PictureShown)]


@real
async def test_a_version_is_uploaded_once_for_a_channel(log: SqlLog, advance: Advance) -> None:
    slack = Slack()
    one = Replica(log, slack)
    first, again, elsewhere = await one.starts(), await one.starts(), await one.starts("C2")
    for _ in range(4):
        await one.works()
        await advance(LEASE)
    (shown_first,), (shown_again,) = await one.came(first), await one.came(again)
    assert shown_first.file == shown_again.file
    assert shown_first.sha256 == hashlib.sha256(one.data).hexdigest()
    (there,) = await one.came(elsewhere)
    assert there.file != shown_first.file
    assert len(slack.files) == 2
    one.data = b"another picture"
    changed = await one.starts()
    for _ in range(2):
        await one.works()
        await advance(LEASE)
    assert (await one.came(changed))[0].file not in {shown_first.file, there.file}
    assert len(slack.files) == 3


@real
async def test_a_picture_whose_upload_nobody_saw_end_is_looked_for(
    log: SqlLog, advance: Advance
) -> None:
    slack = Slack()
    slack.dies = "upload"
    run_id = await (one := Replica(log, slack)).starts()
    with contextlib.suppress(Died):
        for _ in range(3):
            await one.works()
            await advance(LEASE)
    assert slack.dies == "", "it died"
    two = Replica(log, slack)
    for _ in range(3):
        await advance(LEASE)
        await two.works()
    assert len(await two.came(run_id)) == 1
    assert len(slack.files) == 1


@real
@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Rejected("no_permission"), "Slack does not take it (no_permission)"),
        (Unsure("slow"), "Slack did not take it: slow"),
    ],
)
async def test_what_is_not_taken_is_said_and_no_run_waits_for_it(
    log: SqlLog, advance: Advance, trouble: Exception, why: str
) -> None:
    class Refusing(Slack):
        async def upload(self, row: Any, thread: str, file: Upload) -> Any:
            raise trouble

    one = Replica(log, Refusing())
    run_id = await one.starts()
    for _ in range(3):
        await one.works()
        await advance(LEASE)
    if isinstance(trouble, Unsure):
        assert await one.came(run_id) == []
        await one.clock.advance(GIVEN_UP.total_seconds())
        for _ in range(3):
            await one.works()
            await advance(600.0)
    (said,) = await one.came(run_id)
    assert (said.file, said.error) == (None, why)
