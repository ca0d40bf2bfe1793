"""How the evidence of a step is drawn: as the end of a quiet line, and whole."""

from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import Block, rich
from bot.core.procedure import Evidence, Leaf, evidence_of
from bot.core.run.evidence import Evidence as Shown
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.text import brief, link, shorten, sized

_NAME_SHOWN = 60
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
    """What was shown for a step, behind what else is said of it: a file by its name."""
    shown = step.evidence
    if shown is None:
        return ""
    if shown.given.file is None:
        return f" · 📎 {brief(' '.join((shown.given.text or '').split()), _NAME_SHOWN)}"
    unread = " (not read)" if shown.read is not None and shown.read.error is not None else ""
    return f" · 📎 {_named(shown)}{unread}"


def _named(shown: Shown) -> str:
    name = shorten(shown.given.name or shown.given.file or "", _NAME_SHOWN)
    address = shown.given.link
    return link(address, name) if address and address.startswith(_WEB) else brief(name, _NAME_SHOWN)


def whole(step: Step, cut: int | None) -> list[Block]:
    """What was shown for a step, and what the bot read of its file."""
    if step.evidence is None:
        return []
    given = step.evidence.given
    who: Block = {"type": "user", "user_id": given.by.id}
    said: list[Block] = [markdown.words("📎 "), who, markdown.words(": ")]
    if given.text is not None:
        said.append(markdown.words(shorten(given.text, cut) if cut else given.text))
    if given.file is not None:
        said += [markdown.words("\n")] if given.text is not None else []
        name = given.name or given.file
        if given.link and given.link.startswith(_WEB):
            said.append({"type": "link", "url": given.link, "text": name})
        else:
            said.append(markdown.words(name))
        told = [sized(given.size or 0), given.mimetype or "", _of_file(step.evidence)]
        said.append(markdown.words(", ".join(["", *filter(None, told)])))
    return [rich(markdown.section(*said))]


def _of_file(shown: Shown) -> str:
    read = shown.read
    if read is None:
        return "not read yet"
    return f"not read: {read.error}" if read.error is not None else f"SHA-256 {read.sha256}"
