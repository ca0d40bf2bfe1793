"""Start errbot with its Slack backend against the local workspace; run by its own Python.

Only one default of the SDK is changed: where the Web API is, which neither peer lets one set.
"""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import slack_sdk.web.base_client as sdk

PLUGIN = """[Core]
Name = Bench
Module = bench
[Python]
Version = 3
"""
MODULE = """from errbot import BotPlugin, botcmd

class Bench(BotPlugin):
    @botcmd
    def ping(self, message, args):
        return f"pong {args}"
"""
CONFIG = """import os, logging
BACKEND = "SlackV3"
BOT_DATA_DIR = {place!r} + "/data"
BOT_EXTRA_PLUGIN_DIR = {place!r} + "/plugins"
BOT_EXTRA_BACKEND_DIR = {backend!r}
BOT_LOG_FILE = None
BOT_LOG_LEVEL = logging.WARNING
BOT_IDENTITY = {{
    "token": os.environ["SLACK_BOT_TOKEN"],
    "app_token": os.environ["SLACK_APP_TOKEN"],
}}
BOT_ADMINS = ("@ana",)
BOT_PREFIX = "!"
CORE_PLUGINS = ("CommandNotFoundFilter",)
"""


def main() -> None:
    """Write what errbot wants to find in its folder, and become it."""
    place = Path(sys.argv[1])
    for folder in ("data", "plugins"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    (place / "plugins" / "bench.plug").write_text(PLUGIN, encoding="utf-8")
    (place / "plugins" / "bench.py").write_text(MODULE, encoding="utf-8")
    found = find_spec("slackv3")
    assert found is not None
    assert found.submodule_search_locations is not None
    backend = next(iter(found.submodule_search_locations))
    config = CONFIG.format(place=str(place), backend=backend)
    (place / "config.py").write_text(config, encoding="utf-8")
    start = sdk.BaseClient.__init__
    start.__defaults__ = tuple(
        os.environ["SLACK_API_URL"] if value == sdk.BaseClient.BASE_URL else value
        for value in start.__defaults__ or ()
    )
    sys.argv = ["errbot", "-c", str(place / "config.py")]
    import_module("errbot.cli").main()


if __name__ == "__main__":
    main()
