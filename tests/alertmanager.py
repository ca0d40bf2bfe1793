"""A real Alertmanager for the tests: Debian's, found or asked for by the command to type."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.postgres import free_port
from tests.prometheus import ready

INSTALL = "sudo apt-get install -y --no-install-recommends prometheus-alertmanager"


def alertmanager() -> str:
    """The path of an Alertmanager; skips where there is none, and in CI fails."""
    found = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if found is not None:
        return found
    words = f"these tests need Alertmanager: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@asynccontextmanager
async def serving(folder: Path, webhook: str, token: str, by: str) -> AsyncIterator[str]:
    """Run an Alertmanager that tells *webhook* of groups by a label; gives its address and port."""
    place = f"127.0.0.1:{free_port()}"
    config = folder / "alertmanager.yml"
    config.write_text(
        f"""\
route: {{receiver: runbook, group_by: [{by}], group_wait: 1s, group_interval: 1s}}
receivers:
  - name: runbook
    webhook_configs:
      - url: {webhook}
        send_resolved: true
        http_config: {{authorization: {{type: Bearer, credentials: {token}}}}}
"""
    )
    log = folder / "alertmanager.log"
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            alertmanager(),
            f"--config.file={config}",
            f"--storage.path={folder / 'alertmanager'}",
            f"--web.listen-address={place}",
            "--cluster.listen-address=",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=words,
        )
    try:
        await ready(f"http://{place}", process, log.read_text)
        yield place
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
