"""The sine series, and the windows that turn a series into a prediction task."""

from typing import NamedTuple

import numpy as np

TRAIN_START, TRAIN_STOP, TRAIN_POINTS = 0, 100, 11_000
TEST_START, TEST_STOP, TEST_POINTS = 100, 110, 1_100
STEPS = 10  # points in a window; the network predicts the one after


class Sine(NamedTuple):
    """Windows of the sine series, and the point that follows each.

    Attributes:
        x_train: float32 (10990, 10, 1), axes (window, time, feature).
        y_train: float32 (10990, 1).
        x_test: float32 (1090, 10, 1).
        y_test: float32 (1090, 1).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def series(start: float, stop: float, points: int) -> np.ndarray:
    """Give the sine at evenly spaced points, both ends included.

    Args:
        start: the first point, in radians.
        stop: the last point, in radians.
        points: how many points, 1 or more.

    Returns:
        The sines, float32 (points,).

    Raises:
        ValueError: there is not even one point.
    """
    if points < 1:
        raise ValueError(
            f"points is {points}. Expected 1 or more; ask for more points."
        )
    return np.sin(np.linspace(start, stop, points, dtype=np.float32))


def windows(series: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Give every run of `steps` points of a series, and the point that follows each.

    Args:
        series: N numbers, shape (N,), at least steps + 1 of them.
        steps: how many points a window has, 1 or more.

    Returns:
        The windows, float32 (N - steps, steps, 1), and the points that follow them,
        float32 (N - steps, 1).

    Raises:
        ValueError: the series has another rank than 1, steps is less than 1, or the
            series is too short for one window and the point after it.
    """
    series = np.asarray(series, dtype=np.float32)
    if series.ndim != 1:
        raise ValueError(
            f"series has the shape {series.shape}. Expected one axis, (points,); "
            "pass one series at a time, without a feature axis."
        )
    if steps < 1:
        raise ValueError(
            f"steps is {steps}. Expected 1 or more; ask for longer windows."
        )
    if len(series) < steps + 1:
        raise ValueError(
            f"series has {len(series)} points. Expected at least steps + 1, here "
            f"{steps + 1}: a window and the point after it. Pass a longer series or "
            "fewer steps."
        )
    x = np.lib.stride_tricks.sliding_window_view(series[:-1], steps)
    return x[:, :, np.newaxis].copy(), series[steps:, np.newaxis].copy()


def load() -> Sine:
    """Give the article's data: training windows on [0, 100], test ones on [100, 110].

    Returns:
        The windows and the points that follow them, 10 steps each.

    Source:
        The worked example of the article that the course follows; chapter 13 uses it.
    """
    return Sine(
        *windows(series(TRAIN_START, TRAIN_STOP, TRAIN_POINTS), STEPS),
        *windows(series(TEST_START, TEST_STOP, TEST_POINTS), STEPS),
    )
