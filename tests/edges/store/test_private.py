"""The database's files are for their owner, and no URL's password is ever said."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import config
from bot.cli import main as cli
from bot.edges.store import SqlLog, StoreError
from bot.edges.store.address import parse


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


@pytest.mark.usefixtures("open_umask")
async def test_the_database_and_what_is_beside_it_are_private(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/runbook.db"
    async with await SqlLog.open(url) as log:
        await log.runs()
        found = modes(tmp_path)
        assert {"runbook.db", "runbook.db-wal", "runbook.db-shm", "runbook.db.lock"} <= set(found)
        assert set(found.values()) == {0o600}


@pytest.mark.usefixtures("open_umask")
async def test_one_that_others_could_read_is_private_after_a_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/runbook.db"
    await (await SqlLog.open(url)).close()
    for name in modes(tmp_path):
        (tmp_path / name).chmod(0o644)
    async with await SqlLog.open(url):
        assert set(modes(tmp_path).values()) == {0o600}


BAD = (
    "postgresql://u:S3KRET@db.example:notaport/runbook",
    "postgresql://u:S3KRET@[::1/runbook",
    "postgresql://u:S3@KRET@db.example/runbook",
    "postgresql://u:p@S3KRET@127.0.0.1/runbook",
    "postgresql://u:S3KRET@127.0.0.1:99999/runbook",
    "postgresql://u:S3KRET@127.0.0.1:0/runbook",
)


@pytest.mark.parametrize("url", BAD)
def test_a_url_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        parse(url)
    assert "KRET" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("url", BAD)
@pytest.mark.parametrize("command", ["migrate", "audit", "export", "serve", "copy"])
def test_a_command_says_one_line_of_it(
    url: str, command: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("RUNBOOK_DATABASE_URL", "RUNBOOK_COPY_TO"):
        monkeypatch.setenv(name, url)
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    run = ["KC-1"] if command in ("audit", "export") else []
    assert cli.main([command, *run]) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "KRET" not in said.err


@pytest.mark.parametrize("url", BAD)
def test_its_password_is_a_secret_of_the_log(url: str) -> None:
    settings = config.read({"RUNBOOK_DATABASE_URL": url})
    assert any("KRET" in secret for secret in config.secrets(settings))


def test_copy_asks_for_what_it_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", "sqlite:///a.db")
    monkeypatch.delenv("RUNBOOK_COPY_TO", raising=False)
    assert cli.main(["copy"]) == 1
    assert capsys.readouterr().err == (
        "runbook: name a database: set RUNBOOK_COPY_TO, or give --to URL\n"
    )


@pytest.mark.parametrize("away", ["RUNBOOK_DATABASE_URL", "RUNBOOK_COPY_TO"])
async def test_copy_says_one_line_of_a_side_that_is_away(
    away: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    source = f"sqlite:///{tmp_path / 'runbook.db'}"
    await (await SqlLog.open(source)).close()
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", source)
    monkeypatch.setenv("RUNBOOK_COPY_TO", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setenv(away, "postgresql://u:SEKRET9@127.0.0.1:1/x")
    assert await asyncio.to_thread(cli.main, ["copy"]) == 1
    said = capfd.readouterr()
    assert said.err.startswith("runbook: ")
    assert said.err.count("\n") == 1
    assert "127.0.0.1" in said.err
    assert "SEKRET9" not in said.err
