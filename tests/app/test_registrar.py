"""The registrar: what was handed to someone who cannot have it comes back, sooner or later."""

from collections.abc import Sequence

import pytest

from bot.app.acquaintances import Asking
from bot.app.desk import Desk
from bot.app.registrar import PATIENT, Registrar
from bot.core.acting.admission import Known, Standing
from bot.core.engine import commands as c
from bot.core.run import events as e
from tests.edges.store.making import ANA, begin, started
from tests.fake_acquaintances import FakeAcquaintances
from tests.fakes import FakeClock, FakeLog

BOB = e.Person(id="U0BOB", name="bob")


class Waiting(FakeAcquaintances):
    """Someone of another organization is waited for, since a while ago."""

    def __init__(self, log: FakeLog, since: float) -> None:
        super().__init__(log)
        self.asking = Asking(BOB.id, 1, since, awaited=1.0)
        self.settled: list[str] = []

    async def claim(self, limit: int) -> tuple[Sequence[Asking], float]:
        return [self.asking], 5.0

    async def known(self, person: str, channel: str, bot: str) -> Known:
        return Known(0.0, private=False, team="T0OTHER")

    async def learned(self, asking: Asking, standing: Standing) -> None:
        pass

    async def done(self, asking: Asking) -> None:
        self.settled.append("done")

    async def again(self, asking: Asking, seconds: float) -> None:
        self.settled.append("again")


class Registry:
    """Slack, which says where everyone is."""

    async def standing(self, person: str) -> Standing:
        return Standing(team="T0OTHER", channels=frozenset())


async def _handed(desk: Desk, channel: str) -> str:
    event = started(channel)
    run = await desk.start(event, delivery=None)
    assert run is not None
    await desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await desk.act(run.id, c.HandOver("revoke", ANA, BOB), delivery=None)
    return run.id


async def _holder(desk: Desk, run_id: str) -> str | None:
    holder = (await desk.run(run_id)).steps["revoke"].holder
    return holder.id if holder else None


def _registrar(log: FakeLog, desk: Desk, since: float = 10.0) -> tuple[Registrar, Waiting]:
    waiting = Waiting(log, since)
    home = frozenset({"T0HOME"})
    made = Registrar(desk, log, waiting, Registry(), log.clock, "U0BOT", home)  # type: ignore[arg-type]
    return made, waiting


async def test_what_stands_in_a_run_that_cannot_be_read_stays_due() -> None:
    log = FakeLog()
    desk = Desk(log, log.clock)
    unreadable, other = await _handed(desk, "C1"), await _handed(desk, "C2")
    desk.forget(unreadable)
    log.unknown.add(unreadable)
    registrar, waiting = _registrar(log, Desk(log, log.clock))
    await registrar.poller.visit()
    assert waiting.settled == ["again"]
    assert await _holder(desk, other) == ANA.id, "the others are seen to"
    log.unknown.clear()
    await registrar.poller.visit()
    assert waiting.settled == ["again", "done"]
    assert await _holder(desk, unreadable) == ANA.id


async def test_it_is_not_due_for_good() -> None:
    log = FakeLog()
    run_id = await _handed(Desk(log, log.clock), "C1")
    log.unknown.add(run_id)
    registrar, waiting = _registrar(log, Desk(log, log.clock), PATIENT + 2.0)
    await registrar.poller.visit()
    assert waiting.settled == ["done"]


@pytest.mark.parametrize("runs", [1, 250])
async def test_it_is_looked_for_in_every_open_run_however_many(runs: int) -> None:
    log = FakeLog(FakeClock())
    desk = Desk(log, log.clock)
    first = await _handed(desk, "C0")
    for n in range(1, runs):
        await begin(log, channel=f"C{n}")
    registrar, _ = _registrar(log, desk)
    await registrar.poller.visit()
    assert await _holder(desk, first) == ANA.id


async def test_a_run_that_was_changed_is_no_fault_of_the_program(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The desk says once that it was; each person who is asked about would bring a traceback."""
    log = FakeLog()
    changed = await _handed(Desk(log, log.clock), "C1")
    desk = Desk(log, log.clock)
    real = log.read

    async def spoiled(run_id: str, after: int = 0) -> list[e.Fact]:
        facts = await real(run_id, after)
        return facts[1:] if run_id == changed else facts

    log.read = spoiled  # type: ignore[method-assign]
    registrar, _ = _registrar(log, desk)
    for _ in range(3):
        await registrar.poller.visit()
    assert not any(one.exc_info for one in caplog.records)
    assert [one.message for one in caplog.records if "makes no run any more" in one.message]
