"""A page of HTML on paper: as a PDF, by WeasyPrint, which is loaded for this alone.

It brings Pango and fonts into the process, which nobody else needs; where one of them is not
there, whoever asks for a PDF hears what to install, and all else works.
"""

import logging
from typing import Any, NoReturn

INSTALL = (
    "A PDF needs WeasyPrint and Pango, which are not all here. Install the packages with "
    "./.ci/setup .venv requirements-pdf.lock, and on Debian: apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core "
    "fonts-noto-color-emoji. The other formats need none of it."
)


class NoPdf(Exception):
    """There is nothing here that makes a PDF; the message says what to install."""


def write(page: str) -> bytes:
    """The *page* as a PDF; raises NoPdf."""
    html = _loaded()
    # It warns of each line of the style that is for a screen alone.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    made = html(string=page, url_fetcher=_asks_nobody, media_type="print")
    return bytes(made.write_pdf())


def _loaded() -> Any:
    try:
        from weasyprint import HTML  # noqa: PLC0415 - loaded for a PDF alone
    except (ImportError, OSError):
        raise NoPdf(INSTALL) from None
    return HTML


def _asks_nobody(url: str, *_: object, **__: object) -> NoReturn:
    """No address is asked, whatever the page says."""
    raise ValueError(f"a page asks for nothing: {url[:40]}")
