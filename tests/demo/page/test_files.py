"""Files on the page: chosen in a form, which the app is sent, and pictures that are in Slack."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck

from tests.demo.page.scene import CHANNEL, Scene, modal, plain
from tests.demo.page.test_blocks import open_modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FIELD = {
    "type": "input",
    "block_id": "shot",
    "label": plain("A screenshot"),
    "hint": plain("10 MB at most."),
    "element": {"type": "file_input", "action_id": "value", "max_files": 1},
}


@pytest.mark.parametrize("phone", [False, True])
async def test_a_file_is_chosen_in_a_form_taken_back_and_sent(
    scene: Scene, tmp_path: Path, *, phone: bool
) -> None:
    given: asyncio.Queue[Any] = asyncio.Queue()

    @scene.app.view("note")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack()
        given.put_nowait(view["state"]["values"]["shot"]["value"]["files"])

    await open_modal(scene, modal(FIELD))
    (tmp_path / "wrong.txt").write_text("no")
    (tmp_path / "panel.png").write_bytes(PNG)
    page = await scene.look(phone=phone)
    await page.get_by_role("button", name="Ask…").click()
    dialog = page.get_by_role("dialog", name="Note")
    await dialog.get_by_role("button", name="Record").click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    chooser = dialog.get_by_label("A screenshot")
    await chooser.set_input_files(tmp_path / "wrong.txt")
    await dialog.get_by_role("button", name="Remove wrong.txt").click()
    # What is put right is complained of no more, as in Slack.
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_hidden()
    await expect(dialog.locator("[aria-invalid], .invalid")).to_have_count(0)
    await chooser.set_input_files(tmp_path / "panel.png")
    await expect(dialog.get_by_role("button", name="Remove panel.png")).to_be_visible()
    await dialog.get_by_role("button", name="Record").click()
    await expect(dialog).to_have_count(0)
    (file,) = await given.get()
    assert (file["name"], file["mimetype"], file["size"]) == ("panel.png", "image/png", len(PNG))
    assert scene.workspace.world.state.files[file["id"]].content == PNG


async def test_a_picture_that_is_in_slack_is_drawn(scene: Scene) -> None:
    told = await scene.client.files_upload_v2(
        channel=CHANNEL, filename="panel.png", title="The panel", content=PNG
    )
    block = {"type": "image", "slack_file": {"id": told["file"]["id"]}, "alt_text": "Turn it off"}
    await scene.post("Look", [block])
    page = await scene.look()
    shown = page.get_by_role("img", name="Turn it off")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("(image) => image.naturalWidth") == 1
