"""The log: lines for people or JSON for machines, and never a secret in either.

It decides how a record looks, not what is said. What leaves here has every known secret's value
replaced, wherever it came from: the words, what was put into them, a traceback.
"""

import json
import logging
import re
import sys
import threading
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote

from pythonjsonlogger.json import JsonFormatter

from bot.app.watch import current_trace

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
"""A line for people; what a record carries beside its words is in them already."""
HIDDEN = "[hidden]"
"""What stands where a secret stood."""
SHORTEST = 4
"""The shortest secret that is looked for: hiding every `a` would hide the log."""

_QUIET = ("alembic", "urllib3")
"""Libraries whose news is nobody's."""

logger = logging.getLogger(__name__)


class Mask:
    """Takes the values that it was told of out of any text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._pattern: re.Pattern[str] | None = None
        self._forms: set[str] = set()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Hide these values too, also as they look in JSON, in `repr` and in a URL."""
        for secret in secrets:
            if len(secret) >= SHORTEST:
                quoted = json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe="")
                self._forms |= {secret, *quoted}
        if self._forms:
            # The longest first: one secret may begin as another does.
            longest = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest)))

    def clean(self, text: str) -> str:
        """*text* without the secrets."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)


_MASK = Mask()


def hide(secrets: Iterable[str]) -> None:
    """Let these values appear in no record from now on; one mask for the process, as the log is."""
    _MASK.hide(secrets)


def masked(text: str) -> str:
    """*text* without the values that `hide` was told of, for what leaves by another way."""
    return _MASK.clean(text)


_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""What Unicode calls characters that are not seen, or that move others, or end a line."""


def shown(text: str, *, lines: bool = False) -> str:
    """*text* with what cannot be seen spelled out, so that no text can pass for more of the log.

    *lines* leaves the ends of lines as they are, and tabs.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(
        c.encode("unicode_escape").decode()
        if unicodedata.category(c) in _UNSEEN and c not in kept
        else c
        for c in text
    )


class _Lines(logging.Formatter):
    """A line for people, and a traceback below it."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return shown(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - likewise
        return shown(super().formatException(ei), lines=True)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - likewise
        return shown(stack_info, lines=True)

    def format(self, record: logging.LogRecord) -> str:
        return _MASK.clean(super().format(record))


class _Json(JsonFormatter):
    """A JSON object: time, level, logger, message; run, trace and exception when there are such.

    What else a library puts on a record is left out: nobody has looked at what it holds.
    """

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        at = datetime.fromtimestamp(record.created, UTC)
        said = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": str(record.msg) if isinstance(record.msg, dict) else record.message,
            "run": getattr(record, "run", None),
            "trace": _trace_id(current_trace()),
            "exception": message_dict.get("exc_info"),
            "stack": message_dict.get("stack_info"),
        }
        # Each text by itself, so that no secret can be a piece of the JSON around it.
        # JSON spells out what ends a line, and leaves all else that is not seen.
        log_data.update(
            {k: shown(_MASK.clean(str(v)), lines=True) for k, v in said.items() if v is not None}
        )


def _trace_id(traceparent: str | None) -> str | None:
    return None if traceparent is None else traceparent.split("-")[1]


class _Handler(logging.StreamHandler[Any]):
    """Writes to standard error; a record that cannot be written is told of without its values."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        place = f"{record.name}, line {record.lineno}"
        print(f"a record of {place} could not be logged", file=sys.stderr)  # noqa: T201 - no log


def set_up(level: str, form: str) -> None:
    """Log to standard error from now on, as `text` or `json`."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # What nobody catches would be printed as it is, secrets and all.
    sys.excepthook = _uncaught
    threading.excepthook = lambda fault: _uncaught(
        fault.exc_type, fault.exc_value or fault.exc_type(), fault.exc_traceback
    )


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, SystemExit):
        return
    logger.critical("ended with a fault", exc_info=(kind, error, traceback))
