"""What happens to a channel is passed on as what it is, and what is refused at the door is told."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from bot.app.painter import Painter
from tests.edges.slack.conftest import CHANNEL, ME, Replica, Told
from tests.fakes import FakeLog

START = "mend-it thing=lamp"


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
async def replica(
    log: FakeLog, session: aiohttp.ClientSession, told: Told
) -> AsyncIterator[Replica]:
    made = Replica(log, session, told)
    yield made
    await made.reception.drain()


class Hall:
    """A painter that keeps what it is told of channels and messages."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.hindrances = SimpleNamespace(
            left=self._left, shared=self._shared, renumbered=self._renumbered
        )

    async def _left(self, *told: Any) -> None:
        self.heard.append(("left", *told))

    async def _shared(self, *told: Any, they_act: bool) -> None:
        self.heard.append(("shared", *told, they_act))

    async def _renumbered(self, *told: Any) -> None:
        self.heard.append(("renumbered", *told))

    async def joined(self, *told: Any) -> None:
        self.heard.append(("joined", *told))


async def test_a_channel_that_shuts_or_opens_is_passed_on_as_what_it_is(replica: Replica) -> None:
    event = {"type": "channel_archive", "channel": CHANNEL, "user": "U0ANA"}
    assert await replica.hears(event) == "", "before there is a painter, too"
    hall = Hall()
    replica.reception.painter = cast("Painter", hall)
    await replica.hears(event)
    await replica.hears(event | {"type": "group_left"})
    await replica.hears(event | {"type": "channel_unarchive"})
    await replica.hears(event | {"type": "channel_shared"})
    ids = {"old_channel_id": CHANNEL, "new_channel_id": "C0NEW"}
    await replica.hears(event | {"type": "channel_id_changed"} | ids)
    assert hall.heard == [
        ("left", ME.team_id, CHANNEL, "is_archived"),
        ("left", ME.team_id, CHANNEL, "not_in_channel"),
        ("joined", ME.team_id, CHANNEL),
        ("shared", ME.team_id, CHANNEL, False),
        ("renumbered", ME.team_id, CHANNEL, "C0NEW"),
        ("joined", ME.team_id, "C0NEW"),
    ]


@pytest.mark.parametrize("team", ["T0OTHER", None])
async def test_who_is_of_another_organization_is_held_to_their_own_team(
    replica: Replica, log: FakeLog, team: str | None
) -> None:
    command = {"command": "/runbook", "text": START, "channel_id": CHANNEL, "user_id": "U0EVE"}
    answer = await replica.take(command | {"trigger_id": "t1", "team_id": team})
    started = len(await log.runs())
    if team is None:
        assert started == 1, "where Slack does not say whose they are"
    else:
        assert "another organization" in str(answer)
        assert started == 0


async def test_what_is_refused_at_the_door_is_measured_and_says_nothing_back(
    replica: Replica, caplog: pytest.LogCaptureFixture
) -> None:
    replica.reception.door.app = "A0OWN"
    command = {"command": "/runbook", "text": "list", "channel_id": CHANNEL, "user_id": "U0ANA"}
    other = await replica.reception.take(command | {"api_app_id": "A0OTHER"}, 0.0)
    odd = await replica.reception.take(command | {"user_id": "nobody"}, 0.0)
    assert other is not None
    assert odd is not None
    assert (other.status, other.body, odd.status, odd.body) == (403, "", 400, "")
    assert replica.seen == [("command", "refused")] * 2
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "a delivery was refused: its api_app_id is another app's",
        "a delivery was refused: user_id is not a person's id",
    ]
