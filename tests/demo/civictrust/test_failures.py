"""The three failures: really broken, seen at the endpoints, mended by the commands."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.demo.civictrust.canonical import canonical, sha256
from bot.demo.civictrust.cluster import Cluster
from bot.demo.civictrust.documents import seal
from bot.demo.civictrust.keystore import Keystore
from bot.demo.civictrust.rpc import RefusedError
from bot.demo.civictrust.system import CivicTrust
from tests.demo.civictrust.keyboard import Operator, eventually, is_running

FLAGGED = "signed with a revoked key"


async def test_a_crash_leaves_an_orphan_that_recovery_completes(
    system: CivicTrust, operator: Operator
) -> None:
    name = await operator.leader()
    pid = system.supervisor.nodes[name].pid
    assert pid is not None
    assert (await operator.value("/cas/orphans")) == {"orphans": [], "count": 0}

    await operator.done("chaos", "crash")
    assert not is_running(pid)
    assert (await operator.get(f"/nodes/{name}/health"))[0] == 503
    assert (await operator.get("/cas/orphans"))[0] == 503  # it may hold orphans: not green
    assert (await operator.get("/log/consistency"))[0] == 503
    status, words = await operator.run("recover")
    assert (status, f"./civictrust restart {name}" in words) == (1, True)
    assert (await operator.run("status"))[0] == 1

    await operator.done("restart", name)
    assert (await operator.value(f"/nodes/{name}/health"))["healthy"] is True
    orphans = await operator.value("/cas/orphans")
    assert orphans["count"] == 1
    assert (system.data / name / "cas" / orphans["orphans"][0]).exists()
    assert (await operator.value("/log/consistency"))["tree_size"] == 6
    listed = await operator.done("recover", "--check-partial")
    assert "doc-0007" in listed
    assert "can be completed" in listed
    assert (await operator.value("/cas/orphans"))["count"] == 1  # looking changes nothing

    assert "1 completed, 0 rolled back, 0 left" in await operator.done("recover")
    assert (await operator.value("/cas/orphans"))["count"] == 0
    log = await operator.value("/log/consistency")
    assert (log["consistent"], log["tree_size"]) == (True, 7)
    assert "consistent on 3/3 nodes" in await operator.done("log", "check")
    assert "identical on 3/3 nodes" in await operator.done("state-hash")
    assert "1 valid" in await operator.done("verify", "doc-0007")
    await operator.done("status")
    assert "0 completed, 0 rolled back" in await operator.done("recover")


async def test_recovery_rolls_back_what_nobody_asked_for_or_what_is_not_sound(
    system: CivicTrust, operator: Operator
) -> None:
    name = await operator.leader()
    await operator.done("chaos", "crash")
    cas = system.data / name / "cas"
    orphan = next(
        path
        for path in cas.iterdir()
        if json.loads(path.read_bytes())["document"]["id"] == "doc-0007"
    )
    envelope = json.loads(orphan.read_bytes())
    orphan.unlink()
    _plant(cas, seal(envelope["document"], "key-a", "00" * 64))
    stranger = {**envelope["document"], "id": "doc-0666"}
    _plant(cas, seal(stranger, "key-a", envelope["signature"]))
    await operator.done("restart", name)

    assert (await operator.value("/cas/orphans"))["count"] == 2
    words = await operator.done("recover")
    assert "bad signature" in words
    assert "nobody asked for it" in words
    assert "0 completed, 2 rolled back, 0 left" in words
    assert (await operator.value("/cas/orphans"))["count"] == 0
    assert "0 partial issuances" in await operator.done("recover", "--check-partial")
    assert "identical on 3/3" in await operator.done("state-hash")
    assert "doc-0008" in await operator.done("issue", "--type", "permit", "--subject", "Al")


def _plant(cas: Path, data: bytes) -> None:
    (cas / sha256(data)).write_bytes(data)


async def test_a_node_that_was_cut_off_catches_up_and_verifies_the_receipts(
    system: CivicTrust, operator: Operator
) -> None:
    pid = system.supervisor.nodes["node-3"].pid
    before = (await operator.value("/nodes/node-3/state"))["lsn"]

    await operator.done("chaos", "partition", "node-3")
    assert pid is not None
    assert is_running(pid)
    nodes = (await operator.value("/nodes"))["nodes"]
    assert [node["reachable"] for node in nodes] == [True, True, False]
    assert (await operator.get("/nodes/node-3/state"))[0] == 504
    assert (await operator.get("/log/consistency"))[0] == 504
    assert (await operator.value("/nodes/node-1/state"))["log_size"] == 26
    assert (await operator.run("state-hash"))[0] == 1
    status, words = await operator.run("net", "status")
    assert (status, "heal it: ./civictrust net heal node-3" in words) == (1, True)

    words = await operator.done("net", "heal", "node-3")
    assert "records to catch up" in words
    seen = [before]
    states = await operator.states()
    while len({state["state_hash"] for state in states}) > 1:
        seen.append(states[2]["lsn"])
        await asyncio.sleep(0.02)
        states = await operator.states()
    assert seen == sorted(seen)
    assert any(before < lsn < states[0]["lsn"] for lsn in seen)  # it can be watched
    assert len({state["lsn"] for state in states}) == 1

    assert (await operator.value("/log/consistency"))["consistent"] is True
    words = await operator.done("verify", "--all")
    assert "26 valid" in words
    assert "receipts verify on 3/3 nodes" in words
    await operator.done("net", "status")
    await operator.done("status")


async def test_a_leader_that_is_cut_off_is_replaced_and_follows_when_it_is_back(
    operator: Operator,
) -> None:
    name = await operator.leader()
    await operator.done("chaos", "partition", name)
    nodes = (await operator.value("/nodes"))["nodes"]
    assert [node["role"] for node in nodes].count("leader") == 1
    await operator.done("net", "heal", name)
    await eventually(operator.replicas_are_equal)
    await operator.done("recover")  # it may have been in the midst of an issuance
    await operator.done("status")
    assert await operator.leader() != name


async def test_a_leaked_key_is_revoked_and_what_matters_is_issued_anew(operator: Operator) -> None:
    await operator.done("chaos", "leak")
    key = await operator.value("/keys/key-a")
    assert (key["status"], key["can_sign"], key["nodes"]) == ("active", True, 3)
    signed = await operator.value("/documents?signed_by=key-a")
    assert {name: signed[name] for name in signed if name != "documents"} == {
        "count": 9,
        "not_flagged": 9,
        "not_requested": 3,
        "critical_not_reissued": 3,
    }
    assert (await operator.get("/keys/key-b"))[0] == 404

    words = await operator.done("keys", "revoke", "key-a", "--reason", "compromise detected")
    assert "revoked on 3/3 nodes" in words
    key = await operator.value("/keys/key-a")
    assert (key["status"], key["can_sign"], key["reason"]) == (
        "revoked",
        False,
        "compromise detected",
    )
    assert key["revoked_at"] is not None
    status, words = await operator.run("chaos", "leak", "key-a")
    assert (status, "cannot sign" in words) == (1, True)

    status, words = await operator.run("keys", "register", "key-b")
    assert (status, "./civictrust keys generate key-b" in words) == (1, True)
    await operator.done("keys", "generate", "key-b")
    assert (await operator.get("/keys/key-b"))[0] == 404  # in the keystore, and in no registry
    assert "registered on 3/3 nodes" in await operator.done("keys", "register", "key-b")
    assert (await operator.value("/keys/key-b"))["can_sign"] is True

    words = await operator.done("reissue", "--signed-by", "key-a", "--critical", "--with", "key-b")
    assert "re-issued 3/3 critical documents with key-b; 1 skipped" in words
    signed = await operator.value("/documents?signed_by=key-a")
    assert {document["verdict"] for document in signed["documents"]} == {FLAGGED}
    assert (signed["not_flagged"], signed["critical_not_reissued"]) == (0, 0)
    forged = [one for one in signed["documents"] if not one["requested"]]
    assert [one["reissued_as"] for one in forged] == [None, None, None]
    anew = await operator.value("/documents?signed_by=key-b")
    assert [one["verdict"] for one in anew["documents"]] == ["valid"] * 3

    one = ("issue", "--type", "permit", "--subject", "Alice")
    status, words = await operator.run(*one, "--key", "key-a")
    assert (status, "key-a is revoked" in words) == (1, True)
    assert "signed with key-b" in await operator.done(*one, "--key", "key-b")
    words = await operator.done("verify", "--all")  # flagged is no failure
    assert "4 valid, 9 flagged, 0 invalid; receipts verify on 3/3" in words


async def test_of_a_key_that_it_does_not_know_it_says_nothing_that_could_pass(
    operator: Operator,
) -> None:
    for path in ("/keys/key-z", "/documents?signed_by=key-z"):
        status, body = await operator.get(path)
        assert (status, body) == (404, {"error": "there is no key of that name"})
    for command in (["documents"], ["reissue"]):
        status, words = await operator.run(*command, "--signed-by", "key-z")
        assert (status, "there is no key key-z" in words) == (1, True)


async def test_a_revocation_is_final_and_keeps_its_first_reason(operator: Operator) -> None:
    await operator.done("keys", "revoke", "key-a", "--reason", "first")
    first = await operator.value("/keys/key-a")
    await operator.done("keys", "revoke", "key-a", "--reason", "second")
    assert await operator.value("/keys/key-a") == first
    assert (await operator.run("keys", "register", "key-a"))[0] == 1
    status, words = await operator.run("issue", "--type", "deed", "--subject", "Al")
    assert (status, "keys generate key-b" in words) == (1, True)


async def test_what_a_stranger_submits_needs_a_sound_signature_and_stops_nobody(
    system: CivicTrust, operator: Operator
) -> None:
    keys = Keystore(system.data / "keystore")
    cluster = Cluster(lambda node: system.supervisor.nodes[node].port, system.supervisor.token)
    document = {"id": "doc-0007", "type": "deed", "subject": "M", "issued_at": "", "replaces": None}
    signature = keys.sign("key-a", canonical(document))

    async def submit(envelope: bytes) -> None:
        await cluster.ask_leader({"do": "submit", "envelope": envelope.decode()})

    for envelope, words in (
        (seal(document, "key-a", "00" * 64), "does not fit"),
        (seal({**document, "subject": "N"}, "key-a", signature), "does not fit"),
        (seal(document, "key-b", signature), "not registered"),
        (seal({**document, "id": "doc-0001"}, "key-a", signature), "does not fit"),
        (b"{}", "not a sealed document"),
    ):
        with pytest.raises(RefusedError, match=words):
            await submit(envelope)
    await submit(seal(document, "key-a", signature))  # it takes the next document's name
    with pytest.raises(RefusedError, match="already"):
        await submit(seal(document, "key-a", signature))

    assert "doc-0008" in await operator.done("issue", "--type", "permit", "--subject", "Al")
    listed = (await operator.value("/documents"))["documents"]
    assert {one["id"]: one["requested"] for one in listed[6:]} == {
        "doc-0007": False,
        "doc-0008": True,
    }
    assert (await operator.run("reissue", "doc-0007"))[1].startswith("re-issued 0/0")
