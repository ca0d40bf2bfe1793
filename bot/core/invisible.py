"""Characters that nobody sees: found by what Unicode says of them, and taken out of people's words.

One that is hidden in a command makes it read differently from what is copied; one that stands
alone looks like words where there are none. What joins the parts of an emoji, or the letters of a
script that needs it, stays.
"""

import re
import unicodedata

_SUSPECT = re.compile(r"[^\t\n\x20-\x7e]")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that are drawn as nothing."""
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Of the category Cf, and seen all the same: signs that stand around Arabic and Syriac numbers."""
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = re.compile("[\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef]")
_PICTURES = re.compile("[\ufe0e\ufe0f]")
"""The selectors that draw a sign as a letter or as an emoji."""
_CAN_BE_PICTURE = frozenset("0123456789#*\u203c\u2049\u2139\u3030\u303d")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_NONE = 0xFFFE
"""The last two of each plane are no characters."""
_HALF = re.compile("[\ud800-\udfff]")
_CONTROLS = {"\0": "NULL", "\a": "BELL", "\b": "BACKSPACE", "\r": "CARRIAGE RETURN"}
_CONTROLS |= {"\x1b": "ESCAPE", "\x7f": "DELETE", "\x85": "NEXT LINE"}


def find(text: str) -> int | None:
    """Where the first invisible character of *text* is; line breaks and tabs are none."""
    return next((m.start() for m in _SUSPECT.finditer(text) if _unseen(text, m.start())), None)


def name(character: str) -> str:
    """How to speak of one: `U+200B, ZERO WIDTH SPACE`."""
    known = _CONTROLS.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f", {known}" if known else "")


def seen(text: str) -> str:
    """*text* as people see it, for what they wrote: without what is invisible.

    A half of a surrogate pair, which no database holds, becomes a replacement character; the
    line breaks of other systems become plain ones.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _HALF.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if find(text) is None:
        return text
    return "".join(c for at, c in enumerate(text) if c in "\t\n" or not _unseen(text, at))


def marked(text: str, sign: str = "\N{REPLACEMENT CHARACTER}") -> str:
    """*text* with a *sign* in the place of each invisible character; line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    found = {m.start() for m in _SUSPECT.finditer(text) if _unseen(text, m.start())}
    return "".join(sign if at in found else c for at, c in enumerate(text)) if found else text


def written_out(text: str) -> str:
    """JSON in which each invisible character is written by its number."""
    found = {m.start() for m in _SUSPECT.finditer(text) if _unseen(text, m.start())}
    if not found:
        return text
    return "".join(_by_number(c) if at in found else c for at, c in enumerate(text))


def _by_number(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _unseen(text: str, at: int) -> bool:
    character = text[at]
    if character in _JOINERS:
        return not _joins(text, at)
    if _SELECTORS.match(character):
        return not (_PICTURES.match(character) and at and _is_picture(text[at - 1]))
    if character in _FILLERS or "\U000e0000" <= character <= "\U000e0fff":
        return True
    if ord(character) % 0x10000 >= _NONE or "\ufdd0" <= character <= "\ufdef":
        return True  # no characters at all, says Unicode
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _DRAWN


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands within an emoji, or within a word of a script that needs it."""
    before, after = at - 1, at + 1
    if before < 0 or after >= len(text):
        return False
    if _is_letter(text[before]) and _is_letter(text[after]):
        return True
    while before > 0 and (_PICTURES.match(text[before]) or _TONES.match(text[before])):
        before -= 1
    return text[at] == "\u200d" and _is_picture(text[before]) and _is_picture(text[after])


def _is_letter(character: str) -> bool:
    """Of a script without capitals: Arabic, Persian, the Indic ones."""
    return character not in _FILLERS and unicodedata.category(character) in ("Lo", "Mn", "Mc")


def _is_picture(character: str) -> bool:
    return character in _CAN_BE_PICTURE or unicodedata.category(character) in ("So", "Sm")
