"""What happens to channels: each kind is handed to whoever sees to the runs that are there."""

from bot.app.painter import Painter
from bot.edges.slack.inbound import deliveries


async def happened(
    event: deliveries.OfChannel, painter: Painter, team: str, *, they_act: bool
) -> None:
    """Have what follows done; *they_act* says that people of other organizations may act.

    Raises Unavailable.
    """
    match event:
        case deliveries.Shut(channel, error):
            await painter.hindrances.left(team, channel, error)
        case deliveries.Opened(channel):
            await painter.joined(team, channel)
        case deliveries.Shared(channel):
            await painter.hindrances.shared(team, channel, they_act=they_act)
        case deliveries.Renumbered(channel, was):
            await painter.hindrances.renumbered(team, was, channel)
            await painter.joined(team, channel)
