"""The admin host of the demo's system, for a page: what is seen from it, and typed at it.

It knows an address and a launcher, as the bot and a person do; it imports no part of the demo. What
may be typed is what the shipped procedures have people type, and it goes to no shell.
"""

import asyncio
import contextlib
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import aiohttp

Json = dict[str, Any]

LAUNCHER = "./civictrust"
TYPED = frozenset(
    {
        ("status",),
        ("restart",),
        ("recover",),
        ("net", "status"),
        ("net", "heal"),
        ("state-hash",),
        ("log", "check"),
        ("keys", "list"),
        ("keys", "generate"),
        ("keys", "register"),
        ("keys", "revoke"),
        ("documents",),
        ("reissue",),
        ("issue",),
        ("verify",),
    }
)
"""The commands of the procedures, by their first words; what follows is the launcher's to judge."""
CRASH, PARTITION, LEAK, HEAL = "crash", "partition", "leak", "heal"
_LONGEST_WORDS = max(map(len, TYPED))
_ANSWERS_WITHIN_S = 120.0
_SEEN_WITHIN = aiohttp.ClientTimeout(total=5)
_MOST_SHOWN = 20_000
"""Characters of what a command printed."""
_HASH_SHOWN = 12
"""Digits of a state hash, as many as `./civictrust status` shows."""


class AdminHost:
    """What the page shows of the system, and does to it: `look`, `refusal`, `plan`, `run`."""

    name = "CivicTrust"
    prompt = LAUNCHER
    presses: Sequence[Json] = (
        {"id": CRASH, "label": "Crash a node", "says": "The leader dies while it issues a permit"},
        {"id": PARTITION, "label": "Cut a node off", "says": "The two others go on writing"},
        {"id": LEAK, "label": "Leak a key", "says": "Somebody else signs documents with it"},
        {
            "id": HEAL,
            "label": "Heal everything",
            "says": "Mend all of it at once, without a procedure",
            "mends": True,
        },
    )

    def __init__(self, url: str, launcher: Path, environment: Mapping[str, str]) -> None:
        """*url* is the system's read-only gateway; the launcher runs in this *environment*."""
        self._url, self._launcher = url, launcher
        self._environment = environment
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=_SEEN_WITHIN)
        return self

    async def __aexit__(self, *_: object) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def look(self) -> Json:
        """How the system is, in words."""
        seen = await self._overview()
        if seen is None:
            return {"good": False, "says": f"{self.name} does not answer.", "groups": []}
        return described(seen)

    def refusal(self, line: str) -> str | None:
        """Why a line cannot be typed here; none where it can."""
        try:
            words = shlex.split(line)
        except ValueError:
            return "A quotation mark is left open."
        if words[:1] != [LAUNCHER]:
            return f"This runs {LAUNCHER} only, and no shell."
        if words[1:2] == ["chaos"]:
            return "To break something, press a button above."
        starts = (tuple(words[1 : 1 + count]) for count in range(1, _LONGEST_WORDS + 1))
        if not any(start in TYPED for start in starts):
            names = ", ".join(sorted(" ".join(one) for one in TYPED))
            return f"This runs what the procedures have you run: {names}."
        return None

    async def plan(self, press: str) -> Sequence[str]:
        """The lines that a button stands for."""
        if press != HEAL:
            return (f"{LAUNCHER} chaos {press}",)
        return healing(await self._overview() or {})

    async def run(self, line: str) -> tuple[int, str]:
        """Run a line in the launcher's folder: its exit status, and all that it printed."""
        _, *words = shlex.split(line)
        process = await asyncio.create_subprocess_exec(
            str(self._launcher),
            *words,
            cwd=self._launcher.parent,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), _ANSWERS_WITHIN_S)
        except TimeoutError:
            return 1, f"no answer within {_ANSWERS_WITHIN_S:.0f} seconds"
        finally:
            # Whoever stops the demo has this stopped too.
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        status = process.returncode
        return 1 if status is None else status, _shown(printed.decode(errors="replace"))

    async def _overview(self) -> Json | None:
        if self._http is None:
            return None
        try:
            async with self._http.get(f"{self._url}/overview") as answer:
                answer.raise_for_status()
                seen: Json = await answer.json()
                return seen
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None


def _shown(printed: str) -> str:
    left = len(printed) - _MOST_SHOWN
    return printed if left <= 0 else f"{printed[:_MOST_SHOWN]}\n… {left} more characters"


# --- in words ------------------------------------------------------------------------------------


def described(seen: Json) -> Json:
    """An overview in words: a line, and the rows below it."""
    wrong = troubles(seen)
    quorum = seen["quorum"]
    writes = quorum["have"] >= quorum["needed"]
    words = f"{quorum['have']} of {quorum['of']} nodes answer; " + (
        f"{quorum['needed']} are enough to write."
        if writes
        else f"nothing can be written before {quorum['needed']} do."
    )
    hashes = [one["state_hash"] for one in seen["nodes"] if one["state"] == "up"]
    usual = max(hashes, key=hashes.count, default=None)
    return {
        "good": not wrong,
        "says": f"{'Not healthy: ' + '; '.join(wrong) if wrong else 'Healthy'}. {words}",
        "groups": [
            {"title": "Nodes", "rows": [_node(one, seen, usual) for one in seen["nodes"]]},
            {"title": "Keys", "rows": [_key(one) for one in seen["keys"]]},
        ],
    }


def troubles(seen: Json) -> list[str]:
    """All that is wrong, in a few words each."""
    wrong = [f"{one['name']} is {one['state']}" for one in seen["nodes"] if one["state"] != "up"]
    if len({one["state_hash"] for one in seen["nodes"] if one["state"] == "up"}) > 1:
        wrong.append("state hashes differ")
    if seen["orphans"]:
        wrong.append(f"{_count(seen['orphans'], 'signed document')} in no log")
    if seen["quorum"]["leader"] is None:
        wrong.append("no leader")
    wrong += [f"{one['id']} signs what nobody asked for" for one in seen["keys"] if _leaked(one)]
    return wrong


def _node(node: Json, seen: Json, usual: str | None) -> Json:
    up = node["state"] == "up"
    leads = node["name"] == seen["quorum"]["leader"]
    differs = up and node["state_hash"] != usual
    facts = []
    if node["lsn"] is not None:
        signer = f" · last signer {node['signer']}" if node["signer"] else ""
        before = "" if up else "last seen: "
        facts.append(f"{before}LSN {node['lsn']} · {node['log_size']} in the log{signer}")
    return {
        "name": node["name"],
        "mark": ("warn" if differs else "good") if up else "bad",
        "state": ("alive, leads" if leads else "alive") if up else node["state"],
        "facts": facts + ([_lag(node, seen)] if differs else []),
        "hash": node["state_hash"] and f"state {node['state_hash'][:_HASH_SHOWN]}",
    }


def _lag(node: Json, seen: Json) -> str:
    behind = max(int(one["lsn"]) for one in seen["nodes"] if one["state"] == "up") - node["lsn"]
    if not behind:
        return "its state is not that of the others"
    return f"{_count(behind, 'record')} behind the others"


def _key(key: Json) -> Json:
    forged = _count(key["forged"], "document") + " that nobody asked for"
    return {
        "name": key["id"],
        "mark": "bad" if _leaked(key) else "good" if key["can_sign"] else "off",
        "state": "can sign" if key["can_sign"] else key["status"],
        "facts": [f"signed {forged}"] if key["forged"] else [],
        "hash": None,
    }


def _leaked(key: Json) -> bool:
    return bool(key["can_sign"] and key["forged"])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# --- mended at once ------------------------------------------------------------------------------


def healing(seen: Json) -> Sequence[str]:
    """The lines that mend all that an overview shows; where nothing is wrong, one that says so.

    A node that is down may hold what was left half done, which nobody sees before it is back.
    """
    nodes, keys = seen.get("nodes", []), seen.get("keys", [])
    lines = [f"net heal {one['name']}" for one in nodes if one["state"] == "cut off"]
    down = [one["name"] for one in nodes if one["state"] == "down"]
    lines += [f"restart {name}" for name in down]
    if down or seen.get("orphans"):
        lines.append("recover")
    names = {one["id"] for one in keys}
    for key in filter(_leaked, keys):
        new = next(name for name in _names() if name not in names)
        names.add(new)
        lines += [
            f'keys revoke {key["id"]} --reason "healed at once"',
            f"keys generate {new}",
            f"keys register {new}",
            f"reissue --signed-by {key['id']} --critical --with {new}",
        ]
    return [f"{LAUNCHER} {line}" for line in lines or ["status"]]


def _names() -> Sequence[str]:
    return [f"key-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"] + [
        f"key-{number}" for number in range(1, 1000)
    ]
