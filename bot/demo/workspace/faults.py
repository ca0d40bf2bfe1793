"""What shall go wrong: which calls fail and how, what happens to deliveries. It fails nothing."""

import random
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from .model import Json

Fault = Literal["429", "5xx", "latency", "drop_before", "drop_after", "error"]


class FaultRule(BaseModel):
    """One fault for the calls of a method (`chat.update`, `chat.*`, `*`)."""

    model_config = ConfigDict(extra="forbid")

    method: str = Field(default="*", description="The method that it is for; `chat.*` is several.")
    fault: Fault = Field(
        default="error",
        description="What happens; `drop_before` and `drop_after` break the connection before "
        "the call has its effect, and after it; `error` answers with `error`.",
    )
    error: str = Field(
        default="",
        pattern="^[a-z0-9_]{0,100}$",
        description="The error of Slack's that an `error` answers with, such as `is_archived`.",
    )
    times: int | None = Field(default=None, ge=0, description="How often, and then no more.")
    rate: float | None = Field(default=None, ge=0, le=1, description="How probably, each time.")
    seconds: float = Field(
        default=1.0, ge=0, le=600, description="How long a `latency` is, or `Retry-After` of a 429."
    )


class DeliveryFaults(BaseModel):
    """What happens to envelopes on their way to the app. `repeat` and `cut` are probabilities."""

    model_config = ConfigDict(extra="forbid")

    repeat: float = Field(default=0.0, ge=0, le=1, description="How probably each comes twice.")
    delay: float = Field(default=0.0, ge=0, le=600, description="Seconds that each is held back.")
    reorder: bool = Field(default=False, description="Hold each back for another part of `delay`.")
    cut: float = Field(
        default=0.0, ge=0, le=1, description="How probably the socket breaks once it carried it."
    )


class Faults(BaseModel):
    """All that goes wrong from now on. The default is that nothing does."""

    model_config = ConfigDict(extra="forbid")

    seed: int = Field(default=0, description="Of the dice: the same seed, the same faults.")
    limits: bool = Field(default=True, description="Whether the rate limits are in force.")
    deduplicate: bool = Field(
        default=True, description="Whether a `client_msg_id` that was posted is not posted again."
    )
    rules: list[FaultRule] = Field(
        default_factory=list,
        max_length=100,
        description="Faults of API calls; the first matching rule applies.",
    )
    socket: Literal["refresh", "cut"] | None = Field(
        default=None, description="Ask the app to reconnect, or break its sockets: once, now."
    )
    deliveries: DeliveryFaults = Field(
        default_factory=DeliveryFaults, description="Faults of deliveries to the app."
    )


class Trouble:
    """The faults in force, with their dice: the same seed and calls give the same faults.

    Every rule and every fault of deliveries has dice of its own, so that what happens to the n-th
    call does not depend on what else went on meanwhile.
    """

    def __init__(self) -> None:
        self.put(Faults())

    def put(self, faults: Faults) -> None:
        self.faults = faults
        self._left = [rule.times for rule in faults.rules]
        names = [*range(len(faults.rules)), "delay", "repeat", "cut"]
        self._dice = {name: random.Random(f"{faults.seed} {name}") for name in names}  # noqa: S311  # faults want repeatable dice

    def strike(self, method: str) -> FaultRule | None:
        """The fault that this call meets, if any; a counted fault is used up by it."""
        for index, rule in enumerate(self.faults.rules):
            left = self._left[index]
            if left == 0 or not fnmatchcase(method, rule.method):
                continue
            if rule.rate is not None and not self._falls(index, rule.rate):
                continue
            if left is not None:
                self._left[index] = left - 1
            return rule
        return None

    def delay(self) -> float:
        """Seconds that a delivery is held back."""
        deliveries = self.faults.deliveries
        if deliveries.reorder:
            return self._dice["delay"].random() * (deliveries.delay or 0.2)
        return deliveries.delay

    def repeats(self) -> bool:
        """Whether a delivery is made twice."""
        return self._falls("repeat", self.faults.deliveries.repeat)

    def cuts(self) -> bool:
        """Whether the socket breaks once it has carried this envelope."""
        return self._falls("cut", self.faults.deliveries.cut)

    def _falls(self, name: int | str, probability: float) -> bool:
        return self._dice[name].random() < probability

    def wire(self) -> Json:
        """As `PUT` takes them, each counted rule with the times that are left."""
        shown: Json = self.faults.model_dump(mode="json")
        for rule, left in zip(shown["rules"], self._left, strict=True):
            rule["times"] = left
        return shown
