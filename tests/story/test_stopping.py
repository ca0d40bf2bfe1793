"""A stop ends within ten seconds, whatever hangs, by the process's own end."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from tests.story.stuck import LONG, WAYS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("way", WAYS)
async def test_a_stop_ends_whatever_hangs(
    way: str, environ: dict[str, str], tmp_path: Path
) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUNBOOK_", "SLACK_"))}
    proxies = {"http_proxy", "https_proxy", "all_proxy"}
    kept = {k: v for k, v in kept.items() if k.lower() not in proxies}
    with (tmp_path / "bot.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.story.stuck", way),
            cwd=ROOT,
            env={**kept, **environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        while (line := await process.stdout.readline()) != b"stuck\n":
            assert line, (tmp_path / "bot.log").read_text()
        began = time.monotonic()
        process.terminate()
        assert await process.wait() == 0, (tmp_path / "bot.log").read_text()
        assert time.monotonic() - began < LONG / 10
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
