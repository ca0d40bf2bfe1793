"""The executable as people type it: what it prints, and with which status it ends."""

import json
import os
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.app import watch
from bot.cli.main import main
from tests.prompt import command_names

ROOT = Path(__file__).parents[2]
RUNBOOK = Path(sys.executable).with_name("runbook")
Out = pytest.CaptureFixture[str]


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUNBOOK_", "SLACK_"))}
    return subprocess.run(  # noqa: S603 - our own executable
        [RUNBOOK, *words],
        cwd=ROOT,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_names_every_command() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ")]
    assert set(command_names()) <= set(listed)


def test_help_reads_no_sdk_no_database_and_no_model() -> None:
    """So that it is there at once."""
    heavy = ("slack_bolt", "slack_sdk", "sqlalchemy", "aiohttp", "pydantic", "yaml", "asyncio")
    look = (
        "import sys\n"
        "from bot.cli.main import main\n"
        "try: main(['--help'])\n"
        f"finally: print([name for name in {heavy} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("name", command_names())
def test_each_command_explains_itself(name: str, capsys: Out) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: runbook {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("export",),
        ("search",),
        ("reference", "nothing"),
        ("show", "--format", "pdf", "key-compromise"),
        ("serve", "now"),
        ("demo", "--port", "http"),
    ],
)
def test_wrong_usage_ends_with_2_and_shows_the_right_one(
    words: tuple[str, ...], capsys: Out
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: runbook")


@pytest.mark.parametrize(
    ("words", "status", "out", "err"),
    [
        (("lint", "procedures"), 0, "", "3 files, 0 errors, "),
        (("show", "key-comprise"), 2, "", "Did you mean key-compromise?"),
        (("search", "zebra"), 1, "", "No procedure matches."),
        (("reference", "settings"), 0, "`RUNBOOK_DATABASE_URL`", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_executable_answers(words: tuple[str, ...], status: int, out: str, err: str) -> None:
    done = run(*words)
    assert done.returncode == status
    assert out in done.stdout
    assert err in done.stderr
    assert "Traceback" not in done.stderr


def test_alone_it_prints_its_help(capsys: Out) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("usage: runbook")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("lnit", "Did you mean lint? "), ("exprot", "Did you mean export? "), ("zzz", "")],
)
def test_an_unknown_command_is_one_line_with_what_may_be_meant(
    word: str, hint: str, capsys: Out
) -> None:
    assert main([word]) == 2
    said = capsys.readouterr().err
    assert said == (
        f"runbook: there is no command {word}. {hint}`runbook --help` lists all commands.\n"
    )


def test_help_is_a_command_as_well(capsys: Out) -> None:
    for words, begins in (
        (["help"], "usage: runbook [-h]"),
        (["help", "lint"], "usage: runbook lint"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith(begins)
    assert main(["help", "lnit"]) == 2
    assert "Did you mean lint?" in capsys.readouterr().err


def test_what_a_command_does_not_know_is_said_with_its_own_usage(capsys: Out) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["show", "key-compromise", "--set", "key_id=key-a"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: runbook show")
    assert said.endswith("runbook show: error: it does not know: --set key_id=key-a\n")


def test_it_tells_its_version(capsys: Out) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"runbook {project['version']}\n"
    assert watch.version() == version("runbook-bot") == project["version"]


def test_migrating_names_the_database(tmp_path: Path) -> None:
    file = tmp_path / "runbook.db"
    url = f"sqlite:///{file}"
    assert run("migrate", RUNBOOK_DATABASE_URL=url).stdout == (
        f"The database {file} is up to date.\n"
    )
    assert run("migrate", RUNBOOK_DATABASE_URL=url).stdout == (
        f"The database {file} was already up to date.\n"
    )


def test_a_port_that_is_taken_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("workspace", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"runbook workspace: port {port} is in use. Stop what listens there, or choose another\n"
    )


def test_the_schema_is_json(capsys: Out) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "A runbook procedure"


def test_serving_without_a_token_says_which_one_in_one_line() -> None:
    done = run("serve")
    assert done.returncode == 1
    assert done.stderr.startswith("runbook: SLACK_BOT_TOKEN is not set.")
    assert done.stderr.count("\n") == 1


def test_exporting_a_run_that_is_not_there_says_so(tmp_path: Path) -> None:
    done = run("export", "kc-7", RUNBOOK_DATABASE_URL=f"sqlite:///{tmp_path}/runbook.db")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("runbook: ")
    assert "Traceback" not in done.stderr


def test_a_reader_who_has_had_enough_is_no_failure() -> None:
    done = subprocess.run(  # noqa: S602 - a pipe that closes early needs a shell
        f"set -o pipefail; '{RUNBOOK}' show --all | head -n 1",
        shell=True,
        executable="/bin/bash",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_lint_finds_nothing_to_check_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no procedure")
    done = run("lint", str(tmp_path))
    assert done.returncode == 2
    assert "no procedure was checked: no file in" in done.stderr


def test_lint_refuses_a_link_out_of_the_folder_as_the_bot_does(tmp_path: Path) -> None:
    folder = tmp_path / "procedures"
    folder.mkdir()
    link = folder / "crash-recovery.yaml"
    link.symlink_to(ROOT / "procedures" / "crash-recovery.yaml")
    for path in (folder, link):
        done = run("lint", str(path))
        assert done.returncode == 1
        assert "a link that leads out of the folder" in done.stdout


def test_lint_reads_subfolders_and_every_spelling_of_the_ending(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    text = (ROOT / "procedures" / "crash-recovery.yaml").read_text()
    (tmp_path / "deep" / "crash-recovery.YML").write_text(text)
    assert run("lint", str(tmp_path)).stderr.startswith("1 file, 0 errors")


def test_lint_warns_of_a_target_that_the_bot_does_not_know(tmp_path: Path) -> None:
    targets = tmp_path / "targets.yaml"
    targets.write_text(
        "targets:\n  civictrst: { url: http://127.0.0.1:1, bearer_token_env: SOME_TOKEN }\n"
    )
    for done in (
        run("lint", "--targets", str(targets), "procedures"),
        run("lint", "procedures", RUNBOOK_TARGETS=str(targets)),
    ):
        assert done.returncode == 0
        assert "warning: there is no target `civictrust`. Write: civictrst" in done.stdout
    targets.write_text("targets:\n  civictrust: { url: http://127.0.0.1:1 }\n")
    done = run("lint", "--targets", str(targets), "procedures")
    assert "there is no set of civictrust `nodes`" in done.stdout
    assert run("lint", "--targets", "nowhere.yaml").returncode == 2
