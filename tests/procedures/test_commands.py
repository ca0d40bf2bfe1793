"""The commands `lint`, `schema`, `show` and `search`, run as a person runs them."""

import argparse
import json
import os
from pathlib import Path

import pytest

from bot.cli.arguments import add_parsers

ROOT = Path(__file__).parents[2]
BASE = (ROOT / "tests" / "core" / "lint_base.yaml").read_text()

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNBOOK_PROCEDURES", str(ROOT / "procedures"))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="runbook")
    add_parsers(parser.add_subparsers(required=True))
    arguments = parser.parse_args(words)
    return int(arguments.handler(arguments))


def test_lint_of_the_shipped_folder_is_clean(capsys: Out) -> None:
    assert run("lint") == 0
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.startswith("3 files, 0 errors, ")


def test_lint_refuses_a_faulty_file_and_names_the_place(tmp_path: Path, capsys: Out) -> None:
    file = tmp_path / "base.yaml"
    file.write_text(BASE.replace("estimate: 20m", "estimate: soon"))
    assert run("lint", str(tmp_path)) == 1
    out = capsys.readouterr()
    assert out.out == (
        f"{file}:7:11: error: a duration is a whole number and a unit. Write: 30s, 5m, 2h or 90d\n"
    )
    assert out.err == "1 file, 1 error, 0 warnings\n"


def test_lint_only_warns_of_what_only_ages(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE.replace("2026-11-01", "2020-01-01"))
    assert run("lint", str(tmp_path)) == 0


def test_lint_of_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: Out) -> None:
    assert run("lint", str(tmp_path / "none")) == 2
    assert "there is no file or folder" in capsys.readouterr().err


def test_lint_says_what_it_cannot_read(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "x.yaml").mkdir()
    (tmp_path / "y.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "z.yaml")
    assert run("lint", str(tmp_path)) == 1
    folder, gone, pipe = capsys.readouterr().out.splitlines()
    assert folder.endswith("x.yaml:1:1: error: the file cannot be read: it is not a regular file")
    assert "y.yaml:1:1: error: the file cannot be read: No such file" in gone
    assert pipe.endswith("z.yaml:1:1: error: the file cannot be read: it is not a regular file")


def test_schema_is_json(capsys: Out) -> None:
    assert run("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "A runbook procedure"


def test_show_puts_the_value_into_every_command(capsys: Out) -> None:
    assert (
        run("show", "key-compromise", "--input", "key_id=key-x9", "--input", "new_key_id=key-y")
        == 0
    )
    out = capsys.readouterr().out
    assert '$ ./civictrust keys revoke key-x9 --reason "compromise detected"' in out
    # What is found on the way is known to nobody yet.
    assert out.count("{{") == out.count("{{ documents }}") == 1


def test_show_takes_a_file(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    assert run("show", str(tmp_path / "base.yaml"), "--format", "markdown") == 0
    assert capsys.readouterr().out.startswith("# A base to break\n")


def test_show_of_a_faulty_file_says_why(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "base.yaml").write_text("id: base\n")
    assert run("show", str(tmp_path / "base.yaml")) == 1
    out = capsys.readouterr()
    assert out.out == ""
    assert "`title` is missing" in out.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["key-comprise"], "there is no procedure key-comprise. Did you mean key-compromise?"),
        (["zzz"], "There are crash-recovery, key-compromise, partition-recovery."),
        (["none.yaml"], "there is no file none.yaml"),
        ([], "name a procedure or a file"),
        (["--all", "--input", "a=b"], "--all goes with no procedure"),
        (["key-compromise", "--input", "key_id"], "a value is NAME=VALUE, not key_id"),
        (["key-compromise", "--input", "key=x"], "no input key; it has key_id, new_key_id"),
        (["key-compromise", "--input", "key_id=a;b"], "key_id must look like key-a"),
        (
            ["key-compromise", "--input", "key_id=key-a", "--input", "new_key_id=key-a"],
            "new_key_id must differ from key_id",
        ),
    ],
)
def test_show_says_what_is_wrong_with_the_command_line(
    words: list[str], says: str, capsys: Out
) -> None:
    assert run("show", *words) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert says in out.err


def test_show_all_in_every_format(capsys: Out) -> None:
    assert run("show", "--all") == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "recovery-runbook.txt").read_text()
    assert run("show", "--all", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 3
    assert run("show", "--all", "--format", "markdown") == 0
    assert capsys.readouterr().out.count("## Verification") == 3


def test_show_all_prints_nothing_when_one_is_faulty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    """A runbook that silently lacks a procedure would be worse than an old one."""
    monkeypatch.setenv("RUNBOOK_PROCEDURES", str(tmp_path))
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "bad.yaml").write_text("id: bad\n")
    assert run("show", "--all") == 1
    out = capsys.readouterr()
    assert out.out == ""
    assert "bad.yaml:1:1: error" in out.err


def test_search_finds_what_is_misspelt(capsys: Out) -> None:
    assert run("search", "unreachible", "node") == 0
    assert capsys.readouterr().out.startswith("partition-recovery  Partition recovery\n")
    assert run("search", "zzzz") == 1


def test_a_folder_that_is_not_there_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_PROCEDURES", str(tmp_path / "none"))
    assert run("lint") == run("search", "x") == run("show", "x") == run("show", "--all") == 2
