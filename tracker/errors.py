"""Everything that this package raises on purpose.

    TrackerError                 one clear sentence for the user; the command line prints it and stops
    |-- UsageError               the call is wrong (exit status 2)
    |   |-- ConfigError          the configuration is wrong; `faults` holds every fault with its path
    |   |-- BadURL               not an address that can be looked at
    |   `-- NotFound             no such article, revision or file
    |-- StoreError               the database cannot be used (exit status 1)
    |   |-- NotOurDatabase       a file, but not one of ours
    |   |-- NewerDatabase        written by a later version of this program
    |   `-- DatabaseBusy         another daemon holds it
    |-- FormatError              a file to import cannot be read as what it was said to be
    |-- SandboxFailed            work on foreign data took too long, too much memory, or its process died
    |-- EngineLost               the cluster cannot be reached; what was handed over was perhaps done, and not recorded
    |-- WorkerLost               the worker that had it in hand is gone
    `-- DiffMismatch             a diff was applied to a text that it was not made from

Failures of the world (a 404, a timeout) are not exceptions: they are values, see `tracker.model.Outcome`.
"""

from __future__ import annotations

from collections.abc import Iterable


class TrackerError(Exception):
    """Base of all; `str(error)` is one sentence that says what is wrong and what to do."""

    exit_status = 1


class UsageError(TrackerError):
    exit_status = 2


class ConfigError(UsageError):
    """The configuration is wrong. `faults` are strings `section.key: what is wrong`, all of them at once."""

    def __init__(self, source: str, faults: Iterable[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__(self._message())

    def _message(self) -> str:
        """One fault is one line; several are a list, one a line."""
        if len(self.faults) == 1:
            return f"{self.source}: {self.faults[0]}"
        return "\n".join([f"{self.source} has {len(self.faults)} faults:", *(f"  {fault}" for fault in self.faults)])


class BadURL(UsageError):
    pass


class NotFound(UsageError):
    pass


class StoreError(TrackerError):
    pass


class NotOurDatabase(StoreError):
    exit_status = 2


class NewerDatabase(StoreError):
    exit_status = 2


class DatabaseBusy(StoreError):
    pass


class FormatError(TrackerError):
    pass


class SandboxFailed(TrackerError):
    pass


class EngineLost(TrackerError):
    pass


class WorkerLost(TrackerError):
    pass


class DiffMismatch(TrackerError):
    pass
