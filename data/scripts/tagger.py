"""Find names in sentences: a bidirectional LSTM tagger, TensorFlow 1.

    python tagger.py

A word after "Mr" is part of a person's name, a word before "Ltd" of a firm's. So each
direction knows half of it. Words are numbers; 0 is padding.
Starts from before.ckpt in the folder in which it is run, or else makes it there.
Writes after.ckpt and results.npz.
"""

import numpy as np
import tensorflow as tf

PADDING, MR, LTD, WORDS = 0, 1, 2, 20
OTHER, PERSON, FIRM, TAGS = 0, 1, 2, 3
TIME, UNITS = 10, 8
BATCH, TRAINED = 16, 60
KEEP_PROB = 1.0  # 0.5 to train in earnest; with 1.0 two runs can be compared
tf.set_random_seed(0)


def sentences(count, random):
    """Give words (count, TIME), each word's tag, and the lengths."""
    words = random.randint(MR, WORDS, size=(count, TIME))
    words[random.uniform(size=words.shape) < 0.2] = MR
    words[random.uniform(size=words.shape) < 0.2] = LTD
    lengths = random.randint(3, TIME + 1, size=count)
    words[np.arange(TIME) >= lengths[:, np.newaxis]] = PADDING
    tags = np.full_like(words, OTHER)
    tags[:, 1:][words[:, :-1] == MR] = PERSON
    tags[:, :-1][words[:, 1:] == LTD] = FIRM
    tags[words < 3] = OTHER
    return [array.astype(np.int32) for array in (words, tags, lengths)]


random = np.random.RandomState(0)
train_words, train_tags, train_lengths = sentences(BATCH * TRAINED, random)
test_words, test_tags, test_lengths = sentences(100, random)

words = tf.placeholder(tf.int32, [None, TIME])
tags = tf.placeholder(tf.int32, [None, TIME])
lengths = tf.placeholder(tf.int32, [None])
keep_prob = tf.placeholder(tf.float32)


def cell():
    """Give a cell whose inputs are dropped at random."""
    lstm = tf.contrib.rnn.LSTMCell(UNITS)
    return tf.contrib.rnn.DropoutWrapper(lstm, input_keep_prob=keep_prob)


table = tf.get_variable("embedding", [WORDS, UNITS])
both, _ = tf.nn.bidirectional_dynamic_rnn(
    cell(),
    cell(),
    tf.nn.embedding_lookup(table, words),
    sequence_length=lengths,
    dtype=tf.float32,
)
joined = tf.concat(both, 2)
logits = tf.contrib.layers.fully_connected(joined, TAGS, activation_fn=None)
weights = tf.sequence_mask(lengths, TIME, dtype=tf.float32)
loss = tf.contrib.seq2seq.sequence_loss(logits, tags, weights)
adam = tf.train.AdamOptimizer(0.02)
gradients, variables = zip(*adam.compute_gradients(loss))
clipped, norm = tf.clip_by_global_norm(gradients, 0.5)
train = adam.apply_gradients(zip(clipped, variables))
saver = tf.train.Saver()

with tf.Session() as sess:
    if tf.train.checkpoint_exists("./before.ckpt"):
        saver.restore(sess, "./before.ckpt")
    else:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, "./before.ckpt")
    losses, norms = [], []
    for i in range(TRAINED):
        batch = slice(i * BATCH, (i + 1) * BATCH)
        feed = {
            words: train_words[batch],
            tags: train_tags[batch],
            lengths: train_lengths[batch],
            keep_prob: KEEP_PROB,
        }
        one_loss, one_norm, _ = sess.run([loss, norm, train], feed)
        losses.append(one_loss)
        norms.append(one_norm)
    saver.save(sess, "./after.ckpt")
    feed = {words: test_words, lengths: test_lengths, keep_prob: 1.0}
    answers = sess.run(logits, feed)

real = np.arange(TIME) < test_lengths[:, np.newaxis]
right = np.mean(answers.argmax(2)[real] == test_tags[real])
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}, right {right:.2f}")
np.savez(
    "results.npz",
    losses=np.array(losses),
    norms=np.array(norms),
    answers=answers,
    train_words=train_words,
    train_tags=train_tags,
    train_lengths=train_lengths,
    test_words=test_words,
    test_tags=test_tags,
    test_lengths=test_lengths,
)
