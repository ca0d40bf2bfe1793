"""A folder of hostile files: each gives one clear line at most, and none stops the others."""

import os
import socket
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from bot.edges.library import Library
from bot.edges.library.place import MAX_DEPTH
from bot.edges.library.reader import MAX_ALIASES, MAX_BYTES, MAX_VALUES
from bot.edges.library.reader import MAX_DEPTH as MAX_LEVELS
from tests.core.lint_case import BASE

DAY = date(2026, 11, 22)
ME = "hostile"
GOOD = BASE.replace("id: base", f"id: {ME}", 1)


def put(more: str) -> str:
    """A good file with something more at its end."""
    return f"{GOOD}{more}"


def instead(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def laughs(width: int, height: int) -> str:
    lines = [f"a0: &a0 [{'x, ' * width}]"]
    lines += [f"a{n}: &a{n} [{f'*a{n - 1}, ' * 3}]" for n in range(1, height)]
    return "\n".join(lines)


TEXTS: dict[str, str | bytes] = {
    # Nothing, or no text at all
    "empty": "",
    "blank": " \n\n",
    "only a comment": "# nothing\n",
    "only a mark of order": b"\xef\xbb\xbf",
    "a null": "null\n",
    "a number": "42\n",
    "a list": "- a\n- b\n",
    "a word": "procedure\n",
    "zeros": b"\0" * 1_000,
    "noise": bytes(range(256)) * 4,
    "a program": b"\x7fELF\x02\x01\x01" + b"\0" * 100,
    "an archive": b"PK\x03\x04" + bytes(range(200)),
    "packed": b"\x1f\x8b\x08\x00" + bytes(range(200)),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "a script": "#!/bin/sh\nrm -rf /\n",
    "a page": "<html><script>alert(1)</script></html>\n",
    "JSON cut short": '{"schema": "procedure/v1", "id": "host',
    "Windows' paths": "C:\\Windows\\System32\n",
    # Encodings
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16 without a mark": GOOD.encode("utf-16-le"),
    "UTF-32": GOOD.encode("utf-32"),
    "Latin-1": instead("A base to break", "Für alle").encode("latin-1"),
    "Shift-JIS": "title: 手順".encode("shift-jis"),
    "half a character": GOOD.encode() + b"\xc3",
    "half a pair": b"title: \xed\xa0\x80\n",
    "an overlong slash": b"title: \xc0\xaf\n",
    "beyond Unicode": b"title: \xf5\x80\x80\x80\n",
    "two marks of order": b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode(),
    "lines of old Macs": GOOD.replace("\n", "\r"),
    # Sizes
    "larger than may be": "#" * (MAX_BYTES + 1),
    "one long line": instead("A base to break", "x" * 200_000),
    "many lines": "\n" * (MAX_BYTES - 1),
    "many comments": "# x\n" * (MAX_BYTES // 4),
    "many values": "[" + "1," * (MAX_VALUES + 1) + "]",
    "many keys": "".join(f"k{n}: 1\n" for n in range(MAX_VALUES + 1)),
    "a long key": "k" * 100_000 + ": 1\n",
    "a long anchor": put(f"&{'x' * 100_000} impact: x\n"),
    "a long number": instead("estimate: 20m", "estimate: " + "9" * 100_000),
    "many blanks": instead("A base to break", "A" + " " * 200_000 + "x"),
    "many quotes": instead("A base to break", "'" * 100_000),
    "many colons": "title: " + ": " * 100_000 + "\n",
    "many dashes": "- " * 100_000 + "x\n",
    "many question marks": "? " * 100_000 + "x\n",
    "many backslashes": instead("A base to break", '"' + "\\\\" * 100_000 + '"'),
    "many documents": "---\na: 1\n" * 10_000,
    "many directives": "%YAML 1.2\n" * 10_000 + "---\na: 1\n",
    # Depth and bombs
    "lists too deep": "[" * (MAX_LEVELS + 1) + "]" * (MAX_LEVELS + 1),
    "lists very deep": "[" * 100_000,
    "mappings very deep": "{a: " * 50_000,
    "blocks very deep": "\n".join(f"{' ' * n}a:" for n in range(600)),
    "a billion laughs": laughs(9, 9),
    "a wide bomb": laughs(3_000, 7),
    "an alias in itself": "a: &a [*a]\n",
    "an alias to nothing": "a: *b\n",
    "an alias as a key": "a: &a b\n*a : c\n",
    "many aliases": "a: &a 1\nb: [" + "*a, " * (MAX_ALIASES + 1) + "]",
    "many anchors": "".join(f"a{n}: &a{n} {n}\n" for n in range(15_000)),
    "a merge": "a: &a {b: c}\n<<: *a\n",
    "a merge of many": "<<: [{a: b}, {c: d}]\n",
    # Tags and what they might do
    "a call": "title: !!python/object/apply:os.system [id]\n",
    "an object": "title: !!python/object:os.environ {}\n",
    "a module": "title: !!python/module:subprocess\n",
    "a name": "title: !!python/name:eval\n",
    "Ruby's": "title: !ruby/object:Gem::Requirement {}\n",
    "Java's": "title: !!javax.script.ScriptEngineManager []\n",
    "binary": "title: !!binary aGVsbG8=\n",
    "a set": "title: !!set {a, b}\n",
    "a tag of one's own": "title: !secret x\n",
    "a tag by a directive": "%TAG ! tag:evil.example,2026:\n---\ntitle: !x y\n",
    "a text by a tag": "title: !!str 1\n",
    "an include": "title: !include /etc/passwd\n",
    # Keys
    "the same key twice": put("title: Again\n"),
    "a key that is a list": "? [a, b]\n: c\n",
    "a key that is a mapping": "? {a: b}\n: c\n",
    "a key that is nothing": ": x\n",
    "a key of another object": put("__class__: x\n"),
    "a key with dots": put("..: x\n"),
    "a key for the terminal": put('"\\e[2J\\e[31m": x\n'),
    "a key with a line break": put('"a\\nb": x\n'),
    # Meaning
    "a name that is a path": instead(f"id: {ME}", "id: ../../etc/passwd"),
    "a name for Slack": instead(f"id: {ME}", 'id: "<!channel>"'),
    "a name of another": instead(f"id: {ME}", "id: good"),
    "a reserved name": instead(f"id: {ME}", "id: help"),
    "a long name": instead(f"id: {ME}", f"id: {'x' * 81}"),
    "another version": instead("procedure/v1", "procedure/v9"),
    "no steps": instead("  - id: restart\n", "  - no\n  - id: restart\n"),
    "a title of nothing": instead("A base to break", '""'),
    "a title of blanks": instead("A base to break", '"   "'),
    "a title that nobody sees": instead("A base to break", '"\\u200b"'),
    "a title that turns around": instead("A base to break", '"a\\u202eb"'),
    "a title for a database": instead("A base to break", '"a\\0b"'),
    "half a character by escape": instead("A base to break", '"\\ud800"'),
    "an address in a check": instead("/nodes/{{ node }}", "http://169.254.169.254/latest"),
    "a path that climbs": instead("/nodes/{{ node }}", "/../../admin"),
    "a check that changes": instead("get: /nodes", "post: /nodes"),
    "a pattern without end": instead('"node-[0-9]+"', '"(a{1000}){1000}"'),
    "a pattern that looks back": instead('"node-[0-9]+"', r"'(a)\1'"),
    "an expression that doubles": instead(
        "{ pointer: /healthy, equals: true }",
        "{ jmespath: '" + "|".join(["[@,@]"] * 20) + "', exists: true }",
    ),
    "a link that runs": instead(
        "    expected: active", "    links: [{title: x, url: 'javascript:x'}]"
    ),
    "a duration of ages": instead("estimate: 20m", "estimate: 99999999d"),
    "a day that never was": instead("2026-11-01", "2026-02-30"),
    "an octal": instead("estimate: 20m", "estimate: 0o17"),
    "not a number": instead("equals: true", "equals: .nan"),
    "a template": instead("A base to break", "'{{ 7*7 }}'"),
    "a cut text": instead("A base to break", "See #4711"),
    "a quote left open": instead("A base to break", '"A base'),
    "a tab": instead("  node:\n", "\tnode:\n"),
    "a conflict": put("<<<<<<< HEAD\ntitle: x\n=======\ntitle: y\n>>>>>>> other\n"),
}
NAMES: dict[str, bytes] = {
    "blanks": b"two words.yaml",
    "a line break": b"two\nlines.yaml",
    "an escape": b"\x1b[31mred.yaml",
    "a bell": b"ring\x07.yaml",
    "a quote": b"it's.yaml",
    "markup": b"<!channel>.yaml",
    "a backtick": b"`id`.yaml",
    "a command": b"$(id).yaml",
    "a dash first": b"-rf.yaml",
    "capitals": b"LOUD.YAML",
    "a long one": b"x" * 250 + b".yaml",
    "not UTF-8": b"\xff\xfe.yaml",
    "turned around": "lmay.\u202egood.yaml".encode(),
    "unseen": "go\u200bod.yaml".encode(),
    "an umlaut": "größe.yaml".encode(),
    "an umlaut of two parts": unicodedata.normalize("NFD", "größe.yml").encode(),
    "another alphabet": "процедура.yaml".encode(),
    "only an ending": b"x..yaml",
    "a reserved word": b"help.yaml",
    "of the device": b"con.yaml",
    "a hash": b"a#b.yaml",
    "a percent": b"%2e%2e%2f.yaml",
    "a colon": b"a:1:1: error.yaml",
    "a star": b"*.yaml",
}


@contextmanager
def _socket(path: Path) -> Iterator[None]:
    # The name of a socket is short, the one of a test's folder is not.
    here = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{here}/{path.name}")
            yield
    finally:
        os.close(here)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _pair(path: Path) -> None:
    path.with_suffix(".b").symlink_to(path.name)
    path.symlink_to(path.with_suffix(".b").name)


def _up(path: Path) -> None:
    path.symlink_to("../outside.yaml")


def _top(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _process(path: Path) -> None:
    path.symlink_to("/proc/self/environ")


def _nowhere(path: Path) -> None:
    path.symlink_to("not-there.yaml")


def _around(path: Path) -> None:
    """Out of the folder and back in again."""
    path.symlink_to(f"../{path.parent.name}/good.yaml")


def _folder(path: Path) -> None:
    path.mkdir()


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


def _itself(path: Path) -> None:
    path.symlink_to(".")


def _through(path: Path) -> None:
    """By a link to a folder outside."""
    (path.parent / "away").symlink_to("..")
    path.symlink_to("away/outside.yaml")


PLACES: list[Callable[[Path], None]] = [
    *(_fifo, _loop, _pair, _up, _top, _device, _process, _nowhere, _around, _folder, _sparse),
    *(_itself, _through),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "procedures"
    made.mkdir()
    (tmp_path / "outside.yaml").write_text(BASE.replace("id: base", "id: outside", 1))
    for name in ("good", "zz-last"):
        (made / f"{name}.yaml").write_text(BASE.replace("id: base", f"id: {name}", 1))
    return made


def served(folder: Path) -> list[str]:
    """What is served; what is said about each file is one line, and fits a terminal."""
    library = Library(folder, today=lambda: DAY)
    library.refresh()
    for problem in library.problems():
        line = str(problem)
        assert "\n" not in line
        assert line.isprintable()
        assert len(line) < 1_500
    by_file: dict[str, int] = {}
    for problem in library.problems():
        if problem.severity == "error":
            by_file[problem.path] = by_file.get(problem.path, 0) + 1
    assert all(count == 1 for count in by_file.values()), library.problems()
    return [loaded.procedure.id for loaded in library.all()]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_hostile_text_is_one_line_and_stops_no_other(folder: Path, text: str | bytes) -> None:
    (folder / f"{ME}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert served(folder) == ["good", "zz-last"]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_hostile_name_is_one_line_and_stops_no_other(folder: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(GOOD)
    assert served(folder) == ["good", "zz-last"]


@pytest.mark.parametrize("make", PLACES, ids=lambda make: make.__name__.strip("_"))
def test_a_hostile_place_is_one_line_and_stops_no_other(
    folder: Path, make: Callable[[Path], None]
) -> None:
    make(folder / f"{ME}.yaml")
    assert served(folder) == ["good", "zz-last"]


def test_a_socket_is_no_file(folder: Path) -> None:
    with _socket(folder / f"{ME}.yaml"):
        assert served(folder) == ["good", "zz-last"]


def test_all_of_them_together_stop_no_other(folder: Path) -> None:
    for number, text in enumerate(TEXTS.values()):
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"hostile-{number}.yaml").write_bytes(content)
    for name in NAMES.values():
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(GOOD)
    library = Library(folder, today=lambda: DAY)
    library.refresh()
    assert [loaded.procedure.id for loaded in library.all()] == ["good", "zz-last"]
    assert len(library.faulty()) >= 100


def test_folders_are_read_to_a_depth_and_no_link_is_walked_twice(folder: Path) -> None:
    place = folder
    for number in range(MAX_DEPTH + 2):
        place = place / f"d{number}"
        place.mkdir()
        (place / f"deep-{number}.yaml").write_text(BASE.replace("id: base", f"id: deep-{number}"))
    (place.parent / "up").symlink_to(folder)
    library = Library(folder, today=lambda: DAY)
    library.refresh()
    ids = [loaded.procedure.id for loaded in library.all()]
    assert ids == [*(f"deep-{number}" for number in range(MAX_DEPTH)), "good", "zz-last"]
    (problem,) = library.problems()
    assert f"it is more than {MAX_DEPTH} deep" in problem.message
