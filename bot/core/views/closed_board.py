"""The board of a run that has ended: how, who, how long, and two ways on.

The outcome stands in the first line for as long as the message does. Nothing here is about a run
that is still open.
"""

from bot.core.acting.alerted import stands
from bot.core.acting.asking import in_menu, on_board
from bot.core.acting.moving import lacks_channel
from bot.core.acts import about, export, reopen, show
from bot.core.blockkit.blocks import Block, actions, context, header, overflow, sections
from bot.core.run.actor import way
from bot.core.run.model import Closed, Run, State
from bot.core.run.proof import on_page
from bot.core.text import brief, clock, dated, lasted, mention, run_link, shorten, span

_FIRST_LINE = 150
_TITLE_KEPT = 60
_REASONS_SHOWN = 12
_REASON_LIMIT = 200
_REASONS_ROOM = 5_000


def outcome(run: Run, closed: Closed) -> str:
    """How a run ended, in plain words; the reason of one that was not verified is among them."""
    if closed.recovered:
        return "recovered"
    if closed.mistake is not None:
        return f"closed: started by mistake: {' '.join(closed.mistake.split())}"
    first = closed.reasons[on_page(run.verification(), closed.reasons)[0]]
    return f"closed, not verified: {' '.join(first.split())}"


def closed_board(run: Run, closed: Closed, foot: str) -> list[Block]:
    """The blocks of *run*'s board now that it is *closed*; *foot* is its last line."""
    return [
        header(_first_line(run, closed)),
        *sections([_summary(run, closed), *_reasons(run, closed), *_channel(run)]),
        actions(
            "run",
            on_board(export.ON_RUN, run),
            *([on_board(reopen.ON_RUN, run)] if reopen.ON_RUN.when(run) else []),
            overflow(
                "run_menu",
                [
                    in_menu(show.ON_RUN, run),
                    in_menu(about.ON_RUN, run),
                    ("More…", f"more/{run.id}/"),
                ],
            ),
        ),
        context(foot),
    ]


def _first_line(run: Run, closed: Closed) -> str:
    """The title and the outcome; a long title makes room for the outcome."""
    sign = "🟢" if closed.recovered else "🟠"
    words = outcome(run, closed)
    room = _FIRST_LINE - len(f"{sign}  · ") - len(words)
    return f"{sign} {shorten(run.title, max(_TITLE_KEPT, room))} · {words}"


def _summary(run: Run, closed: Closed) -> str:
    failed, left = len(run.outline.failed), len(run.outline.left)
    done, doubted = len(run.outline.tally[State.DONE]), len(run.outline.doubted)
    counts = [
        f"{done - doubted} done",
        *([f"{doubted} whose check failed"] if doubted else []),
        *_skips(run),
        *([f"{failed} failed"] if failed else []),
        *([f"{left} not done"] if left else []),
    ]
    who = ", ".join(mention(p) for p in run.responders[:12])
    end = clock(closed.at, since=run.started_at)
    when = f"{clock(run.started_at)} – {end} ({lasted(closed.at - run.started_at)})"
    line = f"*{run.id}* · {when} · {who} · {', '.join(counts)}"
    if (recovered := run.recovered_at) and closed.recovered:
        line += f" · recovered {clock(recovered, since=run.started_at)}"
    if how := way(closed.via):
        line += f" · closed {how}"
    known = {**run.inputs, **run.outline.texts.found}
    given = [run.severity] if run.severity else []
    called = run.outline.texts.called
    given += [f"{called(name)} {span(value, 60)}" for name, value in known.items() if value]
    if run.instead_of:
        given.append(f"in place of {run_link(run.instead_of, run.instead_at)}")
    if run.led_from:
        given.append(f"from {run_link(run.led_from, run.led_at)}")
    if run.alert:
        how = "which fired still" if run.alert.fires else stands(run, run.alert)
        given.append(f"from alert {run_link(run.alert.id, run.alert.at)}, {how}")
    return "\n".join([line, *([" · ".join(given[:8])] if given else [])])


def _reasons(run: Run, closed: Closed) -> list[str]:
    """What was not verified, and why not: as many lines as there is room for."""
    if closed.mistake is not None:
        words = brief(closed.mistake, 2_500)
        again = run_link(closed.again, closed.again_at)
        told = len(_first_line(run, closed)) <= _FIRST_LINE and "\n" not in closed.mistake
        return [
            # The first line says it already, where it holds all of it.
            *([] if told else [f"Started by mistake: {words}"]),
            *([f"In its place: {again}"] if again else []),
        ]
    items = run.verification()
    titles = {
        item.key: f"{item.group}: {item.title}" if item.group else item.title for item in items
    }
    lines: list[str] = []
    room = _REASONS_ROOM
    for key in on_page(items, closed.reasons):
        name = brief(titles.get(key, "Verification"), _REASON_LIMIT)
        line = f"🟠 {name} · {brief(closed.reasons[key], _REASON_LIMIT)}"
        room -= len(line)
        if len(lines) == _REASONS_SHOWN or room < 0:
            break
        lines.append(line)
    left = len(closed.reasons) - len(lines)
    return [*lines, f"… and {left} more, in the post-mortem"] if left else lines


def _channel(run: Run) -> list[str]:
    """What becomes of its own channel; as it stands when that is archived, it stays to be read."""
    ending = run.ending
    if lacks_channel(run) if ending.archived else ending.begun and not ending.is_settled:
        return ["🗄️ This channel goes into the archive. *Reopen…* is in my Home then."]
    if ending.told is None or ending.is_settled:
        return []
    return [f"🗄️ This channel is archived {dated(ending.told)}, unless someone keeps it."]


def _skips(run: Run) -> list[str]:
    skipped = run.outline.tally[State.SKIPPED]
    if not skipped:
        return []
    reason = f" ({brief(skipped[0].words or '', 60)})" if len(skipped) == 1 else ""
    return [f"{len(skipped)} skipped{reason}"]
