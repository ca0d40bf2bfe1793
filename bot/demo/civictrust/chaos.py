"""Break the system on purpose, as it breaks in life. It repairs nothing."""

import asyncio
from datetime import UTC, datetime

from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.documents import seal
from bot.demo.civictrust.operations import Report, System
from bot.demo.civictrust.rpc import RefusedError, UnreachableError
from bot.demo.civictrust.supervisor import NODES

_WRITES_DURING_PARTITION = 20
_FORGED = ("permit", "certificate", "license")


async def crash(system: System) -> Report:
    """Have the leader die by SIGKILL between the CAS and the log of a real issuance."""
    await _all_nodes_are_needed(system)
    name = await system.cluster.leader(5.0)
    node = system.supervisor.node(name)
    await node.order({"crash_before_log": True})
    try:
        await system.issue("permit", "Alice")
    except UnreachableError:
        await node.wait()
    else:
        await node.order({"crash_before_log": False})
        raise RefusedError(f"{name} gave up the lead just then; try again")
    await system.cluster.leader(5.0)
    return Report(
        [
            f"{name}, the leader, died while it issued a permit for Alice:",
            "signed and in its CAS, not in the log",
        ]
    )


async def partition(system: System, *, node: str | None) -> Report:
    """Cut a node off and go on writing with the two others."""
    await _all_nodes_are_needed(system)
    leader = await system.cluster.leader(5.0)
    name = node or next(name for name in reversed(NODES) if name != leader)
    await system.supervisor.cut_off(name, cut=True)
    first = await _issue_patiently(system)
    last = first
    for _ in range(_WRITES_DURING_PARTITION - 1):
        last = await _issue_patiently(system)
    return Report([f"{name} is cut off; since then {first} … {last} were issued without it"])


async def _issue_patiently(system: System) -> str:
    """Issue a permit; if the leader was cut off in the midst of it, ask its successor."""
    for _ in range(3):
        try:
            return str((await system.issue("permit", "Bob"))["id"])
        except (RefusedError, UnreachableError):
            await asyncio.sleep(0.5)
    return str((await system.issue("permit", "Bob"))["id"])


async def leak(system: System, *, key: str | None) -> Report:
    """Let a rogue who has a private key seal documents and put them into the log."""
    listed = (await system.cluster.ask_leader({"do": "keys"}))["keys"]
    active: list[str] = [one["id"] for one in listed if one["can_sign"]]
    if not active or (key is not None and key not in active):
        raise RefusedError(f"{key or 'no key'} cannot sign, so there is nothing to steal")
    stolen = key or active[0]
    there = (await system.cluster.documents(None))["not_requested"]
    ids = []
    for number, kind in enumerate(_FORGED, start=9001 + there):
        document = {
            "id": f"doc-{number}",
            "type": kind,
            "subject": "Mallory",
            "issued_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "replaces": None,
        }
        envelope = seal(document, stolen, system.keys.sign(stolen, canonical(document)))
        issued = await system.cluster.ask_leader({"do": "submit", "envelope": envelope.decode()})
        system.receipts.keep(issued)
        ids.append(issued["id"])
    return Report([f"{stolen} leaked: a rogue signed {', '.join(ids)}, which nobody asked for"])


async def _all_nodes_are_needed(system: System) -> None:
    for node in await system.cluster.nodes():
        if not node["reachable"]:
            raise RefusedError(f"{node['name']} is broken already; repair it first")
