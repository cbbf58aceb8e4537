import numpy as np
from sklearn.neighbors import NearestCentroid

from book.taught.baselines import nearest_average


def test_it_is_scikit_learns_nearest_centroid():
    rng = np.random.default_rng(0)
    y_train = np.arange(200) % 10
    ink = rng.integers(0, 256, (10, 28, 28))
    x_train = (ink[y_train] + rng.integers(0, 400, (200, 28, 28))) / 3
    x = (ink[y_train] + rng.integers(0, 400, (200, 28, 28))) / 3
    theirs = NearestCentroid().fit(x_train.reshape(200, -1), y_train)
    expected = theirs.predict(x.reshape(200, -1))
    assert len(set(expected)) == 10
    np.testing.assert_array_equal(nearest_average(x_train, y_train, x), expected)
