"""The operator's command line against the API it speaks to."""

import json

from bot.demo.civictrust import cli
from bot.demo.civictrust.admin import COMMANDS


def test_every_command_of_the_api_can_be_typed_and_sends_the_fields_of_its_model() -> None:
    typed = {
        "status": "status",
        "issue": "issue --type permit --subject Al",
        "recover": "recover --check-partial",
        "restart": "restart node-1",
        "net-status": "net status",
        "net-heal": "net heal node-1",
        "state-hash": "state-hash",
        "log-check": "log check",
        "keys-list": "keys list",
        "keys-generate": "keys generate key-b",
        "keys-register": "keys register key-b",
        "keys-revoke": "keys revoke key-b --reason leak",
        "documents": "documents --signed-by key-a --critical",
        "reissue": "reissue --signed-by key-a --critical --with key-b",
        "verify": "verify doc-0001",
        "chaos-crash": "chaos crash",
        "chaos-partition": "chaos partition",
        "chaos-leak": "chaos leak",
    }
    assert typed.keys() == COMMANDS.keys()
    for command, line in typed.items():
        body = vars(cli.parser().parse_args(line.split()))
        assert body.pop("command") == command
        body.pop("all", None)
        COMMANDS[command][0].model_validate_json(json.dumps(body))
