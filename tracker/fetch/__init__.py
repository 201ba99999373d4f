"""HTTP: looking at pages politely, within limits, and never inside. The only importer of requests."""

from tracker.fetch.agent import user_agent
from tracker.fetch.fetcher import Fetcher, look_at_host
from tracker.fetch.pace import HostPace

__all__ = ["Fetcher", "HostPace", "look_at_host", "user_agent"]
