"""Start opsdroid with its Slack connector against the local workspace; run by its own Python.

Its Socket Mode opens no connection with the SDK that it installs today, so Slack's events come by
HTTP. Only one default of the SDK is changed: where the Web API is, which neither peer lets one set.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import slack_sdk.web.async_base_client as sdk

SKILL = """from opsdroid.matchers import match_regex
from opsdroid.skill import Skill

class Bench(Skill):
    @match_regex(r"!ping (?P<number>.*)")
    async def ping(self, message):
        await message.respond("pong " + message.regex.group("number"))
"""
CONFIG = """logging: {{level: warning, console: true}}
welcome-message: false
web: {{host: 127.0.0.1, port: {port}}}
connectors:
  slack: {{bot-token: {bot}, socket-mode: false, default-room: "#incidents"}}
parsers:
  regex: {{enabled: true}}
skills:
  bench: {{path: {skill}}}
"""


def main() -> None:
    """Write what opsdroid wants to find in its folder, and become it."""
    place = Path(sys.argv[1])
    (place / "skill").mkdir(parents=True, exist_ok=True)
    (place / "skill" / "__init__.py").write_text(SKILL, encoding="utf-8")
    config = CONFIG.format(
        port=sys.argv[2],
        bot=os.environ["SLACK_BOT_TOKEN"],
        skill=place / "skill",
    )
    (place / "configuration.yaml").write_text(config, encoding="utf-8")
    start = sdk.AsyncBaseClient.__init__
    start.__defaults__ = tuple(
        os.environ["SLACK_API_URL"] if value == sdk.AsyncBaseClient.BASE_URL else value
        for value in start.__defaults__ or ()
    )
    sys.argv = ["opsdroid", "start", "-f", str(place / "configuration.yaml")]
    import_module("opsdroid.cli").cli()


if __name__ == "__main__":
    main()
