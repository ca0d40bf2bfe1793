"""What an operator can do with documents that exist: list, re-issue, verify; each with a report."""

import asyncio

from bot.demo.civictrust.cluster import answered, awaits_reissue
from bot.demo.civictrust.documents import INVALID, REVOKED, UNKNOWN, VALID
from bot.demo.civictrust.operations import Report, System
from bot.demo.civictrust.rpc import Message, RefusedError
from bot.demo.civictrust.supervisor import NODES

_ALL = len(NODES)


async def documents(system: System, *, signed_by: str | None, critical: bool) -> Report:
    """List documents in the order of the log."""
    listed = await _documents(system, signed_by)
    shown = [document for document in listed if document["critical"] or not critical]
    waiting = sum(awaits_reissue(document) for document in shown)
    forged = sum(not document["requested"] for document in shown)
    kind = "critical documents" if critical else "documents"
    summary = (
        f"{len(shown)} {kind}; {waiting} critical not re-issued; {forged} that nobody asked for"
    )
    to_do = [document["id"] for document in shown if awaits_reissue(document)]
    # In one line, so that it can be copied into the next command.
    left = [f"to re-issue: {' '.join(to_do)}"] if to_do else []
    return Report([*map(_line, shown), summary, *left])


def _line(document: Message) -> str:
    notes = [_judged(document)]
    notes += ["critical"] if document["critical"] else []
    notes += [] if document["requested"] else ["NOBODY ASKED FOR IT"]
    notes += [f"re-issued as {document['reissued_as']}"] if document["reissued_as"] else []
    return f"{document['id']}  {document['type']:<12} {'; '.join(notes)}"


def _judged(document: Message) -> str:
    """The verdict; what a revoked key signed is flagged."""
    verdict: str = document["verdict"]
    return f"flagged: {verdict}" if verdict == REVOKED else verdict


async def _documents(system: System, signed_by: str | None = None) -> list[Message]:
    if signed_by is not None and (await system.cluster.key(signed_by))["status"] == UNKNOWN:
        raise RefusedError(f"there is no key {signed_by}; see ./civictrust keys list")
    listed: list[Message] = (await system.cluster.documents(signed_by))["documents"]
    return listed


async def reissue(
    system: System, *, ids: list[str], signed_by: str | None, critical: bool, key: str | None
) -> Report:
    """Issue documents again with another key; forgeries and finished ones are left out."""
    listed = await _documents(system, signed_by)
    unknown = set(ids) - {document["id"] for document in listed}
    if unknown:
        raise RefusedError(f"there is no document {', '.join(sorted(unknown))}")
    chosen = [
        document
        for document in listed
        if (document["id"] in ids or not ids) and (document["critical"] or not critical)
    ]
    forged = [document for document in chosen if not document["requested"]]
    todo = [d for d in chosen if d["requested"] and d["reissued_as"] is None]
    lines, used = [], key or ""
    for document in todo:
        new = await system.cluster.ask_leader({"do": "reissue", "id": document["id"], "key": key})
        system.receipts.keep(new)
        used = new["key"]
        lines.append(f"{document['id']} -> {new['id']}")
    kind = "critical documents" if critical else "documents"
    summary = f"re-issued {len(lines)}/{len(todo)} {kind}{f' with {used}' if used else ''}"
    if forged:
        summary += f"; {len(forged)} skipped: nobody asked for {_it(forged)}"
    if done := len(chosen) - len(forged) - len(todo):
        summary += f"; {done} re-issued before"
    return Report([*lines, summary])


def _it(documents: list[Message]) -> str:
    return "it" if len(documents) == 1 else "them"


async def verify(system: System, *, ids: list[str]) -> Report:
    """Check hash, signature and key of the documents (all, if none is named), and their receipts.

    A document whose key was revoked later is flagged, which is no failure.
    """
    listed = await _documents(system)
    if unknown := set(ids) - {document["id"] for document in listed}:
        raise RefusedError(f"there is no document {', '.join(sorted(unknown))}")
    chosen = [document for document in listed if document["id"] in ids or not ids]
    lines = [
        f"{document['id']}  {_judged(document)}"
        for document in chosen
        if ids or document["verdict"] == INVALID  # of all, name only those that need somebody
    ]
    verdicts = [document["verdict"] for document in chosen]
    nodes_ok, receipts = await _receipts(system, [document["id"] for document in chosen])
    lines.append(
        f"{len(chosen)} document{'s' if len(chosen) != 1 else ''}: "
        f"{verdicts.count(VALID)} valid, {verdicts.count(REVOKED)} flagged, "
        f"{verdicts.count(INVALID)} invalid; {receipts}"
    )
    return Report(lines, nodes_ok and INVALID not in verdicts)


async def _receipts(system: System, ids: list[str]) -> tuple[bool, str]:
    """Have every node verify the receipts that are kept; wait a little for followers."""
    kept = system.receipts.of(ids)
    if not kept:
        return True, "no receipts kept"
    good: list[str] = []
    silent: list[str] = []
    for _ in range(20):
        answers = answered(await system.cluster.ask_all({"do": "verify-receipt", "receipts": kept}))
        good = [node for node, said in answers.items() if set(said["verified"]) == set(kept)]
        silent = [node for node in NODES if node not in answers]
        if len(good) + len(silent) == _ALL:
            break
        await asyncio.sleep(0.1)
    words = f"receipts verify on {len(good)}/{_ALL} nodes"
    if silent:
        words += f" ({', '.join(silent)} does not answer)"
    return len(good) == _ALL, words
