"""What the converter says to files that it cannot convert."""

import os
import shutil

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import numpy as np
import tensorflow as tf

from book.convert import __main__ as command
from book.convert import converting
from book.convert.finding import find
from book.convert.reading import ConversionError, read
from book.data import tf1

KERNEL = np.zeros((7, 16), np.float32)  # 3 features, 4 units
BIAS = np.zeros(16, np.float32)
LSTM = "rnn/basic_lstm_cell"


@pytest.fixture
def stacked(tmp_path):
    """Give the prefix of a good checkpoint, which a test may damage."""
    path, _ = tf1.unpack("stacked", tmp_path)
    return path


def part(prefix, suffix):
    return prefix.with_name(prefix.name + suffix)


DATA = ".data-00000-of-00001"


def test_no_file(tmp_path):
    with pytest.raises(
        ConversionError, match=r"no checkpoint .*model\. Expected model"
    ):
        read(tmp_path / "model")


def test_a_folder_with_checkpoints(stacked):
    with pytest.raises(ConversionError, match=r"is a folder. Name one .*: model\."):
        read(stacked.parent)


def test_a_folder_without(tmp_path):
    with pytest.raises(ConversionError, match="is a folder. It holds no checkpoint"):
        read(tmp_path)


def test_no_data(stacked):
    part(stacked, DATA).unlink()
    with pytest.raises(ConversionError, match=r"model\.index has no file model\.data-"):
        read(stacked)


def test_data_cut_off(stacked):
    content = part(stacked, DATA).read_bytes()
    part(stacked, DATA).write_bytes(content[:100])
    with pytest.raises(ConversionError, match="cannot be read: .* copy all of them"):
        read(stacked)


def test_data_changed(stacked):
    content = bytearray(part(stacked, DATA).read_bytes())
    content[50] ^= 1
    part(stacked, DATA).write_bytes(content)
    with pytest.raises(ConversionError, match="cannot be read: .*"):
        read(stacked)


@pytest.mark.parametrize("content", [b"", b"not an index", bytes(300)])
def test_an_index_that_is_none(stacked, content):
    part(stacked, ".index").write_bytes(content)
    with pytest.raises(ConversionError, match="cannot be read"):
        read(stacked)


def test_an_index_cut_off(stacked):
    content = part(stacked, ".index").read_bytes()
    part(stacked, ".index").write_bytes(content[: len(content) // 2])
    with pytest.raises(ConversionError, match="cannot be read"):
        read(stacked)


def test_a_shard_is_missing(tmp_path):
    path, _ = tf1.unpack("in_shards", tmp_path)
    os.rename(part(path, DATA), part(path, ".data-00001-of-00002"))
    with pytest.raises(ConversionError, match="cannot be read"):
        read(path)


def test_a_meta_file_that_is_none(stacked):
    part(stacked, ".meta").write_bytes(b"\xff\xff not a graph")
    with pytest.raises(ConversionError, match="is not a MetaGraphDef of TensorFlow"):
        read(stacked)


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_a_file_of_keras(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(
        ConversionError, match=r"is a file of Keras. Expected what Tens"
    ):
        read(tmp_path / name)


def test_a_text_file(tmp_path):
    (tmp_path / "notes.txt").write_text("these are not weights")
    with pytest.raises(ConversionError, match="cannot be read"):
        read(tmp_path / "notes.txt")


def test_a_pointer_of_git_lfs(stacked):
    part(stacked, DATA).write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(ConversionError, match="a pointer of Git LFS"):
        read(stacked)


def test_a_constant_beyond_the_file(tmp_path):
    graph = tf.compat.v1.GraphDef()
    node = graph.node.add(name="w", op="Const")
    node.attr["dtype"].type = tf.float32.as_datatype_enum
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto([1.0], shape=[1]))
    node.attr["value"].tensor.tensor_shape.dim[0].size = 10**12
    (tmp_path / "graph.pb").write_bytes(graph.SerializeToString())
    with pytest.raises(ConversionError, match="holds 4,000,000,000,000 bytes"):
        read(tmp_path / "graph.pb")


def test_no_folder_to_write_to(stacked, tmp_path, capsys):
    out, old = tmp_path / "none" / "new.keras", tmp_path / "none" / "old"
    good = tmp_path / "new.keras"
    assert command.main(["to-keras", str(stacked), str(out)]) == 1
    assert command.main(["to-keras", str(stacked), str(good)]) == 0
    assert command.main(["to-tf1", str(good), str(old)]) == 1
    assert capsys.readouterr().err.count(f"no folder {out.parent}. Make it") == 2


def test_no_graph(tmp_path):
    with pytest.raises(ConversionError, match=r"There is no file .*graph\.pb"):
        read(tmp_path / "graph.pb")


def test_a_graph_that_is_none(tmp_path):
    (tmp_path / "graph.pb").write_bytes(b"\xff\xff\xff")
    with pytest.raises(ConversionError, match="is not a GraphDef of TensorFlow"):
        read(tmp_path / "graph.pb")


def test_a_graph_without_weights(tmp_path):
    with tf.Graph().as_default() as graph:
        tf.compat.v1.placeholder(tf.float32, (2,))
    (tmp_path / "graph.pb").write_bytes(graph.as_graph_def().SerializeToString())
    with pytest.raises(ConversionError, match="holds a graph without weights"):
        read(tmp_path / "graph.pb")


def test_every_file_of_a_checkpoint_names_it(stacked):
    for suffix in ("", ".index", ".meta", DATA):
        assert read(part(stacked, suffix)).path == stacked


def test_a_saved_size_beyond_the_file(stacked, monkeypatch):
    class Huge:
        def get_variable_to_shape_map(self):
            return {"rnn/basic_lstm_cell/kernel": [10**6, 10**6]}

        def get_variable_to_dtype_map(self):
            return {"rnn/basic_lstm_cell/kernel": tf.float32}

    monkeypatch.setattr(tf.train, "load_checkpoint", lambda path: Huge())
    with pytest.raises(
        ConversionError, match="says that it holds 4,000,000,000,000 byt"
    ):
        read(stacked)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({f"{LSTM}/kernel": KERNEL}, "has no bias. Found: .* The file is not whole"),
        ({f"{LSTM}/bias": BIAS}, "has no kernel"),
        (
            {f"{LSTM}/kernel": KERNEL, f"{LSTM}/bias": BIAS[:12]},
            r"bias has the shape \(12,\). Expected \(16,\) for a LSTM cell of 4 units",
        ),
        (
            {f"{LSTM}/kernel": KERNEL[:4], f"{LSTM}/bias": BIAS},
            "the variables don't belong to one cell",
        ),
        (
            {
                "rnn/lstm_cell/kernel": KERNEL,
                "rnn/lstm_cell/bias": BIAS,
                "rnn/lstm_cell/w_i_diag": BIAS[:4],
            },
            "has no w_f_diag, w_o_diag",
        ),
        (
            {
                f"{LSTM}/kernel": KERNEL,
                f"{LSTM}/bias": BIAS,
                f"{LSTM}/input/gamma": BIAS,
            },
            "no LSTM cell has such a variable",
        ),
        (
            {
                f"rnn/multi_rnn_cell/cell_1/basic_lstm_cell/{leaf}": array
                for leaf, array in (("kernel", KERNEL), ("bias", BIAS))
            },
            r"layers and directions \[\(1, 'fw'\)\]. Expected each layer from 0 on",
        ),
        (
            {
                f"rnn/multi_rnn_cell/cell_{n}/basic_lstm_cell/{leaf}": array
                for n in (0, 1)
                for leaf, array in (("kernel", KERNEL), ("bias", BIAS))
            },
            "Layer 1 of rnn reads 3 numbers, but the layer below puts out 4",
        ),
        (
            {
                f"bidirectional_rnn/fw/basic_lstm_cell/{leaf}": array
                for leaf, array in (("kernel", KERNEL), ("bias", BIAS))
            },
            "has no backward cell",
        ),
        (
            {
                f"bidirectional_rnn/bw/basic_lstm_cell/{leaf}": array
                for leaf, array in (("kernel", KERNEL), ("bias", BIAS))
            },
            "both directions of each or forward only",
        ),
        ({"rnn/phased_lstm_cell/kernel": KERNEL}, "it reads times as well"),
        ({"decoder/attention_wrapper/kernel": KERNEL}, "looks back with attention"),
        (
            {
                f"rnn/input_projection_wrapper/basic_lstm_cell/{leaf}": array
                for leaf, array in (("kernel", KERNEL), ("bias", BIAS))
            },
            "changes a cell's inputs",
        ),
        (
            {
                f"rnn/output_projection_wrapper/basic_lstm_cell/{leaf}": array
                for leaf, array in (("kernel", KERNEL), ("bias", BIAS))
            },
            "has no kernel and bias of its own",
        ),
    ],
)
def test_variables_that_are_no_network(variables, message):
    with pytest.raises(ConversionError, match=message):
        find(variables)


def checkpoint(folder, **variables):
    """Write a checkpoint of these variables, with `_` in names for "/"."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        made = [tf.compat.v1.Variable(a, name=n) for n, a in variables.items()]
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver(made)
        return saver.save(session, str(folder / "model"))


def test_no_recurrent_network(tmp_path):
    path = checkpoint(tmp_path, dense=np.zeros((2, 2)))
    with pytest.raises(ConversionError, match="no recurrent cell .* variables: dense"):
        converting.plan(path)


def test_no_averages(stacked):
    with pytest.raises(ConversionError, match="holds no moving averages"):
        converting.plan(stacked, averages=True)


class TestTheCommand:
    def test_it_inspects(self, stacked, capsys):
        assert command.main(["inspect", str(stacked)]) == 0
        said = capsys.readouterr().out
        assert "network rnn: forwards" in said
        assert "layer 1: LSTM, 4 → 5" in said
        assert "forget_bias 1.0 (the graph)" in said

    def test_it_converts(self, stacked, tmp_path, capsys):
        out = tmp_path / "new.keras"
        assert command.main(["to-keras", str(stacked), str(out)]) == 0
        assert out.exists()
        assert f"written: {out}" in capsys.readouterr().out

    def test_it_replaces_nothing_unless_asked(self, stacked, tmp_path, capsys):
        out = tmp_path / "new.keras"
        out.write_bytes(b"mine")
        assert command.main(["to-keras", str(stacked), str(out)]) == 1
        assert out.read_bytes() == b"mine"
        assert "is there already; --overwrite replaces it" in capsys.readouterr().err
        assert command.main(["to-keras", str(stacked), str(out), "--overwrite"]) == 0
        assert out.read_bytes() != b"mine"

    def test_another_ending_is_refused(self, stacked, tmp_path, capsys):
        assert command.main(["to-keras", str(stacked), str(tmp_path / "new.h5")]) == 1
        assert "expected a name that ends in .keras" in capsys.readouterr().err

    def test_a_full_disk_leaves_nothing(self, stacked, tmp_path, monkeypatch):
        model = converting.to_keras(converting.plan(stacked))

        def full(self, path):
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(type(model), "save", full)
        target = tmp_path / "out"
        target.mkdir()
        with pytest.raises(OSError, match="No space left"):
            converting.save(model, target / "new.keras")
        assert list(target.iterdir()) == []

    def test_an_option_wins_over_the_graph(self, stacked, capsys):
        command.main(
            ["inspect", str(stacked), "--forget-bias", "0", "--cell-clip", "3"]
        )
        said = capsys.readouterr().out
        assert "forget_bias 0.0 (an option)" in said
        assert "cell_clip 3.0 (an option)" in said

    def test_without_a_graph_it_says_the_defaults(self, tmp_path, capsys):
        path, _ = tf1.unpack("without_meta", tmp_path)
        command.main(["inspect", str(path)])
        said = capsys.readouterr().out
        assert "no graph beside it" in said
        assert "forget_bias 1.0 (the default)" in said

    def test_it_names_what_it_leaves_out(self, tmp_path, capsys):
        for name, line in (
            (
                "adam",
                "left out: 6 variables of optimizers (beta1_power, beta2_power, …/A",
            ),
            ("moving_averages", "moving averages: rnn/basic_lstm_cell/bias, rnn/"),
            ("encoder_decoder", "network decoder/rnn: forwards"),
            ("global_step", "not converted: global_step, is_training"),
        ):
            folder = tmp_path / name
            folder.mkdir()
            path, _ = tf1.unpack(name, folder)
            command.main(["inspect", str(path)])
            assert line in capsys.readouterr().out


def test_moving_averages_are_taken_on_request(tmp_path):
    path, example = tf1.unpack("moving_averages", tmp_path)
    model = converting.to_keras(converting.plan(path, averages=True))
    averages = example["variables/rnn/basic_lstm_cell/kernel/ExponentialMovingAverage"]
    i, j, f, o = np.split(averages, 4, axis=1)
    new = np.concatenate(model.get_layer("layer_0").get_weights()[:2])
    np.testing.assert_array_equal(new, np.concatenate([i, f, j, o], axis=1))


def test_a_folder_that_cannot_be_read(tmp_path):
    path, _ = tf1.unpack("stacked", tmp_path)
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    part(path, DATA).chmod(0)
    with pytest.raises(ConversionError, match="cannot be read"):
        read(path)
    shutil.rmtree(tmp_path, ignore_errors=True)
