"""The system's metrics, as Prometheus reads them. It asks the nodes anew each time.

What cannot be known just now has no sample: a silent node's CAS, the documents without a leader.
"""

import asyncio
from collections import Counter

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.demo.civictrust.cluster import Cluster, NoLeaderError, answered
from bot.demo.civictrust.rpc import RefusedError, UnreachableError

TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Remembers how far each node was when it last answered, so that one cut off falls behind."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._last: dict[str, int] = {}

    async def exposition(self) -> bytes:
        """All samples, in Prometheus's text format."""
        registry = CollectorRegistry()
        # All at once: a node that is silent is waited for once.
        parts = (self._nodes(registry), self._orphans(registry), self._documents(registry))
        await asyncio.gather(*parts)
        return generate_latest(registry)

    async def _nodes(self, registry: CollectorRegistry) -> None:
        words = "1 while the node's process runs, 0 while it is gone."
        up = Gauge("civictrust_node_up", words, ("node",), registry=registry)
        words = "1 while the node's process runs and nobody reaches it."
        cut_off = Gauge("civictrust_node_cut_off", words, ("node",), registry=registry)
        words = "Records that the node lacked when it last answered, of those that the others have."
        lag = Gauge("civictrust_replication_lag_records", words, ("node",), registry=registry)
        answers = await self._cluster.ask_all({"do": "status"})
        self._last |= {name: int(one["lsn"]) for name, one in answered(answers).items()}
        newest = max(self._last.values(), default=0)
        for name, answer in answers.items():
            silent = isinstance(answer, UnreachableError)
            gone = isinstance(answer, UnreachableError) and answer.gone
            up.labels(name).set(not gone)
            cut_off.labels(name).set(silent and not gone)
            if name in self._last and not gone:
                lag.labels(name).set(newest - self._last[name])

    async def _orphans(self, registry: CollectorRegistry) -> None:
        try:
            count = len(await self._cluster.orphans())
        except UnreachableError:
            return
        words = "Signed documents that stand in no log."
        Gauge("civictrust_orphans", words, registry=registry).set(count)

    async def _documents(self, registry: CollectorRegistry) -> None:
        try:
            keys = (await self._cluster.ask_leader({"do": "keys"}))["keys"]
            listed = (await self._cluster.documents(None))["documents"]
        except (NoLeaderError, UnreachableError, RefusedError):
            return
        words = "Documents that nobody asked for, by the key that signed them and its status."
        labels = ("key_id", "key_status")
        gauge = Gauge("civictrust_unrequested_documents", words, labels, registry=registry)
        counts = Counter(one["key"] for one in listed if not one["requested"])
        for key in keys:
            gauge.labels(key["id"], key["status"]).set(counts[key["id"]])
