"""The field of a form in which one value is given: an input, or what a step finds."""

from bot.core.blockkit.blocks import OPTIONS_LIMIT, Block, select_input, text_input
from bot.core.procedure import Asked
from bot.core.procedure.example import such_as


def value_input(  # noqa: PLR0913 - the parts of a field
    block_id: str,
    spec: Asked,
    label: str,
    *,
    initial: str | None = None,
    but: str | None = None,
    hint: str = "",
    placeholder: str | None = None,
    optional: bool = False,
) -> Block:
    """A choice of all values there are, or a line to type into, with what fits it.

    *but* is a value that it must not have; *hint* is said after what fits.
    """
    explained = spec.pattern or (spec.example and not spec.enum)
    rules = [such_as(spec, but=but)] if explained else []
    said = ". ".join([*rules, *([hint] if hint else [])]) or None
    if spec.enum and len(spec.enum) <= OPTIONS_LIMIT:
        options = [(value, value) for value in spec.enum]
        return select_input(block_id, label, options, initial=initial, hint=said, optional=optional)
    return text_input(
        block_id,
        label,
        initial=initial,
        hint=said,
        placeholder=placeholder,
        optional=optional,
    )
