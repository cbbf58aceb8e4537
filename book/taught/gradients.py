"""Gradients by their definition, to check derived ones against."""

import numpy as np


def finite_differences(loss, p, epsilon=1e-5):
    """Give the gradient of a loss by central finite differences.

    Args:
        loss: a function of no arguments that reads `p` and gives one number.
        p: a float64 array of any shape; changed for each call of `loss`, and put back.
        epsilon: how far each number is moved, both ways.

    Returns:
        An array of the shape of `p`. Its error falls with epsilon squared until
        rounding takes over: 1e-5 is near the best in float64.

    Raises:
        ValueError: p is not float64, in which rounding would swallow the differences.

    Source:
        Chapter 1.
    """
    if p.dtype != np.float64:
        raise ValueError(f"p is {p.dtype}; expected float64. Use p.astype('float64').")
    gradient = np.zeros_like(p)
    for index in np.ndindex(p.shape):
        value = p[index]
        p[index] = value + epsilon
        up = loss()
        p[index] = value - epsilon
        down = loss()
        p[index] = value
        gradient[index] = (up - down) / (2 * epsilon)
    return gradient
