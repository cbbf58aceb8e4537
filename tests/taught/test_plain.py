import numpy as np

from book.taught.gradients import finite_differences
from book.taught.plain import backward, forward


def draw():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 4))
    return x, y, rng.normal(scale=0.5, size=(7, 4)), rng.normal(scale=0.5, size=4)


def test_the_states_begin_with_zeros_and_follow_the_equation():
    x, _, K, b = draw()
    h = forward(x, K, b)
    assert h.shape == (2, 6, 4)
    assert not h[:, 0].any()
    for t in range(5):
        by_rows = np.tanh(x[:, t] @ K[:3] + h[:, t] @ K[3:] + b)
        assert np.allclose(h[:, t + 1], by_rows, atol=1e-14)


def test_the_walk_back_finds_the_gradients():
    x, y, K, b = draw()

    def loss():
        return np.sum((forward(x, K, b)[:, 1:] - y) ** 2) / 2

    h = forward(x, K, b)
    dx, dh, dK, db = backward(x, h, h[:, 1:] - y, K)
    for found, p in ((dx, x), (dK, K), (db, b)):
        assert np.allclose(found, finite_differences(loss, p), atol=1e-8)
    assert np.allclose(dh[:, -1], h[:, -1] - y[:, -1])
