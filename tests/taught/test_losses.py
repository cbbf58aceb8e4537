"""The masked cross-entropy: against scikit-learn, and with nothing to average."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.taught.losses import masked_cross_entropy

B, T, V = 3, 5, 4
LENGTHS = [1, 5, 0]
MASK = tf.sequence_mask(LENGTHS, T)
RANDOM = np.random.default_rng(0)
LOGITS = tf.constant(RANDOM.normal(size=(B, T, V)), tf.float32)
IDS = RANDOM.integers(V, size=(B, T))


def test_it_is_the_log_loss_of_the_real_steps():
    real = MASK.numpy()
    probabilities = tf.nn.softmax(LOGITS).numpy()[real]
    expected = log_loss(IDS[real], probabilities, labels=range(V))
    found = float(masked_cross_entropy(LOGITS, IDS, MASK))
    assert found == pytest.approx(expected, 1e-5)


def test_what_stands_in_the_padding_does_not_matter():
    padding = ~MASK.numpy()
    other = np.where(padding[..., None], 9.0, LOGITS.numpy()).astype(np.float32)
    ids = np.where(padding, 0, IDS)
    same = float(masked_cross_entropy(tf.constant(other), ids, MASK))
    assert same == pytest.approx(float(masked_cross_entropy(LOGITS, IDS, MASK)), 1e-6)


def test_a_batch_of_padding_costs_nothing_and_teaches_nothing():
    mask = tf.sequence_mask([0, 0, 0], T)
    with tf.GradientTape() as tape:
        tape.watch(LOGITS)
        loss = masked_cross_entropy(LOGITS, IDS, mask)
    assert float(loss) == 0
    np.testing.assert_array_equal(tape.gradient(loss, LOGITS), np.zeros((B, T, V)))


@pytest.mark.parametrize("wrong", ["logits", "ids", "mask"])
def test_shapes_that_disagree_are_refused(wrong):
    arguments = {"logits": LOGITS, "ids": IDS, "mask": MASK}
    arguments[wrong] = arguments[wrong][:, :-1]
    with pytest.raises(ValueError, match=r"disagree\. Expected \(B, T, V\)"):
        masked_cross_entropy(**arguments)
