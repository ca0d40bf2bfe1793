"""Somebody pastes a secret: it is masked wherever it stood, and they alone are told."""

import pytest

from bot.core.run import events as e
from bot.core.run.secrets import MASK
from bot.demo.workspace import Workspace
from tests.edges.detector.planted import PLANTED
from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, words

LINE, SECRET = PLANTED["Slack token"]
HIDDEN = "a1b2" * 6
"""A token such as the input of the procedure takes."""


async def alone(workspace: Workspace, someone: Someone, having: str) -> Json:
    """The newest message of the bot to someone alone, once it has these words."""

    async def there() -> Json | None:
        place = workspace.world.state.direct(someone.id, workspace.world.app.bot_user)
        found = await someone.people.messages(place.id, someone.id)
        mine = [one for one in found if having in words(one)]
        return mine[-1] if mine else None

    return await someone.eventually(there, f"{having!r} for {someone.name} alone")


async def notes(someone: Someone, text: str, *, shared: bool = False) -> None:
    await someone.does("More…")
    await someone.does("Add a note…", await someone.form())
    await someone.form()
    await someone.fills({"Note": text})


async def shown(someone: Someone) -> str:
    board = await someone.board()
    seen = [*await someone.messages(), *await someone.messages(board["ts"])]
    return "\n".join(words(one) for one in seen)


async def test_a_secret_in_words_is_masked_and_the_writer_is_told_alone(
    bot: Bot, ana: Someone, ben: Someone, workspace: Workspace
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": f"I called it with {LINE} and it hung"})
    await ben.board("MI-1", MASK)
    await ben.thread(MASK)
    told = await alone(workspace, ana, "You pasted a secret (Slack token)")
    assert "entry 3 of MI-1" in words(told)
    assert SECRET not in words(told)
    assert SECRET not in await shown(ben)
    facts = await bot.facts("MI-1")
    found = facts[-1].event
    assert isinstance(found, e.SecretsFound)
    assert (found.entry, found.messages) == (3, ("notice/3",))
    assert found.whom is not None
    assert found.whom.id == ana.id
    failed = facts[2].event
    assert isinstance(failed, e.StepFailed)
    assert failed.what == f"I called it with {MASK} (a secret was here: Slack token) and it hung"
    place = workspace.world.state.direct(ana.id, workspace.world.app.bot_user)
    await ana.in_(place.id).does("Erase it", told)
    await alone(workspace, ana, "Erased:")
    await ben.board("MI-1", "(erased on ")
    assert (await bot.facts("MI-1"))[-1].event.kind == "erased"


async def test_a_run_that_was_started_with_a_secret_works_with_it_and_shows_it_to_nobody(
    bot: Bot, ana: Someone, ben: Someone, workspace: Workspace
) -> None:
    await ana.types(f'/runbook mend-it thing="bearer {HIDDEN}"')
    await ben.board("MI-1", MASK)
    told = await alone(workspace, ana, "the values that the run was started with")
    assert "once it is closed" in words(told)
    assert HIDDEN not in await shown(ben)
    assert HIDDEN not in await ben.types("/runbook status")
    async with bot.log() as log:
        (row,) = await log.runs()
        assert HIDDEN not in row.title
        assert (await log.checked("MI-1")).follows
        # The looks are still told.
        assert sorted(one.text for one in await log.written("MI-1", 1)) == [
            f"bearer {HIDDEN}",
            "glue",
        ]


async def test_a_post_mortem_masks_and_counts(bot: Bot, ana: Someone, workspace: Workspace) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": LINE})
    await ana.says(f"I said {SECRET} in the thread too", board["ts"])
    await alone(workspace, ana, "You pasted a secret")
    await ana.types("/runbook export MI-1")
    await ana.told("post-mortem of MI-1")
    async with bot.log() as log:
        assert (await log.checked("MI-1")).follows
    (file,) = [f for f in workspace.world.state.files.values() if "post-mortem" in f.name]
    text = (file.content or b"").decode()
    assert SECRET not in text
    assert text.count(MASK) >= 3
    assert "1 found in what people wrote, masked: Slack token; entry 3" in text


async def test_without_the_scope_the_thread_names_the_writer(
    bot: Bot, ana: Someone, ben: Someone, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = workspace.world.app
    granted = frozenset(app.scopes.split(",")) - {"im:write", "im:history"}
    monkeypatch.setattr(app, "_scopes", granted)
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": LINE})
    await ben.thread("You pasted a secret (Slack token)")
    await ben.thread(f"<@{ana.id}> This is for you")
    assert SECRET not in await shown(ben)


async def test_turned_off_nothing_is_masked(
    bot: Bot, ana: Someone, environ: dict[str, str]
) -> None:
    await bot.stop()
    environ["RUNBOOK_SECRETS"] = "ignore"
    await bot.start()
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": LINE})
    await ana.thread(SECRET)
    assert await bot.kinds("MI-1") == ["run_started", "step_taken", "step_failed"]
