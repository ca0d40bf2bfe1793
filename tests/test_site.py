"""The site is made of the pages as they are: all of them, with links that lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import PAGES_OF_DOCS, ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made strictly: a link that leads nowhere, or a page that nothing leads to, is an error."""
    made = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going"),
            *("-c", str(ROOT / "docs/site"), "-d", str(made / "trees"), str(ROOT), str(made)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made


def test_every_page_is_on_the_site(site: Path) -> None:
    listed = {page.relative_to(ROOT) for page in PAGES_OF_DOCS if ".github" not in page.parts}
    assert {page for page in listed if not (site / page.with_suffix(".html")).is_file()} == set()


def test_the_site_asks_nobody_for_anything(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(PAGES_OF_DOCS) / 2
    for page in pages:
        loaded = re.findall(
            r"<(?:script|img|iframe)[^>]*\bsrc=\"([^\"]+)\"|<link[^>]*\bhref=\"([^\"]+)\"",
            page.read_text("utf-8"),
        )
        strange = [one for pair in loaded for one in pair if re.match(r"(?:[a-z]+:)?//", one)]
        assert strange == [], page.name


def test_the_site_has_a_search_of_its_own(site: Path) -> None:
    index = (site / "searchindex.js").read_text("utf-8")
    assert '"docs/run-an-incident"' in index
    assert "quorum" in index
