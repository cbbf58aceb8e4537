"""Several networks of one design, from several draws of weights, trained as one."""

import tensorflow as tf


def stack_draws(make, seeds):
    """Draw a network's weights once for each seed, and put the draws side by side.

    Args:
        make: a function from a seed to a list of arrays, the weights of one network.
        seeds: D whole numbers.

    Returns:
        A list of variables, one for each weight, each with a first axis of size D.

    Raises:
        ValueError: there is no seed.

    Source:
        Chapter 2.
    """
    if not len(seeds):
        raise ValueError("seeds is empty; expected at least one seed, better three.")
    draws = [make(seed) for seed in seeds]
    return [tf.Variable(tf.stack(weight)) for weight in zip(*draws, strict=True)]


def each_draw(answer, draws):
    """Ask each draw of a network by itself, where `tf.vectorized_map` would join them.

    For functions with an operation that can't be joined, such as `BlockLSTM`: in one
    graph, the draws' operations can run side by side.

    Args:
        answer: a function from a list of weights (of one network) to a tensor or a
            structure of tensors.
        draws: tensors with a first axis of size D.

    Returns:
        What `answer` gives, each tensor with a first axis of size D.

    Source:
        Chapter 16.
    """
    answers = [answer(list(one)) for one in zip(*map(tf.unstack, draws), strict=True)]
    return tf.nest.map_structure(lambda *parts: tf.stack(parts), *answers)


def step_for_draws(loss_of, weights, optimizer, over=tf.vectorized_map):
    """Give the function that trains all draws of a network on one batch.

    The sum of the draws' losses is minimised. Its gradient with respect to one draw's
    weights is that of this draw's loss alone, and Adam treats each number by itself: so
    each network is trained as if it were alone.

    Args:
        loss_of: a function from a list of weights (of one network), inputs and answers
            to that network's loss, a scalar.
        weights: variables with a first axis of size D, as `stack_draws` gives them.
        optimizer: a `tf.compat.v1.train` optimizer that treats each number by itself:
            Adam or gradient descent, with no clipping by a norm.
        over: how all draws are asked: `tf.vectorized_map` joins their operations,
            `each_draw` doesn't.

    Returns:
        `step(x, y)`: improves all draws on the same batch and returns their losses,
        (D,). `book.taught.training.epoch_function` takes it.

    Source:
        Chapter 2.
    """

    def step(x, y):
        with tf.GradientTape() as tape:
            draws = [tf.convert_to_tensor(weight) for weight in weights]
            losses = over(lambda one: loss_of(one, x, y), draws)  # (D,)
            total = tf.reduce_sum(losses)
        gradients = tape.gradient(total, weights)
        optimizer.apply_gradients(zip(gradients, weights, strict=True))
        return losses

    return step
