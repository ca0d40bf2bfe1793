"""The browser of the tests: Debian's Chromium, found or asked for by the command to type."""

import os
import shutil

import pytest

INSTALL = "sudo apt-get install -y --no-install-recommends chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def chromium() -> str:
    """The path of a Chromium; skips where there is none, and in CI fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is not None:
        return found
    words = f"these tests need Chromium: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)
