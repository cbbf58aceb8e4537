"""Losses over padded batches."""

import tensorflow as tf


def masked_cross_entropy(logits, ids, mask):
    """Give the mean cross-entropy over the real steps of a padded batch.

    Args:
        logits: float (B, T, V), for each step a score for each of V classes.
        ids: integers (B, T), the right classes; anything in 0..V-1 where padded.
        mask: booleans (B, T), true at the real steps.

    Returns:
        A scalar of the logits' type, in nats a step. It's 0, with gradients of 0, where
        no step is real.

    Raises:
        ValueError: the shapes disagree.

    Source:
        Chapter 20; chapter 10 explains the masked mean.
    """
    if logits.shape[:-1] != ids.shape or ids.shape != mask.shape:
        raise ValueError(
            f"logits {logits.shape}, ids {ids.shape} and mask {mask.shape} disagree. "
            "Expected (B, T, V), (B, T) and (B, T); pass all steps of all three."
        )
    errors = tf.nn.sparse_softmax_cross_entropy_with_logits(ids, logits)  # (B, T)
    mask = tf.cast(mask, errors.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(errors * mask), tf.reduce_sum(mask))
