"""What a channel may be called. Pure."""

from .limits import CHANNEL_NAME


def wrong_name(name: str) -> str:
    """Slack's error for a channel's name, and "" for a good one."""
    if not name:
        return "invalid_name_required"
    if len(name) > CHANNEL_NAME:
        return "invalid_name_maxlength"
    if not any(character.isalnum() for character in name):
        return "invalid_name_punctuation"
    if not all(_fits(character) for character in name):
        return "invalid_name_specials"
    return ""


def _fits(character: str) -> bool:
    """Letters of any script, none of them a capital, digits, hyphens and underscores."""
    return character in "-_" or (character.isalnum() and character == character.lower())
