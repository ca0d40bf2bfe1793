"""How the evidence of a step is drawn: as the end of a quiet line, and whole."""

from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import Block, rich
from bot.core.procedure import Evidence, Leaf, evidence_of
from bot.core.run.evidence import Evidence as Shown
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.text import brief, link, shorten, sized

_NAME_SHOWN = 60
_FILES_SHOWN = 3
"""How many files the board names; the full view names all."""
_LINK_SHOWN = 500
"""How long an address may be for a name to be a link: what is longer leaves no room for words."""
_ASKED_SHOWN = 150
_WEB = ("https://", "http://")


def asked(run: Run, leaf: Leaf, cut: int | None) -> list[str]:
    """What a step asks to be shown when it is marked done, as a quiet line."""
    wanted = evidence_of(leaf)
    if wanted is None:
        return []
    optional = ", if there is any" if wanted.optional else ""
    told = " · ".join(brief(run.words(one), cut or _ASKED_SHOWN) for one in wanted.asked)
    return [f"📎 *Done…* asks for {_kinds(wanted)}{optional}: {told}"]


def _kinds(wanted: Evidence) -> str:
    kinds = ("words", wanted.text), ("a file", wanted.file)
    return " and ".join(kind for kind, there in kinds if there is not None)


def beside(step: Step) -> str:
    """What was shown for a step, behind what else is said of it: files by their names."""
    files = [one for one in step.evidence if one.given.file is not None]
    if files:
        named = ", ".join(map(_named, files[:_FILES_SHOWN]))
        more = len(files) - _FILES_SHOWN
        return f" · 📎 {named}{f' and {more} more' if more > 0 else ''}"
    words = " ".join(one.given.text or "" for one in step.evidence)
    return f" · 📎 {brief(' '.join(words.split()), _NAME_SHOWN)}" if step.evidence else ""


def _named(shown: Shown) -> str:
    name = shorten(shown.given.name or shown.given.file or "", _NAME_SHOWN)
    unread = " (not read)" if shown.read is not None and shown.read.error is not None else ""
    address = shown.given.link or ""
    if address.startswith(_WEB) and len(address) <= _LINK_SHOWN:
        return f"{link(address, name)}{unread}"
    return f"{brief(name, _NAME_SHOWN)}{unread}"


def whole(step: Step, cut: int | None) -> list[Block]:
    """What was shown for a step, and what the bot read of each of its files."""
    if not step.evidence:
        return []
    first = step.evidence[0].given
    who: Block = {"type": "user", "user_id": first.by.id}
    said: list[Block] = [markdown.words("📎 "), who, markdown.words(": ")]
    between = ""
    for one in step.evidence:
        if one.given.text is not None:
            said.append(markdown.words(between + _cut(one.given.text, cut)))
            between = "\n"
        if one.given.file is not None:
            said += [markdown.words(between)] if between else []
            said += _file(one, one.given.name or one.given.file, cut)
            between = "\n"
    return [rich(markdown.section(*said))]


def _cut(words: str, cut: int | None) -> str:
    return shorten(words, cut) if cut else words


def _file(shown: Shown, name: str, cut: int | None) -> list[Block]:
    """A file, with all that is known of it."""
    given = shown.given
    linked = given.link is not None and given.link.startswith(_WEB)
    named = {"type": "link", "url": given.link, "text": name} if linked else markdown.words(name)
    told = [sized(given.size or 0), given.mimetype or "", _read(shown, cut)]
    return [named, markdown.words(", ".join(["", *filter(None, told)]))]


def _read(shown: Shown, cut: int | None) -> str:
    read = shown.read
    if read is None:
        return "not read yet"
    if read.error is not None:
        return _cut(f"not read: {read.error}", cut)
    return f"SHA-256 {read.sha256}"
