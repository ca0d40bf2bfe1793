"""`python -m tests.bench.echo`: a Bolt app that acknowledges every click and writes nothing.

It is what the bot is measured against: Bolt as its documentation starts it, with its own server.
"""

import argparse
import os
import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--before-response",
        action="store_true",
        help="set process_before_response, which Bolt's default is without",
    )
    options = parser.parse_args()
    app = AsyncApp(
        client=AsyncWebClient(
            token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]
        ),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=options.before_response,
    )

    async def acknowledge(ack: Any) -> None:
        await ack()

    app.action(re.compile(r".*"))(acknowledge)
    app.view(re.compile(r".*"))(acknowledge)
    app.server(port=options.port, host="127.0.0.1").start()


if __name__ == "__main__":
    main()
