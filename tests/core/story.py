"""The story that the golden post-mortem tells: ana and ben recover from a leaked signing key."""

from datetime import timedelta
from typing import Any

from bot.core.documents.postmortem import Attached, Said, document
from bot.core.documents.postmortem.talk import TOO_LARGE
from bot.core.engine import commands as c
from bot.core.markup.faces import FACES, MARKDOWN
from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.core.strategies import ANA, BEN, START, Desk

NAMES = {"U0ANA": "Ana Lima", "U0BEN": "Ben Okoro", "C0TRUST": "trust-oncall", "S0DBA": "dbas"}

PROCEDURE = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "key-compromise",
        "title": "Key compromise recovery",
        "severity": "SEV1",
        "owner": {"team": "trust-platform", "slack": "#trust-oncall"},
        "estimate": "90m",
        "reviewed": "2026-10-01",
        "impact": "Whoever holds the key can issue documents in our name.",
        "symptoms": ["Suspected or confirmed key leak", "A signed document that no one issued"],
        "inputs": {
            "key_id": {"description": "The key", "pattern": "key-[a-z0-9]+", "required": True},
            "new_key_id": {"description": "The new key", "pattern": "key-[a-z0-9]+"},
        },
        "checks": {
            "key-cannot-sign": {
                "title": "{{ key_id }} cannot sign",
                "target": "civictrust",
                "get": "/keys/{{ key_id }}",
                "expect": [
                    {"pointer": "/status", "equals": "revoked"},
                    {"pointer": "/can_sign", "equals": False},
                ],
            },
            "new-key-works": {
                "title": "{{ new_key_id }} can sign",
                "target": "civictrust",
                "each": {"node": "nodes"},
                "get": "/nodes/{{ node }}/keys/{{ new_key_id }}",
                "expect": [{"pointer": "/can_sign", "equals": True}],
            },
        },
        "steps": [
            {
                "id": "revoke",
                "title": "Revoke the key immediately",
                "danger": "destructive",
                "run": ['./civictrust keys revoke {{ key_id }} --reason "compromise detected"'],
                "expected": "revoked on 3/3 nodes",
                "check": "key-cannot-sign",
            },
            {
                "id": "new-key",
                "title": "Put a new key in place",
                "one_of": True,
                "steps": [
                    {
                        "id": "generate",
                        "title": "Generate and register a new key",
                        "run": [
                            "./civictrust keys generate {{ new_key_id }}",
                            "./civictrust keys register {{ new_key_id }}",
                        ],
                        "expected": "registered on 3/3 nodes",
                        "check": "new-key-works",
                    },
                    {
                        "id": "promote",
                        "title": "Promote the standby key",
                        "run": ["./civictrust keys promote standby"],
                    },
                ],
            },
            {
                "id": "find",
                "title": "Identify the documents signed with {{ key_id }}",
                "run": ["./civictrust documents --signed-by {{ key_id }}"],
            },
            {
                "id": "reissue",
                "title": "Re-issue the critical documents",
                "run": ["./civictrust reissue --signed-by {{ key_id }} --with {{ new_key_id }}"],
            },
            {
                "id": "notify",
                "title": "Notify the affected parties",
                "do": "Tell every holder of a listed document, and whoever relies on them.",
            },
        ],
        "verification": [
            {"check": "key-cannot-sign"},
            {"check": "new-key-works"},
            {"confirm": "The affected parties have been told"},
        ],
        "prevention": [
            "Use hardware security modules, so that a key can be used and never read",
            "Rotate signing keys every 90 days, and rehearse this page each time",
        ],
    }
)

DUMP = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SAID = (
    Said(START + timedelta(seconds=40), "U0ANA", "Support sent two permits that nobody issued :("),
    Said(
        START + timedelta(minutes=8),
        "B0DEPLOY",
        "node-3 is back, says <!subteam^S0DBA>",
        app="Deploybot",
        alias="prod",
    ),
    Said(
        START + timedelta(minutes=9),
        "U0BEN",
        "<@U0ANA> node-3 was behind a full disk, see <https://status.example/n3|the status page>",
        edited=True,
        edited_at=START + timedelta(minutes=10),
    ),
    Said(
        START + timedelta(minutes=12),
        "U0BEN",
        "",
        app="Phone",
        through=True,
        files=(
            Attached("node-3.png", "F1", 48_300, DUMP),
            Attached("core.dump", "F2", 70_000_000, why=TOO_LARGE),
        ),
        earlier=True,
    ),
    Said(
        START + timedelta(minutes=30), "U0DEE", "Legal wants the list: serial | holder &amp; date"
    ),
)


def key_compromise() -> Desk:
    """The run from its first fact to the export after it was closed as recovered."""
    desk = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")
    for after, command in _until_closed():
        desk.do(command(desk) if callable(command) else command, after)
    return desk


def look(check: str, *seen: tuple[str, str | None, bool, str]) -> Any:
    """A look at *check*, for the request that is pending."""

    def made(desk: Desk) -> c.Observe:
        request = next(r for r in desk.run.pending.values() if r.check == check)
        shown = tuple(
            e.Seen(expectation=words, member=member, held=held, seen=value)
            for words, member, held, value in seen
        )
        green = all(one.held for one in shown)
        return c.Observe(
            e.CheckObserved(request=request.id, check=check, green=green, final=True, seen=shown)
        )

    return made


REVOKED = (
    ("/status equals revoked", None, True, "revoked"),
    ("/can_sign equals false", None, True, "false"),
)
ALL_SIGN = tuple(("/can_sign equals true", f"node-{n}", True, "true") for n in (1, 2, 3))
ONE_SILENT = (*ALL_SIGN[:2], ("an answer", "node-3", False, "no answer within 3 s"))


def _until_closed() -> list[tuple[timedelta, Any]]:
    def at(minutes: int, seconds: int = 0) -> timedelta:
        return timedelta(minutes=minutes, seconds=seconds)

    return [
        (at(0, 55), c.Take("revoke", ANA, "key-a")),
        (at(1, 10), c.MarkDone("revoke", ANA)),
        (at(0, 1), look("key-cannot-sign", *REVOKED)),
        (at(0, 20), c.Take("generate", ANA)),
        (at(1, 0), c.HandOver("generate", ANA, BEN)),
        (at(3, 4), c.MarkDone("generate", BEN)),
        (at(0, 3), look("new-key-works", *ONE_SILENT)),
        (at(0, 30), c.AddNote("generate", BEN, "node-3 is out of disk; freeing space")),
        (at(4, 0), c.CheckAgain("generate", BEN)),
        (at(0, 2), look("new-key-works", *ALL_SIGN)),
        (at(1, 0), c.Take("find", BEN)),
        (at(6, 0), c.MarkDone("find", ANA)),
        (at(0, 40), c.AddNote(None, ANA, "14 documents, 3 of them forged")),
        (at(0, 30), c.Take("notify", ANA)),
        (at(2, 0), c.Take("reissue", BEN)),
        (at(2, 0), c.Fail("reissue", BEN, "quorum lost while node-3 restarted")),
        (at(3, 0), c.Skip("reissue", BEN, "no critical document is among the 14")),
        (at(8, 0), c.MarkDone("notify", ANA)),
        (at(1, 0), c.Verify(ANA)),
        (at(0, 2), look("key-cannot-sign", *REVOKED)),
        (at(0, 1), look("new-key-works", *ALL_SIGN)),
        (at(1, 0), c.Confirm("confirm:2", BEN, "by mail, all 14 holders")),
        (at(2, 30), c.Close(ANA)),
        (at(0, 1), look("key-cannot-sign", *REVOKED)),
        (at(0, 1), look("new-key-works", *ALL_SIGN)),
        (at(1, 0), c.Export(ANA)),
    ]


def render(*run_and_facts: Any, face: str = MARKDOWN, **rest: Any) -> str:
    """A post-mortem, written; the arguments are those of its document."""
    return FACES[face](document(*run_and_facts, **rest))


EXPORTED = START + timedelta(hours=1)
