"""The daemon, to be left alone for years. The only part that knows the scheduler."""

from tracker.daemon.running import HEARTBEAT_S, run
from tracker.daemon.witness import witness_in_log

__all__ = ["HEARTBEAT_S", "run", "witness_in_log"]
