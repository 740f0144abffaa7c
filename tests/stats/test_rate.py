import math

import numpy as np
import pytest

from tagline.exceptions import InputError
from tagline.stats import Rate


def test_unknown_ends_are_allowed():
    rate = Rate(0.1, math.nan, math.nan)
    assert rate.value == 0.1
    assert rate.draws is None


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.3), (0.0, 0.05)])
def test_value_must_lie_in_the_interval(low, high):
    with pytest.raises(InputError, match="must lie in its interval"):
        Rate(0.1, low, high)


def test_draws_have_one_dimension():
    with pytest.raises(InputError, match="one dimension"):
        Rate(0.1, 0.0, 0.2, np.zeros((2, 2)))
