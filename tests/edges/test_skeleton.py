"""The file with the skeleton: the last good one is used, and lint says what is wrong with it."""

from pathlib import Path

import pytest

from bot.cli.main import main
from bot.edges.library import SkeletonError, SkeletonFile, reader

Out = pytest.CaptureFixture[str]
Log = pytest.LogCaptureFixture


def test_an_error_in_it_takes_no_document_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "own.md"
    file.write_text("{{ steps }}\n")
    read = reader(file)
    good = read()
    assert good is not None
    file.write_text("{{ stepps }}\n")
    assert read() == good
    assert read() == good
    (record,) = caplog.records
    said = f"{file}:1:1: error: there is no slot stepps. Write: {{{{ steps }}}}"
    assert record.getMessage() == f"the skeleton of post-mortems is not used as it is now: {said}"
    file.write_text("{{ timeline }}\n")
    now = read()
    assert now is not None
    assert [slot.name for slot in now.slots] == ["timeline"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{{ odd }}", "there is no slot odd"),
        (b"\xff", "not UTF-8"),
        (b"x" * 2_000_000, "more than"),
    ],
)
def test_a_faulty_one_is_refused_at_the_start(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "own.md"
    file.write_bytes(content)
    with pytest.raises(SkeletonError, match=f"RUNBOOK_SKELETON: .*{why}"):
        reader(file)


def test_one_that_is_not_there_is_refused_and_none_is_the_built_in(tmp_path: Path) -> None:
    with pytest.raises(SkeletonError, match="cannot be read: No such file"):
        reader(tmp_path / "none.md")
    assert reader(None)() is None


def test_lint_reads_it_by_its_name(tmp_path: Path, capsys: Out) -> None:
    file = tmp_path / "own.md"
    file.write_text("## Ours\n\nSee {{ steps }} and {{ step }}.\n")
    assert main(["lint", str(file)]) == 1
    said = "".join(capsys.readouterr())
    assert f"{file}:3:5: error: a slot stands on a line of its own" in said
    assert f"{file}:3:21: error: there is no slot step. Write: {{{{ steps }}}}" in said
    found = [one.severity for one in SkeletonFile(file).examined("x")]
    assert found == ["warning", "error", "error"]
