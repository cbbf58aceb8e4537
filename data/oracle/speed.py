"""The article's training loop on TensorFlow 1.4.1, as a process of `make bench`.

It takes the part of book/bench/worker.py, on Python 3.6: it reads lines of JSON and
answers each with one; first the task, then "run" as often as wanted.
"""

import json
import os
import resource
import sys
import time

import numpy as np


def article(path):
    """Give `run()`, which trains on all batches of a task and gives the mean loss."""
    import tensorflow as tf

    task = np.load(path)
    weights = [task[f"weight{n}"] for n in range(len(task.files) - 3)]
    images, labels, size = task["x"], task["y"], int(task["batch"])
    x = tf.placeholder(tf.float32, (None, *images.shape[1:]))
    y = tf.placeholder(tf.float32, (None, labels.shape[1]))
    rnn = tf.contrib.rnn
    units = [len(bias) // 4 for bias in weights[1::2]]
    stack = rnn.MultiRNNCell([rnn.BasicLSTMCell(n) for n in units])
    outputs, _ = tf.nn.dynamic_rnn(stack, x, dtype=tf.float32)
    logits = outputs[:, -1, :]
    loss = tf.losses.softmax_cross_entropy(y, logits)
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
    improve = tf.train.AdamOptimizer(0.001).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for variable, value in zip(tf.trainable_variables(), weights):
        variable.load(value, session)

    def run():
        losses = []
        for start in range(0, len(images) - size + 1, size):
            batch = slice(start, start + size)
            feed = {x: images[batch], y: labels[batch]}
            losses.append(session.run((improve, loss, accuracy), feed)[1])
        return float(np.mean(losses))

    return run


def memory():
    """Give the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main():
    """Answer the questions on standard input."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run = None
    for line in sys.stdin:
        question = json.loads(line)
        before, start = memory(), time.time()
        if question != "run":
            run = article(question["task"])
        loss = run()
        answer = {"seconds": time.time() - start, "result": loss}
        answer.update(memory=memory(), before=before)
        replies.write(json.dumps(answer) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
