"""A procedure's file is edited while people need it: nothing that worked is taken away."""

import os
import shutil
from pathlib import Path

import pytest

from bot.app import shelf
from bot.core.run import events as e
from tests.edges.library.test_commits import git
from tests.facts import event
from tests.story.conftest import PROCEDURES, Bot
from tests.story.driver import ONCALL, Someone, words


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "LOOK", 0.1)


@pytest.fixture
def folder(environ: dict[str, str], tmp_path: Path) -> Path:
    copied = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, copied)
    environ["RUNBOOK_PROCEDURES"] = str(copied)
    return copied


@pytest.fixture
async def bot(environ: dict[str, str], folder: Path) -> object:
    made = Bot(environ)
    await made.start()
    yield made
    await made.stop()


def put(path: Path, text: str) -> None:
    """Write a file as the guide says: aside, then renamed."""
    aside = path.with_suffix(".new")
    aside.write_text(text)
    aside.replace(path)


def break_(path: Path) -> str:
    """Break a file as a person does at night; what it was."""
    good = path.read_text()
    put(path, good.replace("severity: SEV2", "severity: sev2"))
    assert path.read_text() != good
    return good


async def listed(someone: Someone, having: str, *, absent: bool = False) -> str:
    async def look() -> str | None:
        said = await someone.types("/runbook list")
        return said if (having in said) is not absent else None

    return await someone.eventually(look, f"a list {'without' if absent else 'with'} {having!r}")


SAID = "`mend-it.yaml` has an error (line 5: a severity is SEV1 to SEV5; write SEV2), so its"


async def test_a_bad_edit_takes_no_procedure_away_and_is_said_where_people_look(
    bot: Bot, folder: Path, ana: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    good = break_(folder / "mend-it.yaml")
    said = await listed(ana, "has an error")
    assert SAID in said
    assert "is served. Owner: trust-platform (#trust-oncall)" in said
    assert said.count("has an error") == 1
    assert SAID in await ana.types("/runbook search mend")
    assert await ana.types("/runbook mend-it") == ""
    assert SAID in words(await ana.form())
    assert (await ana.fills({"What is broken": "lamp"}))["ok"]
    assert SAID in words(await ana.told("has an error"))
    assert SAID in await ana.in_("C0RANDOM").types("/runbook mend-it thing=desk")
    (started,) = await bot.facts("MI-1")
    assert event(started, e.RunStarted).source == good
    warned = [r.message for r in caplog.records if "mend-it.yaml" in r.message]
    assert len(warned) == 2, "once what is wrong, once what is served"
    put(folder / "mend-it.yaml", good.replace("SEV2", "SEV3"))
    assert "SEV3" in await listed(ana, "has an error", absent=True)


async def test_the_last_good_text_is_served_after_a_restart_too(
    bot: Bot, folder: Path, ana: Someone
) -> None:
    await bot.stop()
    good = break_(folder / "mend-it.yaml")
    await bot.start()
    assert SAID in await listed(ana, "has an error")
    assert "has an error" in await ana.types("/runbook mend-it thing=lamp")
    (started,) = await bot.facts("MI-1")
    assert event(started, e.RunStarted).source == good


async def test_a_file_that_is_gone_is_gone_with_its_text(
    bot: Bot, folder: Path, ana: Someone
) -> None:
    path = folder / "mend-it.yaml"
    bad = break_(path).replace("severity: SEV2", "severity: sev2")
    await listed(ana, "has an error")
    path.unlink()
    await listed(ana, "mend-it", absent=True)
    assert "There is no procedure `mend-it`" in await ana.types("/runbook mend-it")
    await bot.stop()
    await bot.start()
    assert "mend-it" not in await ana.types("/runbook list")
    put(path, bad)
    assert "so it is not served, and no earlier version" in await listed(ana, "mend-it.yaml")
    assert "so it is not served" in await ana.types("/runbook mend-it thing=lamp")
    assert await ana.boards() == []


async def test_a_file_that_never_was_good_is_named_and_not_called_unknown(
    bot: Bot, folder: Path, ana: Someone
) -> None:
    put(folder / "night.yaml", "schema: procedure/v1\nid: night\nowner: { team: night }\n")
    said = await listed(ana, "night.yaml")
    assert "`night.yaml` has an error (line 1:" in said
    said = await ana.types("/runbook night")
    assert "has an error" in said
    assert "Owner: night. Nothing was started." in said
    assert await ana.boards() == []


@pytest.mark.parametrize("how", ["unreadable", "a folder", "a link out", "empty"])
async def test_whatever_is_wrong_with_the_file_its_text_stays(
    bot: Bot, folder: Path, ana: Someone, how: str, tmp_path: Path
) -> None:
    path = folder / "mend-it.yaml"
    path.unlink()
    if how == "unreadable":
        os.mkfifo(path)
    elif how == "a folder":
        path.mkdir()
    elif how == "a link out":
        path.symlink_to(PROCEDURES / "mend-it.yaml")
    else:
        path.touch()
    said = await listed(ana, "has an error")
    assert "is served." in said
    assert "has an error" in await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")


async def test_a_run_says_of_which_commit_its_procedure_is(
    bot: Bot, folder: Path, ana: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    first = event((await bot.facts("MI-1"))[0], e.RunStarted)
    assert first.commit is None, "the folder is in no checkout"
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    head = git(folder, "rev-parse", "HEAD")
    await bot.stop()
    await bot.start()
    elsewhere = ana.in_(ONCALL)
    await elsewhere.types("/runbook mend-it thing=desk")
    assert event((await bot.facts("MI-2"))[0], e.RunStarted).commit == head
    await elsewhere.board("MI-2")
    await elsewhere.does("Show all steps")
    view = words(await elsewhere.form())
    while head[:12] not in view:
        await elsewhere.does("Next", await elsewhere.form())
        view = words(await elsewhere.form())
