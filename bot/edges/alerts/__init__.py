"""The doors for alerts: what other systems send is proven, read, and handed on. No run is known."""

from bot.edges.alerts.doors import Doors
from bot.edges.alerts.server import DoorRefused

__all__ = ["DoorRefused", "Doors"]
