"""What a method without a network gets right."""

import numpy as np


def nearest_average(x_train, y_train, x):
    """Give each image the digit whose average image is nearest to it.

    Args:
        x_train: (N, 28, 28), images to average, some of each digit.
        y_train: integers (N,), their digits, 0 to 9.
        x: (M, 28, 28), the images to name.

    Returns:
        Integers (M,): for each image the digit with the least squared distance.

    Source:
        Chapter 16.
    """
    averages = [x_train[y_train == digit].mean(axis=0) for digit in range(10)]
    averages = np.reshape(averages, (10, -1))  # (10, 784)
    x = x.reshape(len(x), -1).astype(np.float32)  # (N, 784)
    squares = (averages**2).sum(axis=1) - 2 * x @ averages.T  # distance, less |x|²
    return squares.argmin(axis=1)  # (N,)
