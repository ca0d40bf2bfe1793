"""Words for Hypothesis: any at all, one line of them, and those that would be markup somewhere."""

from hypothesis import strategies as st


def _said(text: str) -> str:
    """Something: what is blank gets a letter. It is not filtered, which costs more at each draw."""
    return text if text.strip() else f"{text}x"


words = st.text(min_size=1, max_size=60).map(_said)
lines = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=40
)
HOSTILE = (
    "a | b || c |",
    "`code` and ```` fence",
    "<script>alert(1)</script>",
    "one\ntwo\r\n\n# three\n\n- four",
    "[x](javascript:alert(1))",
    "](javascript:alert(1))",
    "![i](http://h/i.png)",
    "**bold** __bold__ ~~gone~~ _it_ *it*",
    "> quote",
    "# heading",
    "1. first",
    "---",
    "===",
    "    indented",
    "&lt;b&gt; &amp;lt; &#60;",
    "<!-- comment",
    "<https://h.example/|label|more>",
    "<@U0ANA> <#C1|general> <!here>",
    "ends with \\",
    "\\| \\` \\<b>",
    "| --- | --- |",
    "[ref]: http://h.example",
    "\u202eevil\u2028line\x00nul\x85x",
    "```\nfence",
    "~~~\nfence",
    "$a$ :smile: @channel",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "-2+3|x",
    "$$\\frac{1}{2}$$ and $`x`$",
    "<!channel> <!everyone> @here @everyone",
    "pay\u200bpal \u200bzero\ufeff width\u2060",
    "\u05e9\u05dc\u05d5\u05dd (ok) \u0645\u0631\u062d\u0628\u0627",
    "\u2067isolated\u2069 \u061cmark",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</td></tr></table><h1>out</h1>",
    "</main><script src=//h.example></script>",
    "</title></style></script>",
    "<style>*{display:none}</style>",
    "<details open ontoggle=alert(1)>more</details>",
    "--> ]]> <![CDATA[ <?php",
    "&#x3C;script&#x3E; &NewLine; &nbsp;",
    "{{ key_id }} ${7*7} <%= 1 %>",
    "[^1] and [^1]: a note",
    "![x][y] [y]: data:text/html;base64,eA==",
    "javascript:alert(1) vbscript:x",
    '" onmouseover="alert(1)',
    "' style='position:fixed",
    "\U0001f469\u200d\U0001f692 caf\u00e9 e\u0301",
)
hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=3).map("".join),
    st.text("|`<>[]()!*_~\\#&-+=:1. \nab", min_size=1, max_size=30).map(_said),
)
hostile_lines = hostile.map(lambda text: " ".join(text.split())[:150])
