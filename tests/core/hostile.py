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
)
hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=3).map("".join),
    st.text("|`<>[]()!*_~\\#&-+=:1. \nab", min_size=1, max_size=30).map(_said),
)
hostile_lines = hostile.map(lambda text: " ".join(text.split())[:150])
