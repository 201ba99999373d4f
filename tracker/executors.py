"""Where looks run. Everything here speaks `concurrent.futures.Executor`; nothing else knows which one it is."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor

from tracker.config import ExecutorSettings
from tracker.errors import UsageError


def executor_for(settings: ExecutorSettings, workers: int) -> Executor:
    """An executor that looks at `workers` hosts side by side. Raises UsageError for a kind that is not installed."""
    if settings.kind == "threads":
        return ThreadPoolExecutor(workers, thread_name_prefix="look")
    raise UsageError(f'executor.kind: "{settings.kind}" is not part of this version; use "threads".')
