"""How the edits of an average article thin out with its age: a power law, in hours."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decay:
    """g(age) = scale * (age + offset_h) ** -exponent, in edits an hour."""

    scale: float
    exponent: float
    offset_h: float  # keeps the rate finite at birth: younger than this, all ages are alike

    def rate(self, age_h: float) -> float:
        """Edits an hour at this age; before birth as at birth."""
        return float(self.scale * (max(age_h, 0.0) + self.offset_h) ** -self.exponent)

    def expected(self, from_h: float, to_h: float) -> float:
        """Edits between two ages: the integral of `rate`; nothing before birth."""
        return self.scale * (self._integral(max(to_h, 0.0)) - self._integral(max(from_h, 0.0)))

    def _integral(self, age_h: float) -> float:
        falling = 1.0 - self.exponent
        age = age_h + self.offset_h
        return math.log(age) if abs(falling) < 1e-9 else age**falling / falling


def decay(edits: float, within_h: float, exponent: float, offset_h: float) -> Decay:
    """The power law with so many edits from birth to the age `within_h`."""
    unscaled = Decay(1.0, exponent, offset_h)
    return Decay(edits / unscaled.expected(0.0, within_h), exponent, offset_h)
