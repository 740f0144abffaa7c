"""Scalar SQL as an Ibis expression: safe, and the same on each engine."""

from tagline.engine.rules.functions import FUNCTIONS
from tagline.engine.rules.rule import balanced
from tagline.engine.rules.translation import translate

__all__ = ["FUNCTIONS", "balanced", "translate"]
