"""How the daemon does, told over HTTP: /health for people and checks, /metrics for Prometheus."""

from tracker.health.server import Address, HealthServer, parse_address
from tracker.health.snapshot import Snapshot

__all__ = ["Address", "HealthServer", "Snapshot", "parse_address"]
