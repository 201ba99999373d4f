"""How the daemon does, told over HTTP: /health for people and checks, /metrics for Prometheus."""

from tracker.health.server import HealthServer
from tracker.health.snapshot import Snapshot

__all__ = ["HealthServer", "Snapshot"]
