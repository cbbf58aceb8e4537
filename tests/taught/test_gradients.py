"""Finite differences, of functions whose gradients are known."""

import numpy as np
import pytest

from book.taught.gradients import finite_differences


def test_a_polynomial():
    p = np.array([[1.0, -2.0, 3.0]])
    kept = p.copy()
    found = finite_differences(lambda: (p**3).sum(), p)
    np.testing.assert_allclose(found, 3 * p**2, rtol=1e-9)
    np.testing.assert_array_equal(p, kept)


def test_a_single_number():
    p = np.array(0.5)
    assert finite_differences(lambda: np.sin(p), p) == pytest.approx(np.cos(0.5), 1e-9)


def test_what_the_loss_does_not_read_has_no_gradient():
    assert finite_differences(lambda: 1.0, np.ones(2)).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_other_types_are_refused(dtype):
    with pytest.raises(ValueError, match=rf"p is {dtype}; expected float64"):
        finite_differences(lambda: 0.0, np.ones(2, dtype))
