"""HTTP: looking at pages politely, within limits, and never inside. The only importer of requests."""

from tracker.fetch.agent import user_agent
from tracker.fetch.fetcher import Fetcher, look_at_host

__all__ = ["Fetcher", "look_at_host", "user_agent"]
