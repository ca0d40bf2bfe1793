"""The log of a program of its own, as it comes out of standard error: readable, and no secret."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.edges.logs import HIDDEN, Mask

SECRETS = ("xoxb-1-token", 'quo"ted\\and\nbroken', "p@ss/wörd", "xoxb-1-token-and-more")
BEGIN = f"""
import logging, sys, threading, warnings
from bot.edges.logs import hide, set_up
secrets = {SECRETS!r}
set_up("INFO", sys.argv[1])
hide(secrets)
log = logging.getLogger("bot.app.painter")
"""


def logged(form: str, program: str, *, status: int = 0) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", BEGIN + program, form], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    return done.stderr


def records(program: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged("json", program).splitlines()]


def test_text_is_a_line_for_people() -> None:
    said = logged("text", 'log.warning("%s is late", "KC-7/board", extra={"run": "KC-7"})')
    assert said.endswith(" WARNING bot.app.painter: KC-7/board is late\n")
    assert said.count("\n") == 1


def test_json_is_an_object_a_line() -> None:
    [said] = records('log.warning("%s is late", "KC-7/board", extra={"run": "KC-7", "x": 1})')
    assert said.pop("time")[-5] == "."
    assert said == {
        "level": "WARNING",
        "logger": "bot.app.painter",
        "message": "KC-7/board is late",
        "run": "KC-7",
    }


def test_json_says_an_exception_in_the_same_object() -> None:
    [said] = records('try: 1 / 0\nexcept ZeroDivisionError: log.exception("a fault — ü")')
    assert said["message"] == "a fault — ü"
    assert said["exception"].startswith("Traceback (most recent call last):\n")
    assert said["exception"].endswith("ZeroDivisionError: division by zero")
    assert "run" not in said


LEAKS = """
class Shown:
    def __init__(self, value): self.value = value
    def __repr__(self): return f"Shown({self.value!r})"
for secret in secrets:
    log.info(secret)
    log.info("in words %s and %r", secret, secret)
    log.info({"a": secret})
    log.info("in things %s %s", [secret], Shown(secret), stack_info=True)
    log.info("beside", extra={"run": secret, "token": secret})
    try:
        try: raise KeyError(secret)
        except KeyError as cause: raise ValueError(f"about {secret}") from cause
    except ValueError: log.exception("a fault with %s", secret)
    log.info("one placeholder too few %s", secret, secret)
    warnings.warn(secret)
    def fail(): raise RuntimeError(secret)
    thread = threading.Thread(target=fail); thread.start(); thread.join()
raise RuntimeError(secrets)
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_comes_out_wherever_it_was_put_in(form: str) -> None:
    said = logged(form, LEAKS, status=1)
    assert said.count(HIDDEN) > 10 * len(SECRETS)
    for secret in SECRETS:
        for shape in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]):
            assert shape not in said
    assert "-and-more" not in said
    assert "a record of bot.app.painter, line" in said
    if form == "json":
        lines = [line for line in said.splitlines() if not line.startswith("a record of")]
        assert all(isinstance(json.loads(line), dict) for line in lines)
        assert "ended with a fault" in json.loads(lines[-1])["message"]


def test_a_secret_that_is_learnt_later_is_hidden_from_then_on() -> None:
    [said] = records('hide(["target-token"])\nlog.info("with target-token")')
    assert said["message"] == f"with {HIDDEN}"


def test_a_secret_that_is_a_key_of_the_json_does_not_break_it() -> None:
    [said] = records('hide(["message", "level"])\nlog.info("a message")')
    assert (said["message"], said["level"]) == (f"a {HIDDEN}", "INFO")


def test_what_is_too_short_to_be_looked_for_is_left() -> None:
    assert Mask(["", "a"]).clean("a log") == "a log"


def test_a_password_is_hidden_as_a_url_writes_it() -> None:
    assert Mask(["p@ss/wörd"]).clean("u:p%40ss%2Fw%C3%B6rd@db") == f"u:{HIDDEN}@db"


def test_libraries_whose_news_is_nobodys_say_less() -> None:
    said = logged(
        "text",
        'logging.getLogger("alembic.runtime").info("context")\n'
        'logging.getLogger("alembic.runtime").warning("trouble")',
    )
    assert [line.rsplit(": ", 1)[1] for line in said.splitlines()] == ["trouble"]


ODD = "a\\r\\n2026 ERROR forged: b\\x1b[31m\\0\\u202e\\u2028\\u200b\\x9b\\ud83d ü😀"


def test_a_text_of_somebody_is_one_line_and_all_of_it_is_seen() -> None:
    said = logged("text", f'log.warning("odd: %s", "{ODD}")')
    spelled = r"odd: a\r\n2026 ERROR forged: b\x1b[31m\x00\u202e\u2028\u200b\x9b\ud83d ü😀"
    assert said.endswith(f" WARNING bot.app.painter: {spelled}\n")
    assert said.count("\n") == 1


def test_a_traceback_has_its_lines_and_nothing_unseen() -> None:
    said = logged("text", f'try: raise ValueError("{ODD}")\nexcept ValueError: log.exception("x")')
    assert said.splitlines()[1] == "Traceback (most recent call last):"
    assert r"b\x1b[31m\x00\u202e" in said
    assert all(c == "\n" or c.isprintable() for c in said)


def test_json_shows_what_is_not_seen_as_well() -> None:
    [said] = records(f'log.warning("odd: %s", "{ODD}")')
    assert r"\x1b[31m\x00\u202e\u2028\u200b\x9b\ud83d ü😀" in said["message"]
