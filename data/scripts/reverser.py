"""Say a word backwards: an encoder, a decoder and attention, TensorFlow 1.

    python reverser.py

Letters are numbers; 0 is padding. The decoder starts from GO and stops at END.
Starts from before.ckpt in the folder in which it is run, or else makes it there.
Writes after.ckpt and results.npz.
"""

import numpy as np
import tensorflow as tf
from tensorflow.contrib import seq2seq
from tensorflow.python.layers.core import Dense

PADDING, GO, END, LETTERS = 0, 1, 2, 11
TIME, UNITS = 6, 16
BATCH, TRAINED = 32, 400
tf.set_random_seed(0)


def pairs(count, random):
    """Give words (count, TIME), their lengths, and the same backwards, with END."""
    lengths = random.randint(3, TIME + 1, size=count)
    words = random.randint(END + 1, LETTERS, size=(count, TIME))
    backwards = np.full((count, TIME + 1), PADDING)
    for i, length in enumerate(lengths):
        words[i, length:] = PADDING
        backwards[i, :length] = words[i, :length][::-1]
        backwards[i, length] = END
    return [array.astype(np.int32) for array in (words, lengths, backwards)]


random = np.random.RandomState(0)
train_words, train_lengths, train_targets = pairs(20 * BATCH, random)
test_words, test_lengths, test_targets = pairs(100, random)

words = tf.placeholder(tf.int32, [None, TIME])
lengths = tf.placeholder(tf.int32, [None])
targets = tf.placeholder(tf.int32, [None, TIME + 1])
batch_size = tf.shape(words)[0]

table = tf.get_variable("embedding", [LETTERS, UNITS])
memory, last = tf.nn.dynamic_rnn(
    tf.contrib.rnn.BasicLSTMCell(UNITS),
    tf.nn.embedding_lookup(table, words),
    sequence_length=lengths,
    dtype=tf.float32,
    scope="encoder",
)


def decode(helper, reuse):
    """Give the logits and the letters that the decoder says."""
    with tf.variable_scope("decoder", reuse=reuse):
        attention = seq2seq.LuongAttention(UNITS, memory, lengths)
        cell = seq2seq.AttentionWrapper(
            tf.contrib.rnn.BasicLSTMCell(UNITS), attention, attention_layer_size=UNITS
        )
        start = cell.zero_state(batch_size, tf.float32).clone(cell_state=last)
        output_layer = Dense(LETTERS, use_bias=False, name="output")
        decoder = seq2seq.BasicDecoder(cell, helper, start, output_layer)
        outputs, _, _ = seq2seq.dynamic_decode(
            decoder, impute_finished=True, maximum_iterations=TIME + 1, scope="decoder"
        )
    return outputs.rnn_output, outputs.sample_id


go = tf.fill([batch_size], GO)
before = tf.concat([tf.expand_dims(go, 1), targets[:, :-1]], 1)
teacher = seq2seq.TrainingHelper(tf.nn.embedding_lookup(table, before), lengths + 1)
logits, _ = decode(teacher, reuse=False)
said = decode(seq2seq.GreedyEmbeddingHelper(table, go, END), reuse=True)[1]

longest = tf.reduce_max(lengths) + 1
weights = tf.sequence_mask(lengths + 1, longest, dtype=tf.float32)
loss = seq2seq.sequence_loss(logits, targets[:, :longest], weights)
train = tf.train.AdamOptimizer(0.02).minimize(loss)
saver = tf.train.Saver()

with tf.Session() as sess:
    if tf.train.checkpoint_exists("./before.ckpt"):
        saver.restore(sess, "./before.ckpt")
    else:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, "./before.ckpt")
    losses = []
    for i in range(TRAINED):
        start = i * BATCH % len(train_words)
        batch = slice(start, start + BATCH)
        feed = {
            words: train_words[batch],
            lengths: train_lengths[batch],
            targets: train_targets[batch],
        }
        losses.append(sess.run([loss, train], feed)[0])
    saver.save(sess, "./after.ckpt")
    feed = {words: test_words, lengths: test_lengths, targets: test_targets}
    answers, answered = sess.run([logits, said], feed)

same = [
    list(word[:length]) == list(target[:length])
    for word, target, length in zip(answered, test_targets, test_lengths + 1)
]
right = np.mean(same)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}, right {right:.2f}")
np.savez(
    "results.npz",
    losses=np.array(losses),
    answers=answers,
    said=answered,
    train_words=train_words,
    train_lengths=train_lengths,
    train_targets=train_targets,
    test_words=test_words,
    test_lengths=test_lengths,
    test_targets=test_targets,
)
