"""A call and the future that its caller waits for; and calls that are on their way to a worker together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tracker.errors import EngineLost
from tracker.executors.errands import FULL_WEIGHT, Errand
from tracker.executors.on_worker import Failed, LeftOut

T = TypeVar("T")


@dataclass(eq=False)
class Call(Generic[T]):
    """Something to do, and the future that its caller waits for."""

    function: Callable[..., T]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    outer: Future[T] = field(default_factory=Future)
    name: str = ""  # these three: since it was last handed over
    worker: str = ""
    weight: int = 0  # in looks
    attempts: int = 0

    @property
    def errand(self) -> Errand | None:
        return self.function if isinstance(self.function, Errand) else None

    def weigh(self) -> int:
        """A function that is no errand is sent as it is, hence alone; it counts as one look."""
        return 1 if self.errand is None else min(FULL_WEIGHT, max(1, self.errand.weight(*self.args)))

    def end(self, outcome: bytes | Failed | LeftOut) -> None:
        """With what became of the errand on its worker."""
        if isinstance(outcome, Failed):
            self.fail(outcome.error)
        elif isinstance(outcome, LeftOut) or self.errand is None:
            self.fail(EngineLost("The worker left it out: it took it for withdrawn."))
        else:
            self._unpack(self.errand, outcome)

    def _unpack(self, errand: Errand, result: bytes) -> None:
        try:
            value: Any = errand.unpacked(result, *self.args)
        except Exception as error:  # noqa: BLE001 - the call's own: its neighbours have theirs
            self.fail(error)
        else:
            self.succeed(value)

    def fail(self, error: BaseException) -> None:
        with suppress(InvalidStateError):  # cancelled, or done, a moment ago
            self.outer.set_exception(error)

    def succeed(self, value: T) -> None:
        with suppress(InvalidStateError):
            self.outer.set_result(value)


@dataclass(eq=False)
class Shipment:
    """Calls that a worker is sent in one task of the engine."""

    worker: str
    calls: tuple[Call[Any], ...]
    weight: int
    inner: Future[Any] | None = None  # None: it is being packed

    @property
    def is_parcel(self) -> bool:
        """Of errands; else it is a single function, sent as it is."""
        return all(call.errand is not None for call in self.calls)
