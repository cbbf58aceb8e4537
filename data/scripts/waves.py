"""Tell three kinds of noisy waves apart: two layers of LSTM, TensorFlow 1.

    python waves.py

Starts from before.ckpt in the folder in which it is run, or else makes it there.
Writes after.ckpt and results.npz.
"""

import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

KINDS, TIME, UNITS = 3, 20, 8
BATCH, TRAINED = 32, 60
KEEP_PROB = 1.0  # 0.8 to train in earnest; with 1.0 two runs can be compared
tf.set_random_seed(0)


def waves(count, random):
    """Give noisy sines, square waves and saw teeth, and which of them each is."""
    kinds = random.randint(KINDS, size=count)
    t = random.uniform(size=(count, 1)) + np.linspace(0, 2, TIME)
    sine = np.sin(2 * np.pi * t)
    shapes = np.stack([sine, np.sign(sine), 2 * (t % 1) - 1])
    points = shapes[kinds, np.arange(count)] + random.normal(0, 0.1, (count, TIME))
    return points[:, :, np.newaxis].astype(np.float32), kinds.astype(np.int32)


random = np.random.RandomState(0)
train_x, train_y = waves(BATCH * TRAINED, random)
test_x, test_y = waves(100, random)

x = tf.placeholder(tf.float32, [None, TIME, 1])
y = tf.placeholder(tf.int32, [None])
keep_prob = tf.placeholder(tf.float32)


def layer():
    """Give a cell whose outputs are dropped at random."""
    cell = rnn.BasicLSTMCell(UNITS, forget_bias=1.0)
    return rnn.DropoutWrapper(cell, output_keep_prob=keep_prob)


stack = rnn.MultiRNNCell([layer(), layer()])
outputs, state = tf.nn.dynamic_rnn(stack, x, dtype=tf.float32)
steps = outputs.get_shape()[1].value
xavier = tf.contrib.layers.xavier_initializer()
logits = tf.layers.dense(outputs[:, steps - 1], KINDS, kernel_initializer=xavier)
loss = tf.losses.sparse_softmax_cross_entropy(labels=y, logits=logits)
train = tf.train.AdamOptimizer(0.01).minimize(loss)
saver = tf.train.Saver()

with tf.Session() as sess:
    if tf.train.checkpoint_exists("./before.ckpt"):
        saver.restore(sess, "./before.ckpt")
    else:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, "./before.ckpt")
    losses = []
    for i in range(TRAINED):
        batch = slice(i * BATCH, (i + 1) * BATCH)
        feed = {x: train_x[batch], y: train_y[batch], keep_prob: KEEP_PROB}
        losses.append(sess.run([loss, train], feed)[0])
    saver.save(sess, "./after.ckpt")
    answers = sess.run(logits, {x: test_x, keep_prob: 1.0})

right = np.mean(answers.argmax(1) == test_y)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}, right {right:.2f}")
np.savez(
    "results.npz",
    losses=np.array(losses),
    answers=answers,
    train_x=train_x,
    train_y=train_y,
    test_x=test_x,
    test_y=test_y,
)
