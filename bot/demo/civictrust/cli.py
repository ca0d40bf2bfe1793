"""The operator's command: read the arguments, ask the admin API, print its words.

It imports little, so that it starts fast, and does no work of its own.
"""

import argparse
import http.client
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DONE, REFUSED, NOT_RUNNING = 0, 1, 3  # 2 is argparse's, for a wrong usage
_ANSWERED_WITHIN_S = 120.0  # seconds


def parser() -> argparse.ArgumentParser:
    """Describe every command; what the admin API is to get has the names of its models."""
    top = argparse.ArgumentParser(
        prog="civictrust",
        description="Run CivicTrust: issue documents, and recover from failures.",
        epilog="Exit status: 0 done and well, 1 refused or not well, 2 wrong usage, 3 not running.",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _leaf(commands, "status", "show nodes, CAS, log; 0 if all is well")
    issue = _leaf(commands, "issue", "issue documents")
    issue.add_argument("--type", required=True, help="permit, license, certificate or deed")
    issue.add_argument("--subject", required=True, help="for whom")
    issue.add_argument("--count", type=int, default=1, help="how many (default 1)")
    issue.add_argument("--key", help="sign with this key (default: the newest active one)")
    recover = _leaf(commands, "recover", "complete half-done issuances, or roll them back")
    recover.add_argument("--check-partial", action="store_true", help="only list them")
    restart = _leaf(commands, "restart", "start a node's process again")
    restart.add_argument("node", metavar="NODE")
    net = _group(commands, "net", "the network between the nodes")
    _leaf(net, "status", "let every node try its peers", "net-status")
    heal = _leaf(net, "heal", "connect a node that is cut off", "net-heal")
    heal.add_argument("node", metavar="NODE")
    _leaf(commands, "state-hash", "compare the nodes' state hashes; 0 if identical")
    log = _group(commands, "log", "the transparency log")
    _leaf(log, "check", "compare the nodes' logs with each other and with the CAS", "log-check")
    _add_keys(commands)
    _add_documents(commands)
    _add_chaos(commands)
    serve = commands.add_parser("serve", help="start the system (see serve --help)")
    serve.set_defaults(command="serve")
    return top


def _add_keys(commands: Any) -> None:
    keys = _group(commands, "keys", "the key registry")
    _leaf(keys, "list", "list keys", "keys-list")
    for verb, words in (
        ("generate", "make a key pair in the keystore"),
        ("register", "let a generated key sign"),
        ("revoke", "forbid a key to sign, for good"),
    ):
        leaf = _leaf(keys, verb, words, f"keys-{verb}")
        leaf.add_argument("key", metavar="KEY")
        if verb == "revoke":
            leaf.add_argument("--reason", required=True, help="why, for the record")


def _add_documents(commands: Any) -> None:
    documents = _leaf(commands, "documents", "list documents")
    documents.add_argument("--signed-by", metavar="KEY", help="only those signed with this key")
    documents.add_argument("--critical", action="store_true", help="only critical ones")
    reissue = _leaf(commands, "reissue", "issue documents again with another key")
    reissue.add_argument("ids", nargs="*", metavar="DOC", help="these documents")
    reissue.add_argument("--signed-by", metavar="KEY", help="or all that this key signed")
    reissue.add_argument("--critical", action="store_true", help="only critical ones")
    reissue.add_argument(
        "--with", dest="key", metavar="KEY", help="the new key (default: the newest active one)"
    )
    verify = _leaf(commands, "verify", "check documents, and their receipts on every node")
    verify.add_argument("ids", nargs="*", metavar="DOC")
    verify.add_argument("--all", action="store_true", dest="all", help="all documents")


def _add_chaos(commands: Any) -> None:
    chaos = _group(commands, "chaos", "break the system on purpose")
    _leaf(chaos, "crash", "kill the leader in the midst of an issuance", "chaos-crash")
    partition = _leaf(chaos, "partition", "cut a node off and go on writing", "chaos-partition")
    partition.add_argument("node", nargs="?", metavar="NODE", help="default: a follower")
    leak = _leaf(chaos, "leak", "let a rogue sign with a stolen key", "chaos-leak")
    leak.add_argument("key", nargs="?", metavar="KEY", help="default: an active one")


def _group(commands: Any, name: str, words: str) -> Any:
    group = commands.add_parser(name, help=words, description=words)
    return group.add_subparsers(metavar="COMMAND", required=True)


def _leaf(
    commands: Any, name: str, words: str, command: str | None = None
) -> argparse.ArgumentParser:
    leaf: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    leaf.set_defaults(command=command or name)
    return leaf


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    options = parser()
    body = vars(options.parse_args(arguments))
    command = body.pop("command")
    if command == "reissue" and not body["ids"] and not body["signed_by"]:
        options.error("reissue what? Name documents, or --signed-by KEY")
    if command == "verify" and bool(body["ids"]) == body.pop("all"):
        options.error("verify what? Name documents, or --all")
    data = Path(os.environ.get("CIVICTRUST_DATA", "."))
    try:
        control = json.loads((data / "control.json").read_text())
        answer = _ask(control, command, body)
    except (FileNotFoundError, ConnectionRefusedError):
        sys.stderr.write(
            f"CivicTrust does not run in {data.resolve()}; start it: "
            f"python -m bot.demo.civictrust serve --data {data.resolve()}\n"
        )
        return NOT_RUNNING
    except (OSError, ValueError, http.client.HTTPException) as error:
        sys.stderr.write(f"CivicTrust gave no sound answer ({error}); see ./civictrust status\n")
        return REFUSED
    if "error" in answer:
        sys.stderr.write(f"refused: {answer['error']}\n")
        return REFUSED
    sys.stdout.write("".join(f"{line}\n" for line in answer["lines"]))
    return DONE if answer["ok"] else REFUSED


def _ask(control: dict[str, str], command: str, body: dict[str, Any]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(
        control["url"].removeprefix("http://"), timeout=_ANSWERED_WITHIN_S
    )
    try:
        headers = {"X-CivicTrust-Token": control["token"], "Content-Type": "application/json"}
        connection.request("POST", f"/{command}", json.dumps(body), headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer
