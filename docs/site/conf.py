"""How the site is made of the pages of this project: `make site`.

The pages stay as they are read in the repository: links are relative, diagrams are fenced. The
site asks nobody for anything: scripts, style and search lie beside the pages.
"""

import os
import tomllib
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
DRAWING = ROOT / os.environ.get("DRAWING", "artifacts/mermaid")
"""The folder of the script that draws diagrams, if it is there."""

project = "Runbook bot"
release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
language = "en"

root_doc = "docs/site/index"
include_patterns = ["*.md", "docs/**.md"]
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]
# A code block shows a language that has no colors here as it is.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = f"Runbook bot {release}"
html_static_path = ["style", *([str(DRAWING)] if DRAWING.is_dir() else [])]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False


class Diagram(SphinxDirective):
    """A diagram in the language of Mermaid, which the browser draws; else its text is read."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The text, where the script looks for it."""
        text = escape("\n".join(self.content), quote=False)
        return [nodes.raw("", f'<pre class="mermaid">{text}</pre>', format="html")]


_DRAW = """
mermaid.initialize({startOnLoad: true, securityLevel: "strict",
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "neutral"});
"""


def _draw(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Load the script on pages that have a diagram: it is as large as all the others together."""
    if DRAWING.is_dir() and 'class="mermaid"' in context.get("body", ""):
        app.add_js_file("mermaid.min.js")
        app.add_js_file(None, body=_DRAW)


def setup(app: Sphinx) -> dict[str, bool]:
    """What this site has beside what the theme brings."""
    app.add_directive("mermaid", Diagram)
    app.connect("html-page-context", _draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
