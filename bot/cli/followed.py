"""The audit of a file that carries the chain of its run, with the record or without."""

from pathlib import Path

from bot import config
from bot.app.watch import version
from bot.cli.log import found, holds
from bot.core.documents import run_v1
from bot.core.engine.decide import Refused
from bot.core.text import counted
from bot.edges.store import SqlLog, StoreError

LARGEST = 1 << 29
"""Bytes of the largest file that is read as data: half a gigabyte."""
NOT_TOLD = (
    "A file that was cut off at its end in every place, or made anew as a whole, follows as well: "
    "only the record and the board in Slack know its log hash"
)
_SLACK = "The thread and the names are as Slack had them when it was written: no entry says them"


def data_of(path: Path) -> str | None:
    """What a file says, if it is a run as data; raises OSError."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    with path.open("rb") as opened:
        if b"{" not in opened.read(1):
            return None
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    return text if run_v1.is_one(text) else None


def followed(path: Path, text: str) -> tuple[list[str], bool, run_v1.Found]:
    """What an audit of the file finds, in words, and whether all is well; raises Refused."""
    try:
        made = run_v1.audited(text, version())
    except ValueError as error:
        raise Refused(f"{path}: {error}") from None
    lines = [f"{path}: {found(made.checked)}"]
    if made.wrong:
        lines += [f"it says otherwise than its entries do: {one}" for one in made.wrong]
    elif made.checked.follows:
        lines.append("What it says of the run is what its entries say")
    if made.version != version():
        lines.append(
            f"It was written by version {made.version}: that one alone can hold its sentences "
            "against the entries"
        )
    if made.withheld:
        many = counted(len(made.withheld), "entry", "entries")
        which = ", ".join(map(str, made.withheld))
        lines.append(f"The words of {many} ({which}) cannot be checked: a secret is among them")
    if made.read_thread:
        lines.append(_SLACK)
    return [*lines, NOT_TOLD], made.well, made


async def against(settings: config.Settings, made: run_v1.Found) -> tuple[list[str], bool]:
    """Whether the record, where there is one, has the file's log hash."""
    try:
        async with await SqlLog.open(settings.database_url, read_only=True) as log:
            checked = await log.checked(made.checked.run_id)
    except StoreError:
        return ["There is no record here to ask for its log hash"], True
    if not checked.hashes:
        return ["The record here does not have this run"], True
    there, words = holds(checked, made.checked.head)
    return [words], there
