"""A PDF of the page: what it says is what the page says, and no address is asked for it."""

import asyncio
import builtins
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.edges import pdf
from bot.edges.store import SqlLog
from tests.core.story import EXPORTED, NAMES, SAID, key_compromise, render
from tests.edges.store.making import begin


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The story as a PDF; skips where the system has nothing that makes one."""
    desk = key_compromise()
    page = render(desk.run, desk.facts, names=NAMES, said=SAID, exported_at=EXPORTED, face="html")
    file = tmp_path / "story.pdf"
    try:
        file.write_bytes(pdf.write(page))
    except pdf.NoPdf as missing:
        pytest.skip(str(missing))
    return file


def words(file: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("reading a PDF needs pdftotext: apt-get install poppler-utils")
    read = subprocess.run(  # noqa: S603 - a file of the test's own
        ["pdftotext", "-layout", str(file), "-"],  # noqa: S607 - whichever there is
        capture_output=True,
        text=True,
        check=True,
    )
    return read.stdout


def test_it_says_what_the_document_says(made: Path) -> None:
    assert made.read_bytes().startswith(b"%PDF-")
    said = words(made)
    for what in ("Recovered.", "Ana Lima", "2026-11-01 03:48:23", "About this document"):
        assert what in said
    desk = key_compromise()
    assert desk.run.head in re.sub(r"\s", "", said)
    assert re.search(r"\b1 ?/ ?\d", said)
    assert "<" not in said


def test_no_address_is_asked_whatever_stands_in_the_page() -> None:
    with pytest.raises(ValueError, match="a page asks for nothing"):
        pdf._asks_nobody("https://h.example/x.png")


def test_where_it_is_not_installed_that_face_alone_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'runbook.db'}"

    async def make() -> None:
        async with await SqlLog.open(url) as log:
            await begin(log)

    asyncio.run(make())
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", url)
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    real: Any = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["export", "KC-1", "--format", "pdf", "--output", str(tmp_path / "x.pdf")]) == 1
    assert "libpango-1.0-0" in capsys.readouterr().err
    assert main(["export", "KC-1", "--format", "html", "--output", str(tmp_path / "x.html")]) == 0
