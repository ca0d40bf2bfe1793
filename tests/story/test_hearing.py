"""Who must hear: the owner is called and answers, stakeholders are told, whatever dies."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.run import events as e
from bot.demo.workspace.client import PersonClient
from bot.edges.store import SqlLog
from tests.edges.detector.planted import PLANTED
from tests.scratch import aged
from tests.story.conftest import PROCEDURES, Bot, Child
from tests.story.driver import ONCALL, RANDOM, Json, Someone, has, words

FLOOD = """\
schema: procedure/v1
id: flood
title: The cellar is flooded
severity: SEV1
owner: { team: trust-platform, slack: "#trust-oncall", slack_group: key-custodians }
updates: ["#trust-oncall", "#random"]
symptoms: [Water]
steps:
  - { id: pump, title: Pump, do: Pump it. }
  - { id: dry, title: Dry it, do: Wait. }
verification:
  - confirm: It is dry
"""
HUSH = """\
schema: procedure/v1
id: hush
title: Nobody may know
owner: { team: trust-platform, slack: "#trust-oncall" }
symptoms: [Whispers]
roles:
  keeper: { description: keeps it, people: [U0ANA] }
who: { start: keeper }
private: true
steps:
  - { id: keep, title: Keep it, do: Say nothing. }
"""


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    copied = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, copied)
    (copied / "flood.yaml").write_text(FLOOD)
    (copied / "hush.yaml").write_text(HUSH)
    return {**environ, "RUNBOOK_PROCEDURES": str(aged(copied))}


async def post(who: Someone, having: str, channel: str = ONCALL) -> Json:
    """The post in another channel, once it has these words."""
    there = who.in_(channel)

    async def found() -> Json | None:
        return next((m for m in await there.messages() if having in words(m)), None)

    return await there.eventually(found, f"{having!r} elsewhere")


async def test_who_is_called_says_that_they_come_and_the_post_is_true_to_the_end(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    dee = Someone(people, "dee")
    await ana.types("/runbook flood")
    board = await ana.board("FL-1", "is not called yet")
    await ana.does("Call the owner", board, row="is not called yet")
    await ana.board("FL-1", "The owner was called in")
    asked = await post(dee, "asks the owner for help")
    assert "<!subteam^S0KEYCUSTODIANS> 🆘 FL-1 (flood): it is SEV1" in words(asked)
    assert board["ts"].replace(".", "") in str(asked)
    async with bot.painting_nothing(people):
        await dee.in_(ONCALL).does("I am on it", asked)
        # Who presses what is there still hears who was first.
        await ben.in_(ONCALL).does("I am on it", asked)
        await ben.in_(ONCALL).told("<@U0DEE> was first")
    await ana.board("FL-1", "<@U0DEE> is on it since")
    await ana.thread("<@U0ANA>, dee is on it")
    redrawn = await post(ben, "dee is on it since")
    assert not has(redrawn, "I am on it")
    await dee.in_(ONCALL).does("I am not, after all", redrawn)
    await ana.thread("dee does not come after all")
    again = await post(ben, "asks the owner for help")
    await ben.in_(ONCALL).does("I am on it", again)
    await ana.board("FL-1", "<@U0BEN> is on it since")
    await ana.types("/runbook FL-1 mistake")
    assert (await ana.fills({"What was the mistake?": "Only a puddle."}))["ok"]
    over = await post(ben, "nobody need come any more")
    assert not has(over, "I am not, after all")
    kinds = await bot.kinds("FL-1")
    assert kinds.count("owner_called") == 1
    assert kinds.count("owner_coming") == 2
    asks = [m for m in await ben.in_(ONCALL).messages() if "🆘 FL-1" in words(m)]
    assert len(asks) == 1


async def test_a_private_run_is_answered_by_whom_it_names_alone(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook hush")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…", await ana.board("HU-1", "since"), row="step 1")
    assert (await ana.fills({"What happened?": "It slipped."}))["ok"]
    await ana.does("Call the owner", await ana.board("HU-1", "failed"), row="step 1")
    asked = await post(ben, "asks the owner for help")
    assert "hush" not in words(asked)
    assert "Nobody may know" not in words(asked)
    assert "HU-1: somebody is needed, and ana asks the owner for help." in words(asked)
    assert "step 1" not in words(asked)
    await ben.in_(ONCALL).clicks("I am on it", asked)
    await ben.in_(ONCALL).told("only people whom the run's procedure names")
    assert "owner_coming" not in await bot.kinds("HU-1")
    await ana.in_(ONCALL).does("I am on it", asked)
    await ana.board("HU-1", "<@U0ANA> is on it since")


async def test_of_a_run_in_a_private_channel_the_owner_hears_that_somebody_is_needed(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    """The owner's channel has people in it who are not in that one."""
    await people.command(ana.id, "C0KEYROOM", "/invite", "@runbook")
    room = ana.in_("C0KEYROOM")
    await room.types("/runbook flood")
    board = await room.board("FL-1", "is not called yet")
    await room.does("Call the owner", board, row="is not called yet")
    asked = await post(ben, "asks the owner for help")
    said = "🆘 FL-1: somebody is needed, and ana asks the owner for help."
    assert said in words(asked)
    await ben.in_(ONCALL).does("I am on it", asked)
    await room.board("FL-1", "<@U0BEN> is on it since")
    await room.types("/runbook FL-1 mistake")
    assert (await room.fills({"What was the mistake?": "Only a puddle."}))["ok"]
    over = await post(ben, "✅ Nobody need come any more.")
    for shown in (asked, over):
        for word in ("flood", "SEV", "cellar", "closed"):
            assert word not in words(shown)


async def test_an_update_is_sent_once_in_each_channel_and_what_is_missed_is_heard(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook flood")
    await ana.board("FL-1")
    await ana.types("/runbook update")
    assert "FL-1 (SEV1) The cellar is flooded is not fixed yet" in str(await ana.form())
    told = await ana.fills({"What they read": f"We pump with {PLANTED['Slack token'][0]}."})
    assert "seems to be a secret in it" in str(told)
    assert (await ana.fills({"What they read": "We pump. Next word at noon."}))["ok"]
    there = await post(ben, "We pump. Next word at noon.")
    assert "an update from ana" in words(there)
    await ana.thread("tells stakeholders")
    await ana.thread("<@U0ANA>, your update did not arrive in #random")
    await ana.board("FL-1", "Stakeholders were last told")
    await people.command(ben.id, RANDOM, "/invite", "@runbook")
    await ana.does("More…", await ana.board("FL-1"))
    await ana.does("Tell stakeholders…", await ana.form())

    async def asked() -> Json | None:
        top = await ana.form()
        return top if top["callback_id"] == "update" else None

    await ana.eventually(asked, "the form")
    assert (await ana.fills({"What they read": "It is dry.", "Where": "#random"}))["ok"]
    await post(ben, "It is dry.", RANDOM)
    sent = [one.event for one in await bot.facts("FL-1") if isinstance(one.event, e.UpdateSent)]
    assert [one.channels for one in sent] == [("#trust-oncall", "#random"), ("#random",)]
    assert "It is dry." not in str([words(m) for m in await ben.in_(ONCALL).messages()])


@pytest.fixture
async def patient(people: PersonClient) -> AsyncIterator[PersonClient]:
    """Slack recognises no post that it has, so that only the bot keeps it from standing twice."""
    await people.faults(deduplicate=False)
    yield people
    await people.faults()


async def test_a_kill_between_entry_and_post_leaves_one_post(
    child: Child, ana: Someone, ben: Someone, patient: PersonClient
) -> None:
    await child.start()
    await ana.types("/runbook flood")
    board = await ana.board("FL-1", "is not called yet")
    for fault in ("drop_before", "drop_after"):
        # The posts of the call and of the update: one never gets there, the other's answer is lost.
        rule = {"method": "chat.postMessage", "fault": fault, "times": 3}
        await patient.faults(rules=[rule], deduplicate=False)
        before = len(await patient.calls("chat.postMessage"))
        if fault == "drop_before":
            await ana.does("Call the owner", board, row="is not called yet")
        else:
            await ana.types("/runbook update")
            assert (await ana.fills({"What they read": "We pump.", "Where": "#trust-oncall"}))["ok"]

        async def called(before: int = before) -> bool:
            return len(await patient.calls("chat.postMessage")) > before

        await patient.until(called)
        await child.end("kill")
        await patient.faults(deduplicate=False)
        await child.start()
    await post(ben, "asks the owner for help")
    await post(ben, "We pump.")
    await ana.board("FL-1", "The owner was called in")

    async def ended() -> list[str] | None:
        url = child.environ["RUNBOOK_DATABASE_URL"]
        async with await SqlLog.open(url, read_only=True) as log:
            kinds: list[str] = [fact.event.kind for fact in await log.read("FL-1")]
        return kinds if "update_arrived" in kinds and "owner_reached" in kinds else None

    kinds = await ana.eventually(ended, "both are recorded")
    assert (kinds.count("owner_reached"), kinds.count("update_arrived")) == (1, 1)
    shown = [words(m) for m in await ben.in_(ONCALL).messages()]
    assert sum("asks the owner for help" in one for one in shown) == 1
    assert sum("We pump." in one for one in shown) == 1
