"""`runbook check` as people and cron type it, against a system on the loopback."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.test_main import RUNBOOK

Out = pytest.CaptureFixture[str]

PROCEDURE = """
schema: procedure/v1
id: node-gone
title: A node is gone
symptoms: [A node does not answer]
inputs:
  node: { description: The node, pattern: "node-[0-9]+", required: true }
  readers: { description: Who reads, pattern: "node-[0-9]+", list: true, default: "node-2,node-4" }
checks:
  read:
    title: The readers read
    target: system
    each: { one: readers }
    get: /nodes/{{ one }}
    expect: [{ pointer: /healthy, equals: true }]
  up:
    title: "{{ node }} is up"
    target: system
    get: /nodes/{{ node }}
    expect: [{ pointer: /healthy, equals: true }]
  all-up:
    title: Enough nodes are up
    target: system
    each: { one: nodes }
    get: /nodes/{{ one }}
    expect: [{ pointer: /healthy, equals: true }, { min_ok: 1 }]
  next:
    title: What the node says first leads on
    target: system
    requests:
      - { get: "/nodes/{{ node }}", keep: { well: /healthy } }
      - { get: "/nodes/{{ well }}" }
    expect: [{ pointer: /healthy, equals: true }]
    by_hand: nodes show {{ node }}
  stored:
    title: "The copy {{ copy }} is there"
    target: system
    get: /nodes/{{ copy }}
steps:
  - id: save
    title: Save it
    run: [save]
    captures: { copy: { description: The copy, pattern: "copy-[0-9]+" } }
    check: stored
verification:
  - check: up
  - check: all-up
"""


@dataclass
class System:
    """A system whose nodes can be made ill; it counts who asked."""

    url: str
    ill: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"healthy": self.path.rpartition("/")[2] not in made.ill}).encode()
            self.send_response(404 if self.path in made.gone else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            made.asked.release()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = System(f"http://127.0.0.1:{server.server_address[1]}")
        (tmp_path / "procedures").mkdir()
        (tmp_path / "procedures" / "node-gone.yaml").write_text(PROCEDURE)
        targets = tmp_path / "targets.yaml"
        targets.write_text(
            f"targets:\n  system: {{ url: {made.url}, sets: {{ nodes: [node-1, node-2] }} }}\n"
        )
        monkeypatch.setenv("RUNBOOK_PROCEDURES", str(tmp_path / "procedures"))
        monkeypatch.setenv("RUNBOOK_TARGETS", str(targets))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def test_what_a_terminal_says_and_how_it_ends(system: System, capsys: Out) -> None:
    assert main(["check", "node-gone", "node=node-1"]) == 0
    said = capsys.readouterr()
    assert "🟢 passed  up      node-1 is up (" in said.out
    assert "2 of 2 passed at " in said.out
    assert said.err == ""

    system.ill = {"node-1"}
    assert main(["check", "node-gone", "node=node-1"]) == 1
    said = capsys.readouterr()
    assert "🔴 failed  up" in said.out
    assert "expected `healthy` to be `true`, found `false`" in said.out
    # What passes while some of it is ill says so.
    assert "🟢 passed  all-up" in said.out
    assert "1 of 2 as expected; node-1: " in said.out

    assert main(["check", "node-gone", "node=node-1", "--json", "--all", "copy=copy-3"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["procedure"], told["passed"]) == ("node-gone", False)
    assert [(one["check"], one["passed"]) for one in told["checks"]] == [
        ("read", True),
        ("up", False),
        ("all-up", True),
        ("next", True),
        ("stored", True),
    ]
    assert told["checks"][1]["seen"][-1]["seen"] == "false"

    system.ill = {"node-8"}
    assert main(["check", "node-gone", "--only", "read", "readers=node-7, node-8"]) == 1
    assert "node-8: expected `healthy`" in capsys.readouterr().out

    assert main(["check", "node-gone", "node=node-2", "--only", "stored"]) == 1
    assert "not asked: copy has no value; write copy=…" in capsys.readouterr().out


def test_requests_in_turn_use_what_the_answer_before_said(system: System, capsys: Out) -> None:
    asked = ["check", "node-gone", "node=node-1", "--only", "next"]
    assert main(asked) == 0
    assert "1 of 1 passed at " in capsys.readouterr().out
    # The second is asked of what the first one said, `false`.
    system.ill = {"node-1", "false"}
    assert main(asked) == 1
    assert "expected `healthy` to be `true`, found `false`" in capsys.readouterr().out
    system.gone = {"/nodes/node-1"}
    assert main(asked) == 1
    said = "request 1 of 2: HTTP 404: there is nothing at /nodes/node-1 (is node right?)"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["node-gon"], "Did you mean node-gone?"),
        (["node-gone"], "the check up needs node; write node=…"),
        (["node-gone", "node-1"], "a value is NAME=VALUE, not node-1"),
        (["node-gone", "node=x"], "node must look like node-1"),
        (["node-gone", "zone=x"], "node-gone has no input zone; it has node, readers"),
        (["node-gone", "node=node-1", "copy=x"], "copy must match copy-[0-9]+"),
        (["node-gone", "node=node-1", "--only", "down"], "no check down; it has read, up, all-up"),
        (["node-gone", "node=node-1", "--targets", "none.yaml"], "none.yaml: No such file"),
        (["node-gone", "node=node-1", "--every", "0.1"], "--every is 1 second at least"),
    ],
)
def test_what_is_typed_wrong_is_said(
    system: System, words: list[str], says: str, capsys: Out
) -> None:
    assert main(["check", *words]) == 2
    assert says in capsys.readouterr().err


def test_without_targets_nothing_is_asked(
    system: System, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.delenv("RUNBOOK_TARGETS")
    assert main(["check", "node-gone", "node=node-1"]) == 2
    assert "RUNBOOK_TARGETS" in capsys.readouterr().err


@pytest.fixture
def keyboard() -> Iterator[None]:
    """Ctrl-C reaches a command, also where these tests run in the background and ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("keyboard")
def test_a_watch_looks_again_and_is_ended_by_the_keyboard(system: System) -> None:
    system.ill = {"node-1"}
    words = ["node=node-1", "--only", "up", "--watch", "--json", "--every", "1"]
    watching = subprocess.Popen(  # noqa: S603 - our own executable
        [RUNBOOK, "check", "node-gone", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    assert not json.loads(watching.stdout.readline())["passed"]
    system.ill = set()
    while not json.loads(watching.stdout.readline())["passed"]:
        pass
    watching.send_signal(signal.SIGINT)
    _, complaint = watching.communicate(timeout=60)
    assert (watching.returncode, complaint.strip()) == (0, "")


def test_a_watch_has_an_end(system: System, capsys: Out) -> None:
    words = ["node=node-1", "--only", "up", "--watch", "--every", "1", "--for", "1.5"]
    assert main(["check", "node-gone", *words]) == 0
    assert capsys.readouterr().out.count("1 of 1 passed at ") == 2
