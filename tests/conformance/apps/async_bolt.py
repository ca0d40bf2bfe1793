"""The notebook app on Bolt's AsyncApp, in Socket Mode or, where PORT is set, behind HTTP.

A program of its own: it knows the workspace by its environment alone.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

PARTS: dict[str, Any] = json.loads(Path(__file__).with_name("parts.json").read_text("utf-8"))
Json = dict[str, Any]


def notebook() -> AsyncApp:
    """The app with all its listeners."""
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    app.command("/note")(note)
    app.action("done")(done)
    app.action("edit")(edit)
    app.action("help")(show_help)
    app.view("edit")(save)
    app.shortcut("new")(new)
    app.shortcut("keep")(keep)
    app.event("app_mention")(mentioned)
    app.event("reaction_added")(reacted)
    app.event("app_home_opened")(home)
    app.event("message")(heard)
    return app


async def note(ack: Any, command: Json, respond: Any, client: AsyncWebClient) -> None:
    await ack(f"Noted: {command['text']}")
    channel = command["channel_id"]
    posted = await client.chat_postMessage(
        channel=channel, text=command["text"], blocks=PARTS["note"]
    )
    await client.chat_postMessage(channel=channel, thread_ts=posted["ts"], text="More here")
    await respond("Only you see this")


async def done(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    where = body["container"]
    await client.chat_update(
        channel=where["channel_id"], ts=where["message_ts"], text="Done", blocks=[]
    )


async def edit(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    where = body["container"]
    place = f"{where['channel_id']} {where['message_ts']}"
    view = PARTS["modal"] | {"private_metadata": place}
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def show_help(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    view = body["view"]
    more = PARTS["modal"] | {"private_metadata": view["private_metadata"]}
    more["blocks"] = [PARTS["help"], *PARTS["modal"]["blocks"]]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=more)


async def save(ack: Any, view: Json, client: AsyncWebClient) -> None:
    text = view["state"]["values"]["note"]["text"]["value"]
    if text.endswith("!"):
        await ack(response_action="errors", errors={"note": "Stay calm."})
        return
    await ack()
    channel, _, ts = view["private_metadata"].partition(" ")
    if ts:
        await client.chat_update(channel=channel, ts=ts, text=text, blocks=[])


async def new(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=shortcut["trigger_id"], view=PARTS["modal"])


async def keep(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
    await ack()
    channel, ts = shortcut["channel"]["id"], shortcut["message"]["ts"]
    await client.reactions_add(channel=channel, timestamp=ts, name="pushpin")
    kept = f"Kept: {shortcut['message']['text']}"
    await client.chat_postMessage(channel=channel, thread_ts=ts, text=kept)


async def mentioned(event: Json, client: AsyncWebClient) -> None:
    await client.files_upload_v2(
        channel=event["channel"],
        thread_ts=event["ts"],
        initial_comment="All notes",
        filename="notes.md",
        content="# Notes\n",
    )


async def reacted(event: Json, client: AsyncWebClient) -> None:
    where = event["item"]
    text = f"Saw {event['reaction']}"
    await client.chat_postMessage(channel=where["channel"], thread_ts=where["ts"], text=text)


async def home(event: Json, client: AsyncWebClient) -> None:
    await client.views_publish(user_id=event["user"], view=PARTS["home"])


async def heard() -> None:
    """A message is no news; an app that does not listen is sent it again."""


async def main() -> None:
    app = notebook()
    if port := os.environ.get("PORT"):
        runner = web.AppRunner(app.server(path="/slack/events").web_app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(port)).start()
    else:
        handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], ping_interval=0.5)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # as the SDK left it
    print("ready", flush=True)  # noqa: T201  # a program speaks
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
