"""Time passes: a wait ends by itself, and who lets a step lie is reminded, whatever dies."""

from bot.core.run.times import Reminded, StepLate
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import Someone, words

START = "/runbook on-time"
ONCALL = "C0TRUSTONCALL"


async def test_a_wait_for_a_time_ends_by_itself_and_names_who_is_on_it(
    bot: Bot, ana: Someone
) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 1")
    (told,) = await ana.thread("finished. Next: step", run="OT-1")
    assert f"<@{ana.id}>, step *1* Let it settle finished" in words(told)
    await ana.board("OT-1", "1 of 2 steps done")
    kinds = await bot.kinds("OT-1")
    assert kinds[-2:] == ["wait_over", "step_done"]


async def test_who_lets_a_step_lie_is_reminded_and_then_the_owner_once_each(
    bot: Bot, ana: Someone
) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 2")
    # It dies before anyone is reminded, and is up again after all of it has come.
    await bot.stop()
    await bot.start()
    await ana.board("OT-1", "past its time-out since")
    oncall = ana.in_(ONCALL)

    async def there() -> list[str] | None:
        return [w for m in await oncall.messages() if "OT-1" in (w := words(m))] or None

    (said,) = await ana.eventually(there, "the owner is told")
    assert "step *2* Heal it is past its time-out of 2s, since" in said
    assert "ana is on it." in said
    assert "The board of OT-1" in said
    await ana.does("Done", await ana.board("OT-1", "since"), row="step 2")
    await ana.board("OT-1", "past its time-out")
    facts = [fact.event for fact in await bot.facts("OT-1")]
    assert [one.told for one in facts if isinstance(one, Reminded)] == ["person", "owner"]
    assert sum(isinstance(one, StepLate) for one in facts) == 1
    assert len(await ana.thread("⏰", run="OT-1")) == 1
    assert len(await there() or []) == 1


async def test_of_a_run_in_a_private_channel_the_owner_is_told_nothing_of_what_it_is_about(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    """The owner's channel may have people in it who are not in that one."""
    await people.command("ana", "key-room", "/invite", "@runbook")
    room, oncall = ana.in_("C0KEYROOM"), ana.in_(ONCALL)
    await room.types(START)
    await room.does("Take", await room.board("OT-1"), row="step 2")

    async def there() -> list[str] | None:
        return [w for m in await oncall.messages() if "OT-1" in (w := words(m))] or None

    (said,) = await ana.eventually(there, "the owner is told")
    assert "⏰ OT-1 in <#C0KEYROOM>: a step is past its time." in said
    assert "Heal it" not in said
    assert "The board of OT-1" in said
