"""Slices that nobody thought of: found in one half of the data, confirmed on the other.

* `columns`, `coding`    from a table to small integers, in the engine
* `lattice`, `candidates`  the search; it never sees an error of the half that confirms
* `confirming`           the honest test
* `finding`              all of it together
"""

from tagline.error_analysis.slices.finding import find_slices
from tagline.error_analysis.slices.results import Slices
from tagline.error_analysis.slices.rows import SliceRow

__all__ = ["SliceRow", "Slices", "find_slices"]
