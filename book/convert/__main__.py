"""The command: `python -m book.convert inspect …`, `… to-keras …`, `… to-tf1 …`."""

import argparse
import os
import sys

EPILOG = """
examples:
  python -m book.convert inspect model.ckpt-1000
  python -m book.convert to-keras model.ckpt-1000 model.keras
  python -m book.convert to-keras frozen.pb model.keras --network encoder/rnn
  python -m book.convert to-tf1 model.keras old.ckpt

IN is a checkpoint of TensorFlow 1 (the part of its files' names that they share, or one
of the files) or a frozen graph (.pb). Nothing in it is executed. What no variable tells
(the forget bias, the activation, clipping, residual connections) is read from the graph
where there is one, else taken from an option, else the default of TensorFlow 1's
constructors; the report says which.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Returns:
        The exit status: 0, or 1 where something can't be converted.
    """
    parser = argparse.ArgumentParser(
        prog="python -m book.convert",
        description="Recurrent networks trained by TensorFlow 1, as Keras 3 models.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    inspect = commands.add_parser("inspect", help="say what is in a file")
    convert = commands.add_parser("to-keras", help="write a Keras model (.keras)")
    for command in (inspect, convert):
        command.add_argument("input", metavar="IN")
        command.add_argument("--forget-bias", type=float, help="of all LSTM cells")
        command.add_argument("--activation", help="Keras's name, such as relu")
        command.add_argument("--cell-clip", type=float, help="the largest size of c")
        command.add_argument("--averages", action="store_true", help="moving averages")
    convert.add_argument("output", metavar="OUT.keras")
    convert.add_argument("--network", metavar="SCOPE", help="where there are several")
    convert.add_argument("--overwrite", action="store_true")
    back = commands.add_parser("to-tf1", help="write a checkpoint of TensorFlow 1")
    back.add_argument("input", metavar="IN.keras")
    back.add_argument("output", metavar="OUT", help="the checkpoint's prefix")
    back.add_argument("--forget-bias", type=float, default=1.0, help="of the old cells")
    back.add_argument("--scope", help="in place of rnn, or of bidirectional_rnn")
    given = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from book.convert.reading import ConversionError

    try:
        (_back if given.command == "to-tf1" else _forth)(given)
    except ConversionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _forth(given) -> None:
    """Inspect a file of TensorFlow 1, or convert it to Keras."""
    from book.convert import converting

    options = {
        name: value
        for name in ("forget_bias", "activation", "cell_clip")
        if (value := getattr(given, name)) is not None
    }
    plan = converting.plan(given.input, given.averages, **options)
    print(converting.report(plan))
    if given.command == "to-keras":
        model = converting.to_keras(plan, given.network)
        converting.save(model, given.output, given.overwrite)
        print(f"written: {given.output}")


def _back(given) -> None:
    """Convert a Keras model to a checkpoint of TensorFlow 1."""
    from book.convert import back

    variables = back.variables_of(
        back.load(given.input), given.scope, given.forget_bias
    )
    back.save(variables, given.output)
    for name, array in variables.items():
        print(name, array.shape)
    print(f"forget_bias {given.forget_bias}: give it to the old cells")
    print(f"written: {given.output}")


if __name__ == "__main__":
    sys.exit(main())
