"""Networks drawn at random: what today's old-style cells give, the model gives too."""

import re

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import numpy as np
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from book.convert.back import variables_of
from book.convert.finding import find
from book.convert.graph import Settings
from book.convert.models import model_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*rnn_cell.* is deprecated"),
    pytest.mark.filterwarnings("ignore:.*layer.updates. will be removed"),
    pytest.mark.filterwarnings("ignore:.*add_variable. is deprecated"),
]
v1 = tf.compat.v1
cells = v1.nn.rnn_cell
TIME, BATCH = 4, 3
LEAF = re.compile(r"((gates|candidate|projection)/)?\w+(?=:0$)")
NAMES = {  # of cells in a file, by class: since 1.2; 1.0 and 1.1; 0.x
    "BasicLSTMCell": ("basic_lstm_cell", "basic_lstm_cell", "BasicLSTMCell/Linear"),
    "LSTMCell": ("lstm_cell", "lstm_cell", "LSTMCell"),
    "GRUCell": ("gru_cell", "gru_cell", "GRUCell"),
    "BasicRNNCell": ("basic_rnn_cell", "basic_rnn_cell", "BasicRNNCell/Linear"),
}
ACTIVATIONS = {"tanh": tf.tanh, "relu": tf.nn.relu, "sigmoid": tf.sigmoid}


@st.composite
def networks(draw):
    """Draw a network: what it is made of, and how its file is written."""
    both = draw(st.booleans())
    layers = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    joined = both and draw(st.booleans())
    kind = draw(st.sampled_from(sorted(NAMES)))
    more = {}
    if kind == "LSTMCell":
        more["use_peepholes"] = draw(st.booleans())
        more["num_proj"] = draw(st.none() | st.integers(1, 4))
        more["cell_clip"] = draw(st.none() | st.sampled_from([0.25, 0.5]))
        if more["num_proj"]:
            more["proj_clip"] = draw(st.none() | st.sampled_from([0.25]))
    if "LSTM" in kind:
        more["forget_bias"] = draw(st.floats(-3, 3, width=32))
    return {
        "kind": kind,
        "layers": layers,
        "ways": 2 if both else 1,
        "joined": joined,
        "features": draw(st.integers(1, 5)),
        "activation": draw(st.sampled_from(sorted(ACTIVATIONS))),
        "more": more,
        "age": draw(st.sampled_from([0, 1, 2])),
        "scope": draw(st.sampled_from(["", "model/", "a/b_1/"])),
        "dtype": draw(st.sampled_from([np.float32, np.float64])),
        "lengths": draw(st.lists(st.integers(1, TIME), min_size=BATCH, max_size=BATCH)),
        "seed": draw(st.integers(0, 2**32 - 1)),
    }


def built(it, units, inputs, random):
    """Give a cell of today's, with random weights."""
    make = getattr(cells, it["kind"])
    cell = make(units, activation=ACTIVATIONS[it["activation"]], **it["more"])
    cell.build((BATCH, inputs))
    shapes = [weight.shape for weight in cell.get_weights()]
    cell.set_weights([random.uniform(-0.9, 0.9, size=shape) for shape in shapes])
    return cell


def under(it, place, cell):
    """Give a cell's variables under the names that its time's TensorFlow gave them."""
    found = {}
    for variable in cell.weights:
        leaf = LEAF.search(variable.name)[0]
        if it["age"] == 1:
            leaf = leaf.replace("kernel", "weights").replace("bias", "biases")
        elif it["age"] == 2:
            leaf = OLDEST[it["kind"]].get(leaf, leaf)
        name = f"{it['scope']}{place}{NAMES[it['kind']][it['age']]}/{leaf}"
        found[name] = variable.numpy().astype(it["dtype"])
    return found


LINEAR = {"kernel": "Matrix", "bias": "Bias"}
OLDEST = {
    "BasicLSTMCell": LINEAR,
    "BasicRNNCell": LINEAR,
    "LSTMCell": {"kernel": "W_0", "bias": "B", "projection/kernel": "W_P_0"}
    | {f"w_{gate}_diag": f"W_{gate.upper()}_diag" for gate in "ifo"},
    "GRUCell": {
        f"{old}/{leaf}": f"{old.title()}/Linear/{LINEAR[leaf]}"
        for old in ("gates", "candidate")
        for leaf in LINEAR
    },
}


def place_of(it, way, number):
    """Give the scopes that the loops make."""
    stack = "MultiRNNCell/Cell" if it["age"] == 2 else "multi_rnn_cell/cell_"
    direction = ("fw/", "bw/")[way]
    if it["joined"]:
        return f"stack_bidirectional_rnn/cell_{number}/bidirectional_rnn/{direction}"
    root = f"bidirectional_rnn/{direction}" if it["ways"] == 2 else "rnn/"
    return root + (f"{stack}{number}/" if len(it["layers"]) > 1 else "")


def expected(it, x, lengths, stacks):
    """Give what today's loops give, by the names of the model's results."""
    if it["ways"] == 1:
        outputs, states = run(stacks[0], x, lengths)
        return named({"outputs": outputs}, {"": states})
    if not it["joined"]:
        turned = tf.reverse_sequence(x, lengths, seq_axis=1)
        outputs_fw, fw = run(stacks[0], x, lengths)
        outputs_bw, bw = run(stacks[1], turned, lengths)
        outputs_bw = tf.reverse_sequence(outputs_bw, lengths, seq_axis=1)
        outputs = {"outputs_fw": outputs_fw, "outputs_bw": outputs_bw}
        return named(outputs, {"_fw": fw, "_bw": bw})
    states = [], []
    for fw, bw in zip(*stacks, strict=True):
        both, last = v1.nn.bidirectional_dynamic_rnn(
            fw, bw, x, lengths, dtype=tf.float32
        )
        x = tf.concat(both, axis=2)
        for way in (0, 1):
            states[way].append(last[way])
    return named({"outputs": x}, {"_fw": states[0], "_bw": states[1]})


def run(stack, x, lengths):
    """Run cells on top of each other."""
    states = []
    for cell in stack:
        x, state = v1.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
        states.append(state)
    return x, states


def named(outputs, states):
    """Give results by the names that the model has for them."""
    for ending, layers in states.items():
        for number, state in enumerate(layers):
            parts = {"c": state.c, "h": state.h} if hasattr(state, "c") else state
            parts = parts if isinstance(parts, dict) else {"h": state}
            outputs |= {f"{k}_{number}{ending}": part for k, part in parts.items()}
    return {name: np.asarray(part) for name, part in outputs.items()}


@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(networks())
def test_a_network_gives_the_same_and_comes_back(it):
    random = np.random.default_rng(it["seed"])
    variables, stacks = {}, []
    for way in range(it["ways"]):
        stack, inputs = [], it["features"]
        for number, units in enumerate(it["layers"]):
            cell = built(it, units, inputs, random)
            inputs = cell.output_size * (2 if it["joined"] else 1)
            variables |= under(it, place_of(it, way, number), cell)
            stack.append(cell)
        stacks.append(stack)
    (network,) = find(variables).networks
    told = Settings(
        it["more"].get("forget_bias"),
        it["activation"],
        it["more"].get("cell_clip"),
        it["more"].get("proj_clip"),
        residual=False,
    )
    each = [cell.scope for layer in network.layers for cell in layer]
    model = model_of(network, dict.fromkeys(each, told))
    x = random.normal(size=(BATCH, TIME, it["features"])).astype("float32")
    lengths = np.array(it["lengths"], np.int32)
    mask = np.arange(TIME) < lengths[:, None]
    found = model({"x": x, "mask": mask})
    wanted = expected(it, x, lengths, stacks)
    assert set(found) == set(wanted)
    for name, array in wanted.items():
        real = mask[..., None] if "outputs" in name else True
        np.testing.assert_allclose(
            found[name] * real, array, rtol=0, atol=1e-5, err_msg=name
        )
    back = variables_of(model, "there", it["more"].get("forget_bias", 1.0))
    assert len(back) == len(variables)
    (again,) = find(back).networks
    for old, new in zip(network.layers, again.layers, strict=True):
        for one, other in zip(old, new, strict=True):
            for leaf, array in one.weights.items():
                np.testing.assert_allclose(other.weights[leaf], array, atol=1e-6)
