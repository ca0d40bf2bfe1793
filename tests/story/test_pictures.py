"""Pictures of a procedure: brought once, linked, shown, and left out where Slack refuses them."""

import base64
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import pictures
from bot.core.run import events as e
from bot.demo.workspace import Workspace
from tests.scratch import aged
from tests.story.conftest import PROCEDURES, Bot
from tests.story.driver import Someone, words

START = "/runbook look-at-it"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PAGE = """\
schema: procedure/v1
id: look-at-it
title: Look at it
owner: { team: trust-platform, slack: "#trust-oncall" }
estimate: 5m
symptoms: [It looks odd]
steps:
  - { id: look, title: Look, do: Look., image: images/panel.png }
  - { id: gone, title: Look again, do: Look., image: gone.gif }
verification:
  - confirm: It looks well
"""


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, folder)
    (folder / "images").mkdir()
    (folder / "images" / "panel.png").write_bytes(PNG)
    (folder / "look-at-it.yaml").write_text(PAGE)
    return environ | {"RUNBOOK_PROCEDURES": str(aged(folder))}


async def _shown(bot: Bot, one: Someone, run: str) -> dict[str, e.PictureShown]:
    async def both() -> dict[str, e.PictureShown] | None:
        facts = await bot.facts(run)
        found = {f.event.path: f.event for f in facts if isinstance(f.event, e.PictureShown)}
        return found if len(found) == 2 else None

    return await one.eventually(both, "both pictures in the record")


async def _page(one: Someone, having: str) -> str:
    async def shown() -> str | None:
        said = json.dumps(await one.form(), ensure_ascii=False)
        return said if having in said else None

    return await one.eventually(shown, f"{having!r} in the form")


async def test_a_picture_is_brought_once_linked_and_shown(
    bot: Bot, ana: Someone, ben: Someone, workspace: Workspace, people: Any
) -> None:
    await ana.types(START)
    shown = await _shown(bot, ana, "LAI-1")
    first, gone = shown["images/panel.png"], shown["gone.gif"]
    assert first.file is not None
    assert workspace.world.state.files[first.file].content == PNG
    assert (gone.file, gone.error) == (None, "No such file or directory")
    board = words(await ana.board("LAI-1", "images/panel.png>"))
    assert f"🖼️ <{first.link}|images/panel.png>" in board
    await ana.does("Show all steps")
    assert f'"slack_file": {{"id": "{first.file}"}}' in await _page(ana, "slack_file")
    assert "🖼️ gone.gif is not shown: No such file or directory" in words(await ana.form())
    await ana.dismisses()
    # Another run shows the file that is there.
    await ben.types(START)
    uploads = len(await people.calls("files.completeUploadExternal"))
    await ben.does("Start another", await ben.told("LAI-1"))
    again = await _shown(bot, ben, "LAI-2")
    assert again["images/panel.png"].file == first.file
    assert len(await people.calls("files.completeUploadExternal")) == uploads == 1


async def test_what_slack_refuses_is_shown_without_the_picture(
    bot: Bot, ana: Someone, people: Any
) -> None:
    await ana.types(START)
    await _shown(bot, ana, "LAI-1")
    await ana.board("LAI-1", "images/panel.png>")
    refusal = {"method": "views.open", "fault": "error", "error": "invalid_blocks", "times": 1}
    await people.faults(rules=[refusal])
    await ana.does("Show all steps")
    page = await _page(ana, "Slack does not show the picture here")
    assert "slack_file" not in page
    assert "Look (images/panel.png)" in page


async def test_a_picture_that_comes_late_is_not_given_up_at_the_first_trouble(
    bot: Bot, ana: Someone, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run may have begun long ago: while nobody ran, nobody tried."""
    monkeypatch.setattr(pictures, "GIVEN_UP", timedelta(0))
    busy = {"method": "files.getUploadURLExternal", "fault": "429", "seconds": 1, "times": 2}
    await people.faults(rules=[busy])
    await ana.types(START)
    assert (await _shown(bot, ana, "LAI-1"))["images/panel.png"].file is not None
