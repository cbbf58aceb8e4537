"""The command: `lstm-convert inspect …`, `… to-keras …`, `… to-tf1 …`."""

import argparse
import os
import sys

from book.runtime import stderr_silenced

EPILOG = """
examples:
  %(prog)s inspect model.ckpt-1000
  %(prog)s to-keras model.ckpt-1000 model.keras
  %(prog)s to-keras frozen.pb model.keras --network encoder/rnn
  %(prog)s to-keras model.ckpt-1000 model.keras --dense softmax_w,softmax_b
  %(prog)s to-tf1 model.keras old.ckpt
  %(prog)s to-tf1 model.keras new.ckpt --like model.ckpt-1000

IN is a checkpoint of TensorFlow 1 (the part of its files' names that they share, or one
of the files) or a frozen graph (.pb). Nothing in it is executed. What no variable tells
(the forget bias, the activation, clipping, residual connections) is read from the graph
where there is one (a .meta file beside the checkpoint, or the .pb itself), else taken
from an option, else the default of TensorFlow 1's constructors; the report says which.
An option that is given wins over the graph.

The Keras model takes a dictionary: "x" (batch, time, features), or "ids" (batch, time)
where there is an embedding, and "mask" (batch, time), True at the real steps, or None.
It gives a dictionary: "outputs", the last states "h_0", "c_0" …, and, with dense
layers, "dense_outputs" (of each step) and "dense_h" (of the last state).

exit status: 0; 1 where something can't be read or converted; 2 for a wrong option.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Returns:
        The exit status: 0, or 1 where something can't be converted.
    """
    called = os.path.basename(sys.argv[0])
    parser = argparse.ArgumentParser(
        prog=called if called == "lstm-convert" else "python -m book.convert",
        description="Recurrent networks trained by TensorFlow 1, as Keras 3 models.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    inspect = commands.add_parser("inspect", help="say what is in a file")
    convert = commands.add_parser("to-keras", help="write a Keras model (.keras)")
    back = commands.add_parser("to-tf1", help="write a checkpoint of TensorFlow 1")
    for command in (inspect, convert):
        command.add_argument("input", metavar="IN")
        _add_options(command)
    convert.add_argument("output", metavar="OUT.keras")
    convert.add_argument("--overwrite", action="store_true", help="replace OUT.keras")
    back.add_argument("input", metavar="IN.keras")
    back.add_argument("output", metavar="OUT", help="the checkpoint's prefix")
    back.add_argument("--scope", help="in place of rnn, or of bidirectional_rnn")
    back.add_argument(
        "--like",
        metavar="OLD",
        help="write what the old file OLD holds, the network's weights from IN.keras",
    )
    _add_options(back)
    given = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # weights are moved, no more
    with stderr_silenced():
        import tensorflow as tf

        tf.zeros(())  # only now is it wholly loaded
    from book.convert.reading import ConversionError

    try:
        (_back if given.command == "to-tf1" else _forth)(given)
    except ConversionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what says how a file of TensorFlow 1 is to be understood."""
    add = command.add_argument
    add("--network", metavar="SCOPE", help="the one to take where there are several")
    add("--forget-bias", type=float, metavar="NUMBER", help="of all LSTM cells")
    add("--activation", metavar="NAME", help="of all cells: Keras's name, such as relu")
    add("--cell-clip", type=float, metavar="NUMBER", help="the largest size of c")
    add("--averages", action="store_true", help="take the moving averages")
    add(
        "--cell",
        action="append",
        default=[],
        metavar="SCOPE=KIND",
        help="a cell under a name of your own: rnn/my_cell=LSTM (or GRU, 'simple RNN')",
    )
    add(
        "--dense",
        action="append",
        default=[],
        metavar="NAME",
        help="a dense layer above the network: its scope, or the names of its kernel "
        "and bias with a comma between; several times, from the bottom to the top",
    )
    add("--dense-activation", metavar="NAME", help="of the dense layers")
    add("--embedding", metavar="NAME", help="the table of the embedding below")


def _plan(given, path):
    """Give the plan for a file of TensorFlow 1, by the options."""
    from book.convert import converting
    from book.convert.reading import ConversionError

    options = {
        name: value
        for name in ("forget_bias", "activation", "cell_clip")
        if (value := getattr(given, name)) is not None
    }
    if wrong := [text for text in given.cell if "=" not in text]:
        raise ConversionError(f"--cell {wrong[0]}: expected SCOPE=KIND.")
    return converting.plan(
        path,
        averages=given.averages,
        cells=dict(text.split("=", 1) for text in given.cell),
        network=given.network,
        dense=given.dense,
        embedding=given.embedding,
        dense_activation=given.dense_activation,
        **options,
    )


def _forth(given) -> None:
    """Inspect a file of TensorFlow 1, or convert it to Keras."""
    from book.convert import converting

    plan = _plan(given, given.input)
    print(converting.report(plan))
    if given.command == "to-keras":
        model = converting.to_keras(plan)
        converting.save(model, given.output, given.overwrite)
        print(f"written: {given.output}")
        for verb, tensors in (("takes", model.input), ("gives", model.output)):
            parts = (f"{name} {_shape(tensor)}" for name, tensor in tensors.items())
            print(f"  {verb} {', '.join(parts)}")


def _shape(tensor) -> str:
    """Give a tensor's shape with the names of its axes that have no fixed length."""
    names = iter(("batch", "time"))
    return f"({', '.join(str(n or next(names)) for n in tensor.shape)})"


def _back(given) -> None:
    """Convert a Keras model to a checkpoint of TensorFlow 1."""
    from book.convert import back

    model = back.load(given.input)
    if given.like:
        variables = back.like(model, _plan(given, given.like), given.network)
        told = f"all else, what optimizers kept too, is that of {given.like}"
    else:
        bias = 1.0 if given.forget_bias is None else given.forget_bias
        variables = back.variables_of(model, given.scope, bias)
        told = f"forget_bias {bias}: give it to the old cells"
        if rest := back.left_out(model):
            told += f"\nleft out, no counterpart: {', '.join(rest)}"
    back.save(variables, given.output)
    for name, array in variables.items():
        print(name, array.shape)
    print(told)
    print(f"written: {given.output}")


if __name__ == "__main__":
    sys.exit(main())
