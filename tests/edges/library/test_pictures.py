"""Pictures beside procedures: of three kinds, within a bound, and never from outside the folder."""

import os
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.edges.library import Library
from bot.edges.library.pictures import MAX_BYTES, trouble

PNG = b"\x89PNG\r\n\x1a\n and so on"
PAGE = """\
schema: procedure/v1
id: look
title: Look
owner: {{ team: trust }}
estimate: 5m
symptoms: [It looks odd]
steps:
  - id: look
    title: Look
    do: Look.
    image: {image}
verification:
  - confirm: It looks well
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "procedures"
    (made / "sub" / "images").mkdir(parents=True)
    (made / "sub" / "images" / "a.png").write_bytes(PNG)
    (made / "sub" / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (made / "sub" / "c.gif").write_bytes(b"GIF89a")
    (made / "sub" / "d.gif").write_bytes(PNG)
    (made / "sub" / "big.png").write_bytes(PNG + bytes(MAX_BYTES))
    (tmp_path / "secret.png").write_bytes(PNG)
    (made / "sub" / "out.png").symlink_to(tmp_path / "secret.png")
    (made / "sub" / "in.png").symlink_to("images/a.png")
    os.mkfifo(made / "sub" / "pipe.png")
    return made


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("images/a.png", None),
        ("b.jpg", None),
        ("c.gif", None),
        ("in.png", None),
        ("d.gif", "it is no GIF"),
        ("big.png", "it is larger than 2 MB"),
        ("out.png", "it is a link that leads out of the folder"),
        ("pipe.png", "it is not a regular file"),
        ("images", "it is not a regular file"),
        ("none.png", "No such file or directory"),
    ],
)
def test_what_is_shown_and_what_is_not(folder: Path, image: str, why: str | None) -> None:
    assert trouble(folder, "sub/look.yaml", image) == why


def test_the_library_reads_a_picture_of_what_it_serves(folder: Path) -> None:
    (folder / "sub" / "look.yaml").write_text(PAGE.format(image="images/a.png"))
    library = Library(folder)
    library.refresh()
    assert library.picture("look", "images/a.png") == PNG
    with pytest.raises(OSError, match="leads out of the folder"):
        library.picture("look", "out.png")
    with pytest.raises(OSError, match="not in the folder any more"):
        library.picture("other", "images/a.png")


def test_lint_refuses_a_picture_that_is_not_there_and_the_bot_serves_it_all_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "sub" / "look.yaml"
    file.write_text(PAGE.format(image="none.png"))
    assert main(["lint", str(file)]) == 1
    said = capsys.readouterr().out
    assert f"{file}:11:12: error: `none.png` cannot be shown: No such file or directory" in said
    file.write_text(PAGE.format(image="images/a.png"))
    assert main(["lint", str(file)]) == 0
    file.write_text(PAGE.format(image="none.png"))
    library = Library(folder)
    library.refresh()
    assert library.get("look") is not None
