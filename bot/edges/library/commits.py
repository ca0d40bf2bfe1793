"""The Git checkout that a folder of procedures is in: which commit has a procedure's text.

A text has a commit only if that commit has the very same bytes under the same path; a file that
was edited since has none. It blocks, and is asked where the folder is looked at.
"""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from bot.core.procedure import Loaded
from bot.edges.library.objects import LARGEST, Objects, Unread
from bot.edges.library.place import MAX_DEPTH, MAX_FILES, is_procedure

LINKS = 5
"""How many names may stand for one another before a commit's."""
_HASHES = {40: "sha1", 64: "sha256"}
"""By the length of an id, what Git makes it with."""
_FILE = b"100"
"""How the mode of a file begins, whether it may be run or not."""
_FOLDER = b"40000"

logger = logging.getLogger(__name__)


class Commits:
    """The commits of one folder's texts, as of the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._commit: str | None = None
        self._blobs: Mapping[str, str] = {}
        self._told = ""
        self._ids: dict[tuple[str, int], str | None] = {}

    def look(self) -> None:
        """See which commit is checked out, and what it has; what cannot be read is said once."""
        try:
            place = _checkout(self._folder)
            commit = place and _commit(place[0])
            if commit != self._commit or place is None:
                self._blobs = dict(_blobs(*place, commit)) if place and commit else {}
                self._commit = commit
        except (Unread, OSError, ValueError) as trouble:
            self._commit, self._blobs = None, {}
            if str(trouble) != self._told:
                self._told = str(trouble)
                logger.warning("the commit of the procedures is not known: %s", trouble)

    def of(self, loaded: Loaded) -> str | None:
        """The commit that has this text where its file is; None for none."""
        if self._commit is None:
            return None
        path = PurePath(loaded.path).relative_to(self._folder).as_posix()
        blob = self._blobs.get(path)
        return self._commit if blob is not None and blob == self._id(loaded, len(blob)) else None

    def _id(self, loaded: Loaded, length: int) -> str | None:
        """The id of a text, which is worked out once: it is asked for at every look."""
        key = (loaded.sha256, length)
        if key not in self._ids:
            if len(self._ids) >= MAX_FILES:
                self._ids.clear()
            self._ids[key] = _id(loaded, length)
        return self._ids[key]


def _id(loaded: Loaded, length: int) -> str | None:
    """The id that Git gives the file whose text it is."""
    text = loaded.source.encode()
    for data in (text, b"\xef\xbb\xbf" + text):
        # The text is without the mark that a file may begin with.
        if hashlib.sha256(data).hexdigest() == loaded.sha256:
            return hashlib.new(_HASHES[length], b"blob %d\0" % len(data) + data).hexdigest()
    return None


def _checkout(folder: Path) -> tuple[Path, tuple[str, ...]] | None:
    """The repository's folder, and the way to *folder* from the top of its checkout; or None."""
    inside = folder.resolve()
    for top in (inside, *inside.parents):
        git = top / ".git"
        if git.is_file():
            said = _read(git)
            if not said.startswith("gitdir: "):
                raise Unread(f"{git} names no repository")
            git = top / said.removeprefix("gitdir: ")
        if (git / "HEAD").is_file():
            return git, inside.relative_to(top).parts
    return None


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(LARGEST).decode("utf-8", "replace").strip()


def _common(git: Path) -> Path:
    """Where several checkouts of a repository have what is common to them."""
    said = git / "commondir"
    return git / _read(said) if said.is_file() else git


def _commit(git: Path) -> str | None:
    """The commit that is checked out; None before the first one."""
    said = _read(git / "HEAD")
    for _ in range(LINKS):
        if not said.startswith("ref: "):
            if len(said) not in _HASHES or not set(said) <= set("0123456789abcdef"):
                raise Unread("HEAD names no commit")
            return said
        name = said.removeprefix("ref: ")
        if ".." in name or not name.startswith("refs/"):
            raise Unread("HEAD names no branch")
        said = _branch(git, name)
        if not said:
            return None
    raise Unread("HEAD leads to no commit")


def _branch(git: Path, name: str) -> str:
    """What a branch points to; empty for one that has no commit yet."""
    common = _common(git)
    for place in (git / name, common / name):
        if place.is_file():
            return _read(place)
    packed = common / "packed-refs"
    for line in _read(packed).splitlines() if packed.is_file() else ():
        commit, _, of = line.partition(" ")
        if of == name:
            return commit
    return ""


def _objects(git: Path) -> Objects:
    own = _common(git) / "objects"
    others: list[Path] = []
    with contextlib.suppress(FileNotFoundError):
        others = [own / line for line in _read(own / "info" / "alternates").splitlines()]
    return Objects([own, *others])


def _blobs(git: Path, way: tuple[str, ...], commit: str) -> Iterator[tuple[str, str]]:
    """The procedures' files that a commit has below a folder: path -> the id of what is in it."""
    objects = _objects(git)
    head = objects.get(commit, "commit").split(b"\n", 1)[0]
    tree = head.removeprefix(b"tree ").decode()
    for name in way:
        below = dict(_entries(objects, tree)).get(name)
        if below is None or below[0] != _FOLDER:
            return
        tree = below[1]
    found = zip(_walk(objects, tree, "", 0), range(MAX_FILES), strict=False)
    yield from (one for one, _ in found)


def _walk(objects: Objects, tree: str, above: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, (mode, there) in _entries(objects, tree):
        if name.startswith("."):
            continue
        if mode == _FOLDER and depth < MAX_DEPTH:
            yield from _walk(objects, there, f"{above}{name}/", depth + 1)
        elif mode.startswith(_FILE) and is_procedure(name):
            yield above + name, there


def _entries(objects: Objects, tree: str) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """What a folder of a commit has: names, modes and ids."""
    data, at, length = objects.get(tree, "tree"), 0, len(tree) // 2
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + length
        yield name.decode("utf-8", "surrogateescape"), (mode, data[end + 1 : at].hex())
