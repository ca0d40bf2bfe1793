"""What the tests of the page share: a workspace with an app in it, looked at by people."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
from playwright.async_api import Browser, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from tests.hanging import HANG_S

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
CHANNEL = "C0INCIDENTS"
expect.set_options(timeout=HANG_S * 1000)
MANIFEST = {
    "display_information": {"name": "Runbook"},
    "features": {
        "bot_user": {"display_name": "runbook"},
        "slash_commands": [
            {
                "command": "/runbook",
                "description": "Start and steer procedures",
                "usage_hint": "start | list",
            }
        ],
        "shortcuts": [
            {"name": "Add to record", "type": "message", "callback_id": "add", "description": "x"},
            {"name": "Start a run", "type": "global", "callback_id": "start", "description": "x"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *("chat:write", "commands", "files:read", "files:write", "im:write"),
                "reactions:write",
                "bookmarks:write",
            ]
        }
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


@dataclass
class Screens:
    """Browser tabs that are used again: making one takes longer than most tests do.

    Nothing leaks from one test to the next, since each has a workspace on a port of its own, and so
    an origin of its own; what is set on the tab itself is set anew each time.
    """

    browser: Browser
    idle: dict[bool, list[Page]] = field(default_factory=lambda: {False: [], True: []})

    @contextlib.asynccontextmanager
    async def screen(
        self, *, phone: bool, scheme: str, permissions: Sequence[str]
    ) -> AsyncIterator[Page]:
        """An empty tab in a context of its own."""
        page = self.idle[phone].pop() if self.idle[phone] else await self._fresh(phone=phone)
        await page.emulate_media(
            color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
        )
        if permissions:
            await page.context.grant_permissions(permissions)
        try:
            yield page
        except BaseException:
            # Nobody knows how it was left.
            await page.context.close()
            raise
        if permissions:
            await page.context.clear_permissions()
        if page.is_closed():
            await page.context.close()
            return
        await page.goto("about:blank")
        self.idle[phone].append(page)

    async def _fresh(self, *, phone: bool) -> Page:
        context = await self.browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # a TypedDict of these keys
            has_touch=phone,
        )
        page = await context.new_page()
        page.set_default_timeout(HANG_S * 1000)
        return page


@dataclass
class Scene:
    """A workspace with an app, as one test sees it."""

    workspace: Workspace
    app: AsyncApp
    http: ClientSession
    screens: Screens
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    closing: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    @property
    def app_id(self) -> str:
        return self.workspace.world.app.app_id

    @property
    def client(self) -> AsyncWebClient:
        return self.app.client

    async def connect(self) -> None:
        """Connect the app, once its listeners are registered."""
        handler = AsyncSocketModeHandler(self.app, self.workspace.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # as the SDK left it
        self.closing.push_async_callback(handler.close_async)

    async def say(self, text: str, *, user: str = "ben", thread: str | None = None) -> str:
        body = {"user": user, "channel": CHANNEL, "text": text}
        return await self.do("messages", body | ({"thread_ts": thread} if thread else {}))

    async def post(self, text: str, blocks: list[dict[str, Any]] | None = None) -> str:
        """Post as the app; answers the `ts`."""
        answer = await self.client.chat_postMessage(channel=CHANNEL, text=text, blocks=blocks)
        return str(answer["ts"])

    async def put_faults(self, **faults: Any) -> None:
        url = f"{self.workspace.url}/workspace/faults"
        async with self.http.put(url, json=faults) as answer:
            assert answer.status == 200, await answer.text()

    async def do(self, call: str, body: dict[str, Any]) -> str:
        async with self.http.post(f"{self.workspace.url}/workspace/{call}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json()).get("ts"))

    async def look(
        self,
        place: str = "#/incidents",
        *,
        who: str = "ana",
        phone: bool = False,
        scheme: str = "light",
        permissions: Sequence[str] = (),
    ) -> Page:
        """Open the page as a person; what it logs or asks of elsewhere is held against it."""
        screen = self.screens.screen(phone=phone, scheme=scheme, permissions=permissions)
        page = await self.closing.enter_async_context(screen)
        listeners: dict[Any, Any] = {
            "console": lambda said: self._complain(said.text) if said.type == "error" else None,
            "pageerror": lambda error: self._complain(str(error)),
        }
        for event, listener in listeners.items():
            page.on(event, listener)
            self.closing.callback(page.remove_listener, event, listener)
        self.closing.push_async_callback(self._check, page)
        await page.goto(f"{self.workspace.url}/{place}?as={who}")
        await page.wait_for_selector("html[data-ready]")
        return page

    def _complain(self, text: str) -> None:
        if not any(known in text for known in self.expected):
            self.complaints.append(text)

    async def _check(self, page: Page) -> None:
        """Look up what the page asked for; to hear of each request as it is made takes longer."""
        asked = "performance.getEntriesByType('resource').map((entry) => entry.name)"
        for url in [] if page.is_closed() else await page.evaluate(asked):
            if not url.startswith((page.url.partition("#")[0], "data:")):
                self.complaints.append(f"asked {url}")


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action, "value": action, **more}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text.lower()}


def command(text: str) -> dict[str, Any]:
    lines = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [lines]}


def field_of(block_id: str, label: str, **element: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text"} | element
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}


def modal(*blocks: dict[str, Any], title: str = "Note") -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "note", "title": plain(title), "blocks": list(blocks)}
    return view | {"submit": plain("Record"), "close": plain("Cancel")}


BOARD: list[dict[str, Any]] = [
    {"type": "header", "text": plain("🔴 Key compromise recovery · SEV1")},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "▓▓▓░░░░░░░ 2 of 6 steps"}]},
    {"type": "divider"},
    section("▶ *3 Register the new key* · <@U0BEN>"),
    command("./civictrust keys register key-b --nodes node-1,node-2,node-3 --out " + "x" * 90),
    {
        "type": "actions",
        "elements": [
            button("Done", "done", style="primary"),
            button("Failed…", "failed"),
            button("Skip…", "skip"),
            button("Note…", "note"),
        ],
    },
    section("○ *4* Find documents", accessory=button("Take", "take", accessibility_label="Take 4")),
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": f"column {column} {'wide ' * 8}"} for column in range(6)]
            for _ in range(2)
        ],
    },
]
