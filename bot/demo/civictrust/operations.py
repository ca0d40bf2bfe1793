"""What an operator can do, each with a short report in words. It breaks nothing on purpose.

A report is `ok` when the thing was done or is well; the command's exit status follows it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.civictrust.cluster import Cluster, answered
from bot.demo.civictrust.keystore import Keystore
from bot.demo.civictrust.receipts import Receipts
from bot.demo.civictrust.rpc import Message, RefusedError, UnreachableError
from bot.demo.civictrust.supervisor import NODES, Supervisor

_SETTLE = 3.0  # seconds for followers to learn what the leader committed
_ALL = len(NODES)


@dataclass(frozen=True)
class Report:
    """What to tell the operator."""

    lines: list[str]
    ok: bool = True


class System:
    """The parts that operations work on, and a few questions that several of them ask."""

    def __init__(
        self, supervisor: Supervisor, cluster: Cluster, keys: Keystore, receipts: Receipts
    ) -> None:
        self.supervisor, self.cluster, self.keys, self.receipts = (
            supervisor,
            cluster,
            keys,
            receipts,
        )

    async def issue(self, kind: str, subject: str, key: str | None = None) -> Message:
        issued = await self.cluster.ask_leader(
            {"do": "issue", "type": kind, "subject": subject, "key": key}
        )
        self.receipts.keep(issued)
        return issued

    def trouble(self, name: str, error: UnreachableError) -> str:
        """Say what is wrong with a silent node, and the command that repairs it."""
        node = self.supervisor.nodes[name]
        if not node.alive:
            return f"down     process {node.epitaph}; restart it: ./civictrust restart {name}"
        if error.gone:
            return f"starting process {node.pid} does not listen yet; look again"
        return (
            f"cut off  process {node.pid} alive, no answer; heal it: ./civictrust net heal {name}"
        )

    async def agreement(self, message: Message, wanted: Callable[[Message], bool]) -> str:
        """Wait a little until every node's answer is as wanted; say on how many it is."""
        agreed = 0
        for _ in range(int(_SETTLE / 0.1)):
            answers = await self.cluster.ask_all(message)
            agreed = sum(wanted(answer) for answer in answered(answers).values())
            silent = [node for node in NODES if node not in answered(answers)]
            if agreed + len(silent) == _ALL:
                late = f" ({', '.join(silent)} does not answer; it catches up later)"
                return f"{agreed}/{_ALL} nodes{late if silent else ''}"
            await asyncio.sleep(0.1)
        return f"{agreed}/{_ALL} nodes so far"


async def status(system: System) -> Report:
    """Show every node, the CAS, the log and the keys; ok if all of it is well."""
    lines, wrong = [], []
    answers = await system.cluster.ask_all({"do": "status"})
    for name, answer in answers.items():
        if isinstance(answer, UnreachableError):
            lines.append(f"{name}  {system.trouble(name, answer)}")
            wrong.append(f"{name} is {'down' if answer.gone else 'cut off'}")
        else:
            lines.append(
                f"{name}  {answer['role']:<8} LSN {answer['lsn']:<5} "
                f"log {answer['log_size']:<5} state {answer['state_hash'][:12]}"
            )
    known = answered(answers).values()
    if len({answer["state_hash"] for answer in known}) > 1:
        wrong.append("state hashes differ")
    if not any(answer["role"] == "leader" for answer in known):
        wrong.append("no leader")
    if len(known) == _ALL:
        orphans, log = await system.cluster.orphans(), await system.cluster.consistency()
        wrong += [f"{_orphans(len(orphans))} in the CAS: ./civictrust recover"] if orphans else []
        wrong += [] if log["consistent"] else ["the log is inconsistent: ./civictrust log check"]
    lines.append(f"not healthy: {'; '.join(wrong)}" if wrong else "healthy")
    return Report(lines, not wrong)


def _orphans(count: int) -> str:
    return f"{count} orphan{'s' if count != 1 else ''}"


async def issue(
    system: System,
    *,
    type: str,  # noqa: A002 - the option's name
    subject: str,
    count: int,
    key: str | None,
) -> Report:
    """Issue documents, one after another."""
    ids, used = [], ""
    for _ in range(count):
        issued = await system.issue(type, subject, key)
        ids.append(issued["id"])
        used = issued["key"]
    span = ids[0] if count == 1 else f"{ids[0]} … {ids[-1]}"
    return Report([f"issued {count} {type} for {subject}: {span}, signed with {used}"])


async def recover(system: System, *, check_partial: bool) -> Report:
    """Complete half-done issuances or roll them back; or only list them."""
    if check_partial:
        partial = (await system.cluster.ask_leader({"do": "partial"}))["partial"]
        lines = [_partial_line(one) for one in partial]
        summary = f"{len(partial)} partial issuance{'s' if len(partial) != 1 else ''}"
        remedy = ". Complete or roll back: ./civictrust recover" if partial else ""
        return Report([*lines, summary + remedy])
    done = await system.cluster.ask_leader({"do": "recover"})
    lines = []
    for issued in done["completed"]:
        system.receipts.keep(issued)
        lines.append(f"{issued['id']}  completed: log entry {issued['receipt']['index'] + 1}")
    lines += [f"{one['id']}  rolled back: {one['why']}" for one in done["rolled_back"]]
    left = await _orphans_left(system)
    lines.append(
        f"{len(done['completed'])} completed, {len(done['rolled_back'])} rolled back, {left} left"
    )
    return Report(lines, left == 0)


async def _orphans_left(system: System) -> int:
    """Count orphans once the node that holds them has had a little time to hear of the outcome."""
    left = len(await system.cluster.orphans())
    for _ in range(int(_SETTLE / 0.1)):
        if not left:
            break
        await asyncio.sleep(0.1)
        left = len(await system.cluster.orphans())
    return left


def _partial_line(partial: Message) -> str:
    if partial["address"] is None:
        where = "in no CAS"
    else:
        where = f"in the CAS of {', '.join(partial['nodes'])}, not in the log"
    what = f"{partial['type']} for {partial['subject']}, signed with {partial['key']}, {where}"
    return f"{partial['id']}  {what}: {partial['outlook']}"


async def restart(system: System, *, node: str) -> Report:
    """Start a node's process again, and wait until it has found its leader."""
    await system.supervisor.restart(node)
    if system.supervisor.node(node).cut_off:
        return Report([f"{node} restarted, still cut off: ./civictrust net heal {node}"], ok=False)
    for _ in range(50):
        answer = await system.cluster.ask(node, {"do": "status"}, patience=2.0)
        if answer["leader"] is not None:
            return Report([f"{node} restarted: {answer['role']}, LSN {answer['lsn']}"])
        await asyncio.sleep(0.1)
    return Report([f"{node} restarted, but found no leader: ./civictrust net status"], ok=False)


async def net_status(system: System) -> Report:
    """Let every node try its peers, and say who hears whom."""
    answers = await system.cluster.ask_all({"do": "status"})
    links = await asyncio.gather(*(_links(system, node) for node in answered(answers)))
    heard = dict(zip(answered(answers), links, strict=True))
    lines = []
    for name, answer in answers.items():
        if isinstance(answer, UnreachableError):
            lines.append(f"{name}  {system.trouble(name, answer)}")
        else:
            deaf = [peer for peer, hears in heard[name].items() if not hears]
            lines.append(
                f"{name}  up       LSN {answer['lsn']}, hears "
                + ("all peers" if not deaf else f"all but {', '.join(deaf)}")
            )
    return Report(lines, len(heard) == _ALL and all(all(link.values()) for link in links))


async def _links(system: System, node: str) -> dict[str, bool]:
    answer = await system.cluster.ask(node, {"do": "links"}, patience=3.0)
    links: dict[str, bool] = answer["links"]
    return links


async def net_heal(system: System, *, node: str) -> Report:
    """Connect a node again; it then catches up by itself."""
    if not system.supervisor.node(node).alive:
        raise RefusedError(f"{node} is down, not cut off; ./civictrust restart {node}")
    was_cut = system.supervisor.node(node).cut_off
    await system.supervisor.cut_off(node, cut=False)
    healed = await system.cluster.ask(node, {"do": "status"}, patience=2.0)
    leader = await system.cluster.leader(5.0)
    ahead = (await system.cluster.ask(leader, {"do": "status"}))["wal_lsn"]
    again = "connected again" if was_cut else "was connected already"
    behind = max(0, ahead - healed["lsn"])
    return Report([f"{node} {again}: LSN {healed['lsn']}, {behind} records to catch up"])


async def state_hash(system: System) -> Report:
    """Show every node's state hash; ok if all are there and the same."""
    answers = await system.cluster.ask_all({"do": "status"})
    lines = [
        f"{name}  {system.trouble(name, answer)}"
        if isinstance(answer, UnreachableError)
        else f"{name}  LSN {answer['lsn']:<5} {answer['state_hash']}"
        for name, answer in answers.items()
    ]
    hashes = [answer["state_hash"] for answer in answered(answers).values()]
    most = max((hashes.count(one) for one in hashes), default=0)
    ok = most == _ALL
    lines.append(f"identical on {most}/{_ALL} nodes" + ("" if ok else ": not recovered"))
    return Report(lines, ok)


async def log_check(system: System) -> Report:
    """Compare the nodes' transparency logs, and each log with its CAS."""
    log = await system.cluster.consistency()
    lines = [f"{node}  {size} entries" for node, size in log["nodes"].items()]
    lines.append(f"root {log['root']}")
    lines.append(f"consistent on {_ALL}/{_ALL} nodes" if log["consistent"] else "INCONSISTENT")
    return Report(lines, bool(log["consistent"]))


async def keys_list(system: System) -> Report:
    """List the registered keys."""
    listed = (await system.cluster.ask_leader({"do": "keys"}))["keys"]
    return Report([_key_line(key) for key in listed])


def _key_line(key: dict[str, Any]) -> str:
    why = f" since {key['revoked_at']}: {key['reason']}" if key["status"] == "revoked" else ""
    return f"{key['id']}  {key['status']}{why}"


async def keys_generate(system: System, *, key: str) -> Report:
    """Make a key pair in the keystore; it cannot sign before it is registered."""
    try:
        fresh = system.keys.generate(key)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    if not fresh:
        raise RefusedError(f"there is a {key} already; choose another name, or register it")
    return Report([f"{key} generated: public key {system.keys.public(key)}"])


async def keys_register(system: System, *, key: str) -> Report:
    """Let a generated key sign; say how many nodes know."""
    await system.cluster.ask_leader({"do": "register", "key": key})
    return await _key_report(system, key, "active", "registered on")


async def keys_revoke(system: System, *, key: str, reason: str) -> Report:
    """Forbid a key to sign, for good; say how many nodes know."""
    await system.cluster.ask_leader({"do": "revoke", "key": key, "reason": reason})
    return await _key_report(system, key, "revoked", "revoked on")


async def _key_report(system: System, key: str, wanted: str, words: str) -> Report:
    on_nodes = await system.agreement(
        {"do": "key", "key": key}, lambda said: bool(said["status"] == wanted)
    )
    return Report([f"{key} {words} {on_nodes}"])


Operation = Callable[..., Awaitable[Report]]
