"""Where looks run. Everything here speaks `concurrent.futures.Executor`; nothing else knows which one it is."""

from __future__ import annotations

import importlib.util
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from tracker.config import FILE_NAME, ExecutorSettings
from tracker.errors import ConfigError, UsageError
from tracker.executors.errands import FULL_WEIGHT, Errand, Kit, OpenKit

__all__ = ["FULL_WEIGHT", "Errand", "Kit", "OpenKit", "executor_for", "stop_work"]


def executor_for(settings: ExecutorSettings, workers: int) -> Executor:
    """An executor that looks at `workers` hosts side by side.

    Raises UsageError for a kind that is not installed, ConfigError for certificates that are not there. A cluster is
    looked for when the first work is handed over: one that is not there yet fails that work with EngineLost.
    """
    if settings.kind == "threads":
        return ThreadPoolExecutor(workers, thread_name_prefix="look")
    if importlib.util.find_spec("distributed") is None:
        raise UsageError('executor.kind "dask" needs the extra "scale": pip install "article-tracker[scale]".')
    _check_certificates(settings)
    from tracker.executors.cluster import ClusterExecutor  # noqa: PLC0415 - an extra, and heavy: .6 s of imports

    return ClusterExecutor(settings)


def stop_work(executor: Executor) -> None:
    """Calls that are under way far away are to end soon, with what there is; threads here see a stop by themselves."""
    stop = getattr(executor, "stop", None)
    if stop is not None:
        stop()


def _check_certificates(settings: ExecutorSettings) -> None:
    named = {name: getattr(settings, name) for name in ("tls_ca", "tls_cert", "tls_key")}
    faults = [f"executor.{name}: there is no file {path}" for name, path in named.items() if _is_missing(path)]
    if faults:
        raise ConfigError(FILE_NAME, faults)


def _is_missing(path: str) -> bool:
    return bool(path) and not Path(path).is_file()
