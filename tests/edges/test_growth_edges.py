"""What comes in from outside may be a hundred times as much, as in `tests/core/test_growth.py`."""

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.edges.library import Library
from bot.edges.logs import masked
from bot.edges.probes.names import Resolver
from bot.edges.slack.inbound import bodies
from bot.edges.slack.inbound.door import Door
from bot.edges.slack.inbound.fields import Malformed
from tests.core.growing import Work, grows_in_step
from tests.core.lint_case import BASE
from tests.core.strategies import START
from tests.edges.slack.delivered import CLICK, COMMAND, FORM, ME
from tests.edges.slack.test_long_threads import ROOT, Slack, asking


def filled(blocks: int) -> dict[str, Any]:
    made = [{"type": "input", "block_id": f"b{n}"} for n in range(blocks)]
    values = {f"b{n}": {"a": {"type": "plain_text_input", "value": "x"}} for n in range(blocks)}
    return {**FORM, "view": {**FORM["view"], "blocks": made, "state": {"values": values}}}


BODIES: dict[str, Callable[[int], dict[str, Any]]] = {
    "actions": lambda n: {**CLICK, "actions": CLICK["actions"] * n},
    "blocks of a message": lambda n: {**CLICK, "message": {"ts": "1.5", "blocks": [{}] * n}},
    "a value": lambda n: {**CLICK, "actions": [{**CLICK["actions"][0], "value": "v" * n}]},
    "an id": lambda n: {**CLICK, "user": {"id": "U" + "0" * n, "team_id": "T0HOME"}},
    "a filled form": filled,
    "private words of a form": lambda n: {
        **FORM,
        "view": {**FORM["view"], "private_metadata": json.dumps({"run": "K" * n})},
    },
    "a command": lambda n: {**COMMAND, "text": "a=" * n},
    "keys": lambda n: {**COMMAND, **{f"k{m}": "v" for m in range(n)}},
}


@pytest.mark.parametrize("shape", BODIES)
def test_a_delivery_at_the_door(shape: str) -> None:
    door = Door(ME)

    def make(size: int) -> Work:
        text = json.dumps(BODIES[shape](100 * size))

        def work() -> object:
            try:
                return door.read(bodies.read_json(text, sound=True))
            except Malformed as malformed:
                return malformed

        return work

    grows_in_step(make)


TEXTS: dict[str, Callable[[int], str]] = {
    "fields": lambda n: urlencode([(f"k{m}", "v") for m in range(n)]),
    "escapes": lambda n: "text=" + "%41" * n,
    "escapes cut short": lambda n: "text=" + "%4" * n,
    "blanks": lambda n: "text=" + "+" * n,
    "separators": lambda n: "&" * n,
    "signs": lambda n: "=" * n,
    "a payload": lambda n: urlencode({"payload": json.dumps({"a": ["\ud800\0"] * n})}),
    "openings": lambda n: '{"a":' * n,
    "brackets": lambda n: '{"a":' + "[" * n,
}


@pytest.mark.parametrize("shape", TEXTS)
def test_a_body(shape: str) -> None:
    def make(size: int) -> Work:
        text = TEXTS[shape](200 * size)

        def work() -> object:
            try:
                return bodies.read(text, "application/x-www-form-urlencoded", sound=True)
            except bodies.Unreadable as unreadable:
                return unreadable

        return work

    grows_in_step(make)


def test_the_messages_of_a_thread() -> None:
    def make(size: int) -> Work:
        return lambda: asyncio.run(asking(Slack(50 * size)).thread(None, "C1", ROOT))

    grows_in_step(make)


def test_a_message_of_a_thread() -> None:
    for text in (" ", "<", "<@U0BOT|", "x"):

        def make(size: int, text: str = text) -> Work:
            return lambda: asyncio.run(
                asking(Slack(1, text * (500 * size))).thread(None, "C1", ROOT)
            )

        grows_in_step(make, text)


def test_names_of_people() -> None:
    def make(size: int) -> Work:
        known = [f"U{n}" for n in range(100 * size)]
        return lambda: asyncio.run(asking(Slack(0, name="n" * 100 * size)).names(None, known))

    grows_in_step(make)


@pytest.mark.parametrize("content", ["good", "faulty", "of one name"])
def test_files_of_a_folder(tmp_path: Path, content: str) -> None:
    def make(size: int) -> Work:
        place = tmp_path / str(size)
        place.mkdir()
        for n in range(3 * size):
            name = "base" if content == "of one name" else f"p{n}"
            text = BASE.replace("id: base", f"id: {name}", 1)
            (place / f"p{n}.yaml").write_text("a: [" if content == "faulty" else text, "utf-8")
        return lambda: Library(place, today=START.date).refresh()

    grows_in_step(make)


def test_a_folder_in_which_nothing_changed(tmp_path: Path) -> None:
    def make(size: int) -> Work:
        place = tmp_path / str(size)
        place.mkdir()
        for n in range(5 * size):
            text = BASE.replace("id: base", f"id: p{n}", 1)
            (place / f"p{n}.yaml").write_text(text, "utf-8")
        library = Library(place, today=START.date)
        library.refresh()
        return library.refresh

    grows_in_step(make)


def test_addresses_of_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    answer: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer[-1])

    def make(size: int) -> Work:
        one = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
        answer.append([one] * (100 * size))
        return lambda: asyncio.run(Resolver().resolve("name.invalid", 80))

    grows_in_step(make)


def test_a_line_of_the_log() -> None:
    def make(size: int) -> Work:
        text = "xoxb-" * (500 * size)
        return lambda: masked(text)

    grows_in_step(make)
