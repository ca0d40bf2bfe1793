"""What shall go wrong: which calls fail and how, what befalls deliveries. It fails nothing."""

import random
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from .model import Json

Fault = Literal["429", "5xx", "latency", "drop_before", "drop_after"]


class FaultRule(BaseModel):
    """One fault for the calls of a method (`chat.update`, `chat.*`, `*`)."""

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    fault: Fault
    times: int | None = Field(default=None, ge=0)
    rate: float | None = Field(default=None, ge=0, le=1)
    seconds: float = Field(default=1.0, ge=0, le=600)


class DeliveryFaults(BaseModel):
    """What happens to envelopes on their way to the app."""

    model_config = ConfigDict(extra="forbid")

    repeat: float = Field(default=0.0, ge=0, le=1)
    delay: float = Field(default=0.0, ge=0, le=600)
    reorder: bool = False


class Faults(BaseModel):
    """All that goes wrong from now on. The default is that nothing does."""

    model_config = ConfigDict(extra="forbid")

    seed: int = 0
    limits: bool = True
    deduplicate: bool = True
    rules: list[FaultRule] = Field(default_factory=list, max_length=100)
    socket: Literal["refresh", "cut"] | None = None
    deliveries: DeliveryFaults = Field(default_factory=DeliveryFaults)


class Trouble:
    """The faults in force, with their dice: the same seed and calls give the same faults."""

    def __init__(self) -> None:
        self.put(Faults())

    def put(self, faults: Faults) -> None:
        self.faults = faults
        self._dice = random.Random(faults.seed)  # noqa: S311  # faults want repeatable dice
        self._left = [rule.times for rule in faults.rules]

    def strike(self, method: str) -> FaultRule | None:
        """The fault that this call meets, if any; a counted fault is used up by it."""
        for index, rule in enumerate(self.faults.rules):
            if not fnmatchcase(method, rule.method):
                continue
            left = self._left[index]
            if left == 0 or (rule.rate is not None and self._dice.random() >= rule.rate):
                continue
            if left is not None:
                self._left[index] = left - 1
            return rule
        return None

    def delay(self) -> float:
        """Seconds that a delivery is held back."""
        deliveries = self.faults.deliveries
        if deliveries.reorder:
            return self._dice.random() * (deliveries.delay or 0.2)
        return deliveries.delay

    def repeats(self) -> bool:
        """Whether a delivery is made twice."""
        repeat = self.faults.deliveries.repeat
        return repeat > 0 and self._dice.random() < repeat

    def wire(self) -> Json:
        """As `PUT` takes them, each counted rule with the times that are left."""
        shown: Json = self.faults.model_dump(mode="json")
        for rule, left in zip(shown["rules"], self._left, strict=True):
            rule["times"] = left
        return shown
