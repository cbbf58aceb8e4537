"""Tests of book.data.sine: the series, its windows and the article's data."""

import math

import numpy as np
import pytest

from book.data import sine


def test_series_is_the_sine_at_evenly_spaced_points():
    values = sine.series(2, 5, 7)
    assert values.dtype == np.float32
    assert values.tolist() == pytest.approx(
        [math.sin(2 + 0.5 * i) for i in range(7)], abs=1e-6
    )


def test_series_of_one_point_is_its_start():
    assert sine.series(1, 5, 1).tolist() == pytest.approx([math.sin(1)], abs=1e-6)


@pytest.mark.parametrize("points", [0, -3])
def test_series_refuses_less_than_one_point(points):
    with pytest.raises(ValueError, match=f"points is {points}. Expected 1 or more"):
        sine.series(0, 1, points)


@pytest.mark.parametrize(("points", "steps"), [(2, 1), (5, 4), (20, 3), (20, 10)])
def test_windows_equal_a_plain_loop(points, steps):
    series = np.random.default_rng(0).normal(size=points).astype(np.float32)
    x, y = sine.windows(series, steps)
    expected_x, expected_y = [], []
    for i in range(points - steps):
        expected_x.append([[value] for value in series[i : i + steps]])
        expected_y.append([series[i + steps]])
    np.testing.assert_array_equal(x, np.array(expected_x))
    np.testing.assert_array_equal(y, np.array(expected_y))
    assert x.shape == (points - steps, steps, 1)
    assert y.shape == (points - steps, 1)


def test_windows_are_float32_whatever_the_series_is():
    x, y = sine.windows([1, 2, 3], steps=1)
    assert x.dtype == y.dtype == np.float32


def test_windows_are_copies():
    series = np.arange(5, dtype=np.float32)
    x, y = sine.windows(series, steps=2)
    x[:] = y[:] = 9
    assert series.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("points", [0, 1, 10])
def test_windows_refuse_a_series_that_is_too_short(points):
    with pytest.raises(ValueError, match=f"has {points} points.*at least.* 11"):
        sine.windows(np.zeros(points), steps=10)


@pytest.mark.parametrize("shape", [(), (20, 1), (2, 20, 1)])
def test_windows_refuse_another_rank(shape):
    with pytest.raises(ValueError, match="Expected one axis") as caught:
        sine.windows(np.zeros(shape), steps=10)
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("steps", [0, -1])
def test_windows_refuse_less_than_one_step(steps):
    with pytest.raises(ValueError, match=f"steps is {steps}. Expected 1 or more"):
        sine.windows(np.zeros(20), steps)


def test_load_gives_the_data_of_the_article():
    data = sine.load()
    assert [a.shape for a in data] == [
        (10_990, 10, 1),
        (10_990, 1),
        (1_090, 10, 1),
        (1_090, 1),
    ]
    assert {a.dtype for a in data} == {np.dtype(np.float32)}
    assert data.x_train[0, :, 0] == pytest.approx(
        [math.sin(100 * i / 10_999) for i in range(10)], abs=1e-6
    )
    assert data.y_train[-1, 0] == pytest.approx(math.sin(100), abs=1e-5)
    assert data.x_test[0, 0, 0] == pytest.approx(math.sin(100), abs=1e-5)
    assert data.y_test[-1, 0] == pytest.approx(math.sin(110), abs=1e-5)
