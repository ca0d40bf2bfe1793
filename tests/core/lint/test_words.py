"""A procedure whose id is a word that people type is served, and its author is told."""

from pathlib import Path

import pytest

from bot.cli.main import main
from tests.core.lint.test_others import OTHER


@pytest.mark.parametrize(("word", "times"), [("take", 1), ("note", 1), ("taking", 0)])
def test_an_id_that_is_a_word_of_a_button_is_warned_of(
    word: str, times: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{word}.yaml").write_text(OTHER.replace("id: other", f"id: {word}"), "utf-8")
    assert main(["lint", str(tmp_path)]) == 0
    said = f"2:5: warning: `/runbook {word}` does something with a run, and `start {word}` starts"
    assert capsys.readouterr().out.count(said) == times
