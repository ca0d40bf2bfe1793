"""People with a role, and people without: what each of them may, sees, and is told."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.app import shelf
from bot.core.run import events as e
from bot.demo.workspace.client import PersonClient
from bot.edges.store import groups
from bot.edges.store.database import Database
from tests.scratch import aged
from tests.story.conftest import PROCEDURES, Bot
from tests.story.driver import Someone, words
from tests.story.test_again import opened

VAULT = """\
schema: procedure/v1
id: vault
title: Open the vault
owner: { team: trust-platform, slack: "#trust-oncall" }
symptoms: [The vault is shut]
roles:
  custodian: { description: holds a key, slack_group: key-custodians, people: [U0ANA] }
who: { start: custodian, work: custodian }
private: true
steps:
  - { id: turn, title: Turn the key, role: custodian, do: Turn it. }
  - { id: burn, title: Burn the key, danger: destructive, do: Burn it. }
"""
LAMP = """\
schema: procedure/v1
id: lamp
title: Change the lamp
symptoms: [It is dark]
roles:
  custodian: { description: holds a key, slack_group: key-custodians }
who: { work: custodian }
steps:
  - { id: look, title: Look at it, do: Look. }
  - { id: break, title: Break it, danger: destructive, do: Break it. }
"""
HELD = """\
schema: procedure/v1
id: held
title: Hold it
symptoms: [It slips]
inputs:
  thing: { description: The thing, pattern: "[a-z]+", required: true }
roles:
  holder: { description: ends it, people: [U0ANA] }
who: { close: holder }
steps:
  - { id: hold, title: "Hold the {{ thing }}", do: Hold it. }
"""


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Two procedures with roles; and Ana alone may have post-mortems written, of whatever run."""
    copied = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, copied)
    (copied / "vault.yaml").write_text(VAULT)
    (copied / "lamp.yaml").write_text(LAMP)
    (copied / "held.yaml").write_text(HELD)
    targets = Path(environ["RUNBOOK_TARGETS"])
    roles = {"roles": {"lead": {"people": ["U0ANA"]}}, "who": {"export": "lead", "erase": "lead"}}
    targets.write_text(targets.read_text() + yaml.safe_dump(roles))
    return {**environ, "RUNBOOK_PROCEDURES": str(aged(copied))}


@pytest.fixture
def dee(people: PersonClient) -> Someone:
    return Someone(people, "dee")


async def group_known(bot: Bot, who: Someone, member: str = "U0DEE") -> None:
    """Wait until the bot knows that someone is in the user group."""

    async def told() -> bool | None:
        async with bot.log() as log:
            known = (await log.groups.told(["key-custodians"])).get("key-custodians")
        return (known is not None and known.fresh and member in known.people) or None

    await who.eventually(told, f"{member} to be known in the user group")


async def test_a_private_procedure_and_its_runs_are_there_for_those_whom_it_names(
    bot: Bot, ana: Someone, ben: Someone, dee: Someone
) -> None:
    await group_known(bot, ana)
    for who in (ana, dee):
        await who.types("/runbook list")
        await who.told("Open the vault")
    await ben.types("/runbook list")
    assert "vault" not in str(await ben.told("Mend it"))
    assert "No procedure matches" in await ben.types("/runbook search vault")
    for word in ("vault", "vaul"):
        said = await ben.types(f"/runbook {word}")
        assert f"There is no procedure `{word}`" in said
        assert "Did you mean" not in said
    await ana.types("/runbook vault")
    await ana.board("VA-1")
    assert "No run is open here" in await ben.types("/runbook status")
    for word in ("status", "export", "close"):
        assert "There is no run `VA-1` here" in await ben.types(f"/runbook {word} VA-1")
    for label in ("Take", "Show all steps", "More…"):
        await ben.does(label)
        await ben.told("There is no run `VA-1` here")
    nothing = await ben.types("/runbook")
    assert "No run is open here" in nothing
    assert "vault" not in nothing.lower()
    await ben.people.open_home("ben")

    async def home() -> str | None:
        view = await ben.people.home("ben")
        return words(view) if view else None

    assert "vault" not in (await ben.eventually(home, "a Home")).lower()
    assert "Open the vault" in await dee.types("/runbook")
    assert "Open the vault" in await dee.types("/runbook status")
    await dee.does("Take", row="step 1")
    await ana.board("VA-1", "<@U0DEE> since")
    taken = (await bot.facts("VA-1"))[1].event
    assert taken.as_role is not None
    assert (taken.as_role.role, taken.as_role.source) == ("custodian", "group")
    started = (await bot.facts("VA-1"))[0].event
    assert started.as_role == e.AsRole(role="custodian", source="list")


async def test_a_rule_of_the_configuration_is_for_every_procedure_and_says_whom_to_ask(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ben.types("/runbook mend-it thing=lamp")
    await ben.board("MI-1")
    said = await ben.types("/runbook export")
    assert "only *lead* may have the post-mortem written. Known as lead: <@U0ANA>." in said
    assert "or its owner, trust-platform in #trust-oncall" in said
    assert "will be in its thread" in await ana.types("/runbook export")


async def test_people_with_the_role_erase_what_others_wrote(
    bot: Bot, ana: Someone, ben: Someone, dee: Someone
) -> None:
    await ben.types("/runbook mend-it thing=lamp")
    await ben.does("Take", await ben.board("MI-1"), row="step 1")
    await ben.does("Failed…")
    await ben.fills({"What happened?": "I used hunter-two"})
    await ben.board("MI-1", "hunter-two")
    await dee.does("More…")
    await opened(dee, "More for MI-1")
    await dee.does("Erase something…", await dee.form())
    await opened(dee, "only *lead* may erase what others wrote")
    await ana.does("More…")
    await opened(ana, "More for MI-1")
    await ana.does("Erase something…", await ana.form())
    await opened(ana, "Erase from MI-1")
    await ana.fills({"Entries": "I used hunter-two", "Are you sure?": "cannot be undone"})
    await ana.told("Erased: the words of entry 3 of MI-1")
    assert (await bot.facts("MI-1"))[-1].event.as_role == e.AsRole(role="lead", source="list")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is asked again and again, and the folder looked at."""
    monkeypatch.setattr(groups, "REFRESH", 0.2)
    monkeypatch.setattr(Database, "poll", 0.2)
    monkeypatch.setattr(shelf, "LOOK", 0.2)


async def test_who_comes_into_the_group_soon_may_and_who_left_may_not(
    soon: None, bot: Bot, people: PersonClient, ben: Someone, dee: Someone
) -> None:
    await group_known(bot, dee)
    await people.group("key-custodians", "ben")
    await group_known(bot, ben, "U0BEN")
    await ben.types("/runbook lamp")
    await ben.does("Take", await ben.board("LA-1"), row="step 1")
    await ben.board("LA-1", "<@U0BEN> since")
    await dee.does("Done")
    await dee.told("may work on its steps. Known as custodian: <@U0BEN> (user group")


async def test_what_slack_does_not_tell_refuses_only_what_cannot_be_taken_back(
    people: PersonClient, bot_without_groups: Bot, ana: Someone, ben: Someone, dee: Someone
) -> None:
    await ben.types("/runbook lamp")
    await ben.does("Take", row="step 1")
    await ben.board("LA-1", "<@U0BEN> since")
    await dee.does("Take…", row="step 2")
    await dee.told("only *custodian* (holds a key) may work on its steps")
    await dee.told("Slack has not told yet who is in the user group `key-custodians`")
    assert await bot_without_groups.kinds("LA-1") == ["run_started", "step_taken"]


@pytest.fixture
async def bot_without_groups(people: PersonClient, environ: dict[str, str]) -> AsyncIterator[Bot]:
    """The bot, on a plan that has no user groups."""
    await people.faults(rules=[{"method": "usergroups.list", "error": "plan_upgrade_required"}])
    made = Bot(environ)
    await made.start()
    yield made
    await made.stop()


async def test_who_may_not_close_a_run_does_not_by_starting_another_in_its_place(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ben.types("/runbook held thing=rope")
    for one in (ben, ana):
        await one.does("More…", await one.board("HE-1", "Hold the rope"))
        await one.does("Start again with other values…", await one.form())
        await opened(one, "This starts a new run and closes")
        answer = await one.fills({"The thing": "net"})
        if one is ben:
            assert "may close and reopen its runs" in f"{answer}{await one.whispers()}"
            await one.dismisses()
    await ana.board("HE-1", "started by mistake")


async def test_a_run_that_was_private_when_it_began_is_shown_to_nobody_by_starting_another(
    soon: None, bot: Bot, environ: dict[str, str], ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook vault")
    await ana.board("VA-1")
    folder = Path(environ["RUNBOOK_PROCEDURES"])
    everyones = VAULT.replace("private: true\n", "").replace("start: custodian, ", "")
    (folder / "aside").write_text(everyones)
    (folder / "aside").rename(folder / "vault.yaml")

    async def listed() -> bool | None:
        await ben.types("/runbook list")
        shown = [m for m in await ben.whispers() if "Open the vault" in str(m)]
        return bool(shown) or None

    await ben.eventually(listed, "the procedure in the list")
    said = await ben.types("/runbook vault")
    assert "`vault` cannot be started in this channel now." in said
    assert "VA-1" not in said
