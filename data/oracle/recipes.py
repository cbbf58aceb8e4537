"""Run the old lines that the chapter of recipes shows, and write what they gave.

    python recipes.py LINES.json OUT

LINES.json holds the lines of each recipe by its title. Before them runs what they take
for granted; after them what fetches their numbers, and what the chapter says of their
neighbours without showing lines. OUT/recipes.json gets all that ran, the texts that it
gave, and the error of lines that fail; OUT/recipes.npz the arrays, as TITLE/NAME.

Inputs and weights are sines, which any version of NumPy computes alike.
"""

import argparse
import json
import os
import tempfile

import numpy as np
import tensorflow as tf
from freezing import ONE_THREAD, flat, session, steady, write_arrays, write_texts
from tensorflow.contrib import rnn

BEFORE = {
    "Dropout": """
x = tf.ones([4, 6, 16])
keep, U = 0.5, 16
""",
    "Losses over padded steps": """
logits = tf.constant(3 * wave(2, 3, 4))
ids = tf.constant([[0, 1, 2], [3, 0, 0]])
lengths = tf.constant([3, 1])
""",
    "Own cells, private imports": """
x = tf.constant(wave(2, 3, 4))
""",
    "Steps in a list": """
x = tf.constant(wave(2, 3, 4))
cell = rnn.BasicLSTMCell(2)
""",
    "State from run to run": """
x = wave(2, 3, 4)
pieces = [x[:, :2], x[:, 2:]]
cell = rnn.BasicLSTMCell(2)
inputs = tf.placeholder(tf.float32, [2, None, 4])
state = cell.zero_state(2, tf.float32)
outputs, final = tf.nn.dynamic_rnn(cell, inputs, initial_state=state)
whole = run(outputs, {inputs: x})
""",
    "Layers and initializers": """
x = tf.constant(wave(2, 4))
""",
    "The training step": """
a = tf.Variable(wave(3))
b = tf.Variable(wave(2, 2))
loss = 3 * tf.reduce_sum(a * a) + tf.reduce_sum(b * b)
""",
    "CTC": """
logits = tf.constant(2 * wave(5, 2, 4))
lengths = tf.constant([5, 4])
""",
    "Beam search": """
recurrent, out = tf.constant(2 * wave(3, 3)), tf.constant(3 * wave(3, 4))

class Cell(rnn.RNNCell):
    state_size, output_size = 3, 4

    def __call__(self, inputs, state, scope=None):
        h = tf.tanh(inputs + tf.matmul(state, recurrent))
        return tf.matmul(h, out), h

cell = Cell()
embedding = tf.constant(wave(4, 3))
START, END = 0, 3
encoded = tf.constant(wave(2, 3))
state, weight = encoded, 0.0
""",
    "CRF": """
scores = tf.constant(wave(2, 4, 3))
tags = tf.constant([[0, 1, 2, 1], [2, 0, 0, 0]])
lengths = tf.constant([4, 2])
transitions = tf.constant(wave(3, 3)[::-1].copy())
""",
    "Estimator": """
x, y = wave(8, 3, 2), wave(8, 1)
""",
    "Settings and summaries": """
loss, step = tf.constant(0.25), 0
""",
}

AFTER = {
    "Dropout": """
# The order in which the loop's steps draw differs from run to run: no draws are kept.
part = np.mean([run(outputs) == 0 for _ in range(10)])
gave(dropped=part.round(1))
eyes = tf.constant_initializer(np.concatenate([np.eye(16), np.eye(16)]))

def anew(**keep):
    # Does each step draw, in any of three runs? Does each sequence?
    with tf.variable_scope(None, "way", initializer=eyes):
        linear = rnn.BasicRNNCell(16, activation=tf.identity)
        linear = rnn.DropoutWrapper(linear, **keep)
        outputs, _ = tf.nn.dynamic_rnn(linear, x, dtype=tf.float32)
    session.run(tf.global_variables_initializer())
    drawn = np.array([session.run(outputs)[:, 1:] <= 1 for _ in range(3)])
    return np.array([(drawn != drawn[:, :, :1]).any(), (drawn != drawn[:, :1]).any()])

for_all = dict(variational_recurrent=True, dtype=tf.float32)
for name in ("output_keep_prob", "state_keep_prob"):
    gave(**{name: anew(**{name: 0.5})})
    gave(**{name + ", variational": anew(**dict(for_all, **{name: 0.5}))})
""",
    "Losses over padded steps": """
given = logits, ids, weights
steps = tf.contrib.seq2seq.sequence_loss(*given, average_across_timesteps=False)
legacy = tf.contrib.legacy_seq2seq.sequence_loss(
    *[tf.unstack(value, axis=1) for value in given])
gave(loss=run(loss), losses=run(losses), steps=run(steps), legacy=run(legacy))
""",
    "Own cells, private imports": """
gave(outputs=run(outputs), state=run(state))
told(variables=[v.op.name for v in tf.trainable_variables()])
""",
    "Steps in a list": """
gave(outputs=run(outputs), state=run(state))
""",
    "State from run to run": """
gave(whole=whole, answers=answers)
""",
    "Layers and initializers": """
gave(hidden=run(hidden), logits=run(logits))
told(variables=[v.op.name for v in tf.trainable_variables()])
layers = tf.contrib.layers

def largest(initializer, **options):
    kinds = [initializer(seed=seed, **options) for seed in (1, 2, 3)]
    return [session.run(kind([300, 500], dtype=tf.float32)).max() for kind in kinds]

gave(**{
    "xavier": np.array(largest(layers.xavier_initializer)),
    "xavier, uniform=False": np.array(
        largest(layers.xavier_initializer, uniform=False)),
    "variance_scaling": np.array(largest(layers.variance_scaling_initializer)),
})
""",
    "The training step": """
session.run(tf.global_variables_initializer())
gave(norm=session.run(norm))
session.run(train)
gave(variables=session.run(variables))
shorter = tf.contrib.layers.optimize_loss(loss, step, 0.5, "SGD", clip_gradients=5.0)
session.run(tf.global_variables_initializer())
session.run(shorter)
gave(optimize_loss=session.run(variables))
rates = [
    tf.train.exponential_decay(0.5, at, 10, 0.9, staircase=stairs)
    for at in (0, 9, 10, 25) for stairs in (True, False)]
gave(rates=np.array(session.run(rates)))
""",
    "CTC": """
dense = tf.sparse_tensor_to_dense(decoded[0], -1)
gave(losses=run(losses), words=run(dense), scores=run(scores))
""",
    "Beam search": """
def found(start):
    search = outputs.beam_search_decoder_output
    words, scores, lengths = run([ids, search.scores, final.lengths])
    names = {"words": words.transpose(0, 2, 1), "scores": scores[:, -1],
             "lengths": lengths}  # words: sources, beams, steps
    gave(**{start + name: value for name, value in names.items()})

found("")
state, weight = encoded, 1.0
exec(lines)
found("penalty ")
gave(tiled=run(tf.contrib.seq2seq.tile_batch(tf.constant([10, 20]), 2)))
""",
    "CRF": """
gave(log_likelihood=run(log_likelihood), loss=run(loss))
scores, transitions, lengths = run([scores, transitions, lengths])
best = [
    tf.contrib.crf.viterbi_decode(rows[:n], transitions)
    for rows, n in zip(scores, lengths)]
gave(best_scores=np.array([score for _, score in best]))
told(best=[[int(tag) for tag in path] for path, _ in best])
""",
    "Estimator": """
def from_sines(features, labels, mode, params):
    def of_sines(getter, name, shape=None, **given):
        value = wave(*[int(size) for size in shape]) / 2
        given["initializer"] = tf.constant_initializer(value)
        return getter(name, shape=shape, **given)
    with tf.variable_scope(tf.get_variable_scope(), custom_getter=of_sines):
        return model_fn(features, labels, mode, params)

def given():
    return {"x": tf.constant(x)}, tf.constant(y)

config = tf.estimator.RunConfig(session_config=ONE_THREAD, tf_random_seed=0)
params = {"units": 3, "rate": 0.1}
estimator = tf.estimator.Estimator(from_sines, folder, config, params)
estimator.train(given, steps=5)
metrics = estimator.evaluate(given, steps=1)
gave(loss=metrics["loss"], mae=metrics["mae"], global_step=metrics["global_step"])
answers = estimator.predict(lambda: {"x": tf.constant(x)})
gave(answer=next(answers)["answers"])
answers.close()  # it would go on for ever
told(variables=sorted(estimator.get_variable_names()))
""",
    "Settings and summaries": """
told(hparams=hparams.values())
try:
    hparams.parse("unit=1")
except ValueError as error:
    told(misspelt=str(error))
writer.close()
(file,) = os.listdir(folder)
told(summaries=[
    [value.tag, value.simple_value]
    for event in tf.train.summary_iterator(os.path.join(folder, file))
    for value in event.summary.value])
""",
}


def wave(*shape):
    """Give an array of sines."""
    count = np.arange(1, 1 + np.prod(shape, dtype=int))
    return np.sin(count).reshape(shape).astype(np.float32)


def outcome(title, lines, folder):
    """Run a recipe; give its texts, and its arrays by name."""
    tf.reset_default_graph()
    tf.set_random_seed(0)
    arrays, texts = {}, {}
    before, after = BEFORE[title].strip(), AFTER[title].strip()
    found = {"lines": lines, "before": before, "after": after, "error": None}
    with session() as sess:

        def run(fetches, feed=None):
            """Give what a session gives whose trainable variables are sines."""
            sess.run(tf.global_variables_initializer())
            for variable in tf.trainable_variables():
                variable.load(wave(*variable.shape.as_list()), sess)
            return sess.run(fetches, feed)

        def gave(**values):
            for name, value in values.items():
                arrays.update(flat(title + "/" + name, value))

        space = {"np": np, "os": os, "tf": tf, "rnn": rnn, "session": sess}
        space.update(wave=wave, run=run, gave=gave, told=texts.update)
        space.update(folder=folder, lines=lines, ONE_THREAD=ONE_THREAD)
        exec(before, space)
        try:
            exec(lines, space)
        except Exception as error:
            text = steady(str(error).split(" (/")[0])  # without the module's file
            found["error"] = f"{type(error).__name__}: {text}"
        else:
            exec(after, space)
    return dict(found, texts=texts), arrays


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", help="a JSON file: lines by the recipe's title")
    parser.add_argument("out", help="the folder to write to")
    given = parser.parse_args()
    with open(given.lines) as file:
        lines = json.load(file)
    told, arrays = {}, {}
    for title in lines:
        with tempfile.TemporaryDirectory() as folder:
            told[title], more = outcome(title, lines[title], folder)
        arrays.update(more)
    write_texts(os.path.join(given.out, "recipes.json"), told)
    write_arrays(os.path.join(given.out, "recipes.npz"), arrays)


if __name__ == "__main__":
    main()
