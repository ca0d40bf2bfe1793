"""Evidence as people live it: words and a file at Done, read by the bot, fetched at an export."""

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.cli import evidence
from bot.core.run import events as e
from bot.demo.workspace import Workspace
from tests.story.conftest import Bot
from tests.story.driver import Json, NotThere, Someone, words

START = "/runbook show-it"
CONTENT = "a picture, as it were"
SHA256 = hashlib.sha256(CONTENT.encode()).hexdigest()


async def _begun(ana: Someone) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 1")
    await ana.does("Done…", await ana.board("SI-1", "since"), row="step 1")


async def _upload(one: Someone, name: str = "panel.txt", content: str = CONTENT) -> str:
    return await one.people.upload(one.id, name, content=content)


async def _read(bot: Bot, one: Someone) -> e.EvidenceRead:
    return (await _all_read(bot, one, 1))[0]


async def _all_read(bot: Bot, one: Someone, count: int) -> list[e.EvidenceRead]:
    async def there() -> list[e.EvidenceRead] | None:
        async with bot.log() as log:
            facts = await log.read("SI-1")
        read = [f.event for f in facts if isinstance(f.event, e.EvidenceRead)]
        return read if len(read) >= count else None

    return await one.eventually(there, f"{count} entries of what was read")


async def _full(one: Someone, having: str) -> str:
    await one.does("Show all steps")

    async def shown() -> str | None:
        said = words(await one.form()) + json.dumps(await one.form(), ensure_ascii=False)
        return said if having in said else None

    return await one.eventually(shown, f"{having!r} in the full view")


async def test_words_and_a_file_are_given_read_and_fetched(
    bot: Bot, ana: Someone, ben: Someone, environ: dict[str, str], tmp_path: Path
) -> None:
    await _begun(ana)
    shown = words(await ana.board("SI-1"))
    assert "*Done…* asks for words and a file: What the panel says · A screenshot" in shown
    # Without the file the form itself complains, and nothing is recorded.
    refused = await ana.fills({"What the panel says": "It is green."})
    assert refused["errors"] == {"evidence_file": "Please complete this required field."}
    file = await _upload(ana)
    answer = await ana.fills(
        {"What the panel says": "It is green.\nAll of it.", "A screenshot of the panel": file}
    )
    assert answer["ok"], answer
    await ben.board("SI-1", "|panel.txt>")
    read = await _read(bot, ben)
    assert (read.entry, read.file, read.sha256, read.size) == (3, file, SHA256, len(CONTENT))
    kinds = await bot.kinds("SI-1")
    assert kinds == ["run_started", "step_taken", "evidence_given", "step_done", "evidence_read"]
    full = await _full(ben, SHA256)
    assert "It is green." in full
    assert "The screen on the wall" in full
    await ben.dismisses()
    await ben.types("/runbook export SI-1")
    await ben.told("post-mortem of SI-1")
    settings = config.read(environ)
    lines, well = await evidence.fetch(settings, "SI-1", tmp_path / "files")
    assert well, lines
    there = f"{tmp_path}/files/3-panel.txt, {len(CONTENT)} bytes"
    assert lines == [f"entry 3: {there}, as it was given (SHA-256 {SHA256})"]
    assert (tmp_path / "files" / "3-panel.txt").read_text() == CONTENT


async def test_several_files_are_given_in_one_go_and_each_is_read_and_fetched_by_itself(
    bot: Bot, ana: Someone, ben: Someone, environ: dict[str, str], tmp_path: Path
) -> None:
    await _begun(ana)
    contents = {f"panel-{n}.txt": f"picture {n}" for n in range(1, 6)}
    files = [await _upload(ana, name, content) for name, content in contents.items()]
    given = {"What the panel says": "Five of them.", "A screenshot": "\n".join(files)}
    assert (await ana.fills(given))["ok"]
    read = {one.file: one for one in await _all_read(bot, ben, 5)}
    for n, (file, content) in enumerate(zip(files, contents.values(), strict=True)):
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        assert (read[file].entry, read[file].sha256) == (3 + n, sha256)
    kinds = await bot.kinds("SI-1")
    assert kinds[2:8] == ["evidence_given"] * 5 + ["step_done"]
    board = words(await ben.board("SI-1", "panel-3.txt"))
    assert "panel-3.txt> and 2 more" in board
    assert "panel-4.txt" not in board
    last = hashlib.sha256(b"picture 5").hexdigest()
    full = await _full(ben, last)
    assert all(name in full for name in contents)
    await ben.dismisses()
    lines, well = await evidence.fetch(config.read(environ), "SI-1", tmp_path)
    assert well, lines
    assert [line.partition(":")[0] for line in lines] == [f"entry {3 + n}" for n in range(5)]
    for n, (name, content) in enumerate(contents.items()):
        assert (tmp_path / f"{3 + n}-{name}").read_text() == content


async def test_a_file_that_is_another_by_now_is_said_to_be(
    bot: Bot, ana: Someone, workspace: Workspace, environ: dict[str, str], tmp_path: Path
) -> None:
    await _begun(ana)
    file = await _upload(ana, "../..//etc/passwd")
    await ana.fills({"What the panel says": "Well.", "A screenshot of the panel": file})
    await _read(bot, ana)
    workspace.world.state.files[file].content = b"something else"
    lines, well = await evidence.fetch(config.read(environ), "SI-1", tmp_path)
    assert not well
    assert "3-passwd, 14 bytes: NOT the file that was given" in lines[0]
    again, well = await evidence.fetch(config.read(environ), "SI-1", tmp_path)
    assert not well
    assert "is there already, and was left as it is" in again[0]


async def test_a_file_that_is_gone_is_said_not_to_be_read(
    bot: Bot, ana: Someone, workspace: Workspace, people: Any
) -> None:
    await people.faults(rules=[{"method": "files.info", "fault": "latency", "seconds": 0.5}])
    await _begun(ana)
    file = await _upload(ana)
    await ana.fills({"What the panel says": "Well.", "A screenshot of the panel": file})
    await ana.board("SI-1", "|panel.txt>")
    workspace.world.state.files[file].deleted = True
    read = await _read(bot, ana)
    assert (read.sha256, read.error) == (None, "the file is not in Slack any more")
    await ana.board("SI-1", "(not read)")


async def test_a_slow_file_is_read_later_and_once_though_the_bot_dies(
    bot: Bot, ana: Someone, people: Any
) -> None:
    await people.faults(rules=[{"method": "files-pri", "fault": "latency", "seconds": 60}])
    await _begun(ana)
    file = await _upload(ana)
    await ana.fills({"What the panel says": "Well.", "A screenshot of the panel": file})
    await ana.board("SI-1", "|panel.txt>")
    await ana.does("Take", row="step 2")
    await ana.board("SI-1", "Tell the others* · <@U0ANA>")
    await bot.stop()
    await people.faults()
    await _due_now(bot)
    await bot.start()
    assert (await _read(bot, ana)).sha256 == SHA256
    assert (await bot.kinds("SI-1")).count("evidence_read") == 1


async def _due_now(bot: Bot) -> None:
    """What was put off for a process that is gone is due at once, as it would be later."""
    with sqlite3.connect(bot.database) as connection:
        connection.execute("UPDATE timers SET due_at = 0 WHERE name LIKE 'evidence %'")
    connection.close()


async def test_without_the_scope_words_are_asked_for_in_the_place_of_a_file(
    bot: Bot, ana: Someone, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = workspace.world.app
    granted = frozenset(app.scopes.split(",")) - {"files:read"}
    monkeypatch.setattr(app, "_scopes", granted)
    await _begun(ana)
    form: Json = await ana.form()
    assert "The bot may not read files here" in words(form)
    given = {"What the panel says": "Well.", "A screenshot of the panel": "It hangs on the wall."}
    assert (await ana.fills(given))["ok"]
    await ana.board("SI-1", "📎 Well. It hangs on the wall.")
    kinds = await bot.kinds("SI-1")
    assert kinds == ["run_started", "step_taken", "evidence_given", "step_done"]


async def test_what_is_optional_can_be_left_out_and_a_double_press_is_silent(
    bot: Bot, ana: Someone
) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 2")
    await ana.does("Done…", await ana.board("SI-1", "since"), row="step 2")
    assert (await ana.fills({}))["ok"]
    await ana.board("SI-1", "1 of 2 steps done")
    assert await bot.kinds("SI-1") == ["run_started", "step_taken", "step_done"]
    with pytest.raises(NotThere):
        await ana.clicks("Done…")
