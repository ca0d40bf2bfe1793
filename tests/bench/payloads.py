"""What Slack would send: signed requests with clicks on a real board, and notes from a form.

Made before anything is timed. Nothing is sent from here.
"""

import functools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.core.engine.fold import fold
from bot.core.engine.starting import Begun, settle, started
from bot.core.run.events import Fact, Person, RunStarted
from bot.core.views import board
from bot.edges.library import Library

ROOT = Path(__file__).resolve().parents[2]
PROCEDURE, STEP = "crash-recovery", "look"
CHANNEL, TEAM = "C0INCIDENTS", "T0WORKSPACE"
INPUTS = {"node": "node-1"}
"""What the procedure asks for before it starts."""
PREFIX = "CR"
"""The letters of the ids of the procedure's runs."""


@functools.cache
def opening() -> RunStarted:
    """The first fact of a run of the shipped procedure that the benches click through."""
    library = Library(ROOT / "procedures")
    library.refresh()
    loaded = library.get(PROCEDURE)
    assert loaded is not None, library.problems()
    inputs = settle(loaded.procedure, INPUTS).values
    return started(loaded, inputs, Begun(CHANNEL, TEAM), Person(id="U0ANA", name="ana"))


@dataclass(frozen=True, slots=True)
class Sender:
    """Makes requests for *url*, each another delivery, named after *tag*."""

    path: str
    host: str
    secret: str
    tag: str

    def start(self, number: int) -> bytes:
        """A press of the button that starts another run."""
        value = json.dumps({"procedure": PROCEDURE, "inputs": INPUTS, "another": True})
        return self._signed(self._click(number, "start", value, "U0ANA", []))

    def turns(self, run: str, user: str, first: int, count: int) -> Iterator[bytes]:
        """Take, give back, take, …: each press changes the run, so each is a fact."""
        # The message that was clicked in comes with each click, whole.
        fact = Fact(run, 1, datetime.now(UTC), opening(), "ab" * 32)
        blocks = list(board.draw(fold([fact])).blocks)
        for number in range(first, first + count):
            verb = "give_back" if (number - first) % 2 else "take"
            yield self._signed(self._click(number, verb, f"{run}/{STEP}", user, blocks))

    def notes(self, run: str, user: str, first: int, count: int) -> Iterator[bytes]:
        """Submitted notes: any number at once may go to one run, and each is a fact."""
        for number in range(first, first + count):
            view = {
                "id": f"V{self.tag}{number}",
                "team_id": TEAM,
                "type": "modal",
                "hash": f"{number}.h",
                "callback_id": "note",
                "private_metadata": json.dumps({"run": run, "step": None}),
                "blocks": [{"type": "input", "block_id": "text"}],
                "state": {"values": {"text": {"value": {"value": f"{number} " + "seen " * 40}}}},
            }
            yield self._signed(
                {
                    "type": "view_submission",
                    "team": {"id": TEAM, "domain": "bench"},
                    "user": {"id": user, "name": user.lower(), "username": user.lower()},
                    "api_app_id": "A0WORKSPACE",
                    "token": "verification-token",
                    "trigger_id": f"{self.tag}.{number}",
                    "view": view,
                }
            )

    def _click(
        self, number: int, verb: str, value: str, user: str, blocks: list[Any]
    ) -> dict[str, Any]:
        ts = f"1790000000.{number:06}"
        return {
            "type": "block_actions",
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
            "api_app_id": "A0WORKSPACE",
            "token": "verification-token",
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": CHANNEL,
                "is_ephemeral": False,
            },
            "trigger_id": f"{self.tag}.{number}",
            "team": {"id": TEAM, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": CHANNEL, "name": "incidents"},
            "message": {
                "type": "message",
                "user": "U0BOT",
                "bot_id": "B0BOT",
                "app_id": "A0WORKSPACE",
                "ts": ts,
                "text": "Crash recovery",
                "team": TEAM,
                "blocks": blocks,
            },
            "state": {"values": {}},
            "response_url": f"http://{self.host}/response/{number}",
            "actions": [
                {
                    "action_id": verb,
                    "block_id": f"step:{STEP}",
                    "text": {"type": "plain_text", "text": verb.title(), "emoji": True},
                    "value": value,
                    "type": "button",
                    "action_ts": f"{ts}",
                }
            ],
        }

    def _signed(self, payload: dict[str, Any]) -> bytes:
        body = urlencode({"payload": json.dumps(payload, separators=(",", ":"))})
        stamp = str(int(time.time()))
        signature = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\n"
            "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
            "Accept: application/json,*/*\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return (head + body).encode()
