"""The notebook app on Bolt's App, in Socket Mode (the builtin client) or, with PORT, behind WSGI.

A program of its own: it knows the workspace by its environment alone.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

PARTS: dict[str, Any] = json.loads(Path(__file__).with_name("parts.json").read_text("utf-8"))
Json = dict[str, Any]


def notebook() -> App:
    """The app with all its listeners."""
    client = WebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
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


def note(ack: Any, command: Json, respond: Any, client: WebClient) -> None:
    ack(f"Noted: {command['text']}")
    channel = command["channel_id"]
    posted = client.chat_postMessage(channel=channel, text=command["text"], blocks=PARTS["note"])
    client.chat_postMessage(channel=channel, thread_ts=posted["ts"], text="More here")
    respond("Only you see this")


def done(ack: Any, body: Json, client: WebClient) -> None:
    ack()
    where = body["container"]
    client.chat_update(channel=where["channel_id"], ts=where["message_ts"], text="Done", blocks=[])


def edit(ack: Any, body: Json, client: WebClient) -> None:
    ack()
    where = body["container"]
    place = f"{where['channel_id']} {where['message_ts']}"
    view = PARTS["modal"] | {"private_metadata": place}
    client.views_open(trigger_id=body["trigger_id"], view=view)


def show_help(ack: Any, body: Json, client: WebClient) -> None:
    ack()
    view = body["view"]
    more = PARTS["modal"] | {"private_metadata": view["private_metadata"]}
    more["blocks"] = [PARTS["help"], *PARTS["modal"]["blocks"]]
    client.views_update(view_id=view["id"], hash=view["hash"], view=more)


def save(ack: Any, view: Json, client: WebClient) -> None:
    text = view["state"]["values"]["note"]["text"]["value"]
    if text.endswith("!"):
        ack(response_action="errors", errors={"note": "Stay calm."})
        return
    ack()
    channel, _, ts = view["private_metadata"].partition(" ")
    if ts:
        client.chat_update(channel=channel, ts=ts, text=text, blocks=[])


def new(ack: Any, shortcut: Json, client: WebClient) -> None:
    ack()
    client.views_open(trigger_id=shortcut["trigger_id"], view=PARTS["modal"])


def keep(ack: Any, shortcut: Json, client: WebClient) -> None:
    ack()
    channel, ts = shortcut["channel"]["id"], shortcut["message"]["ts"]
    client.reactions_add(channel=channel, timestamp=ts, name="pushpin")
    kept = f"Kept: {shortcut['message']['text']}"
    client.chat_postMessage(channel=channel, thread_ts=ts, text=kept)


def mentioned(event: Json, client: WebClient) -> None:
    client.files_upload_v2(
        channel=event["channel"],
        thread_ts=event["ts"],
        initial_comment="All notes",
        filename="notes.md",
        content="# Notes\n",
    )


def reacted(event: Json, client: WebClient) -> None:
    where = event["item"]
    text = f"Saw {event['reaction']}"
    client.chat_postMessage(channel=where["channel"], thread_ts=where["ts"], text=text)


def home(event: Json, client: WebClient) -> None:
    client.views_publish(user_id=event["user"], view=PARTS["home"])


def heard() -> None:
    """A message is no news; an app that does not listen is sent it again."""


class Quiet(WSGIRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, *_: Any) -> None:
        """The workspace notes what matters."""


def main() -> None:
    app = notebook()
    if port := os.environ.get("PORT"):
        site = SlackRequestHandler(app)
        server = make_server("127.0.0.1", int(port), site, handler_class=Quiet)
        print("ready", flush=True)  # noqa: T201  # a program speaks
        server.serve_forever()
    handler = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], ping_interval=0.5)
    handler.connect()  # type: ignore[no-untyped-call]  # as the SDK left it
    print("ready", flush=True)  # noqa: T201  # a program speaks
    threading.Event().wait()


if __name__ == "__main__":
    main()
