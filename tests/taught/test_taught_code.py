"""What a chapter teaches and `book` keeps is the same code."""

import ast
import importlib

import pytest

from book.notebooks import files

TAUGHT = [
    ("01", "book.taught.gradients", "finite_differences"),
    ("01", "book.taught.plain", "step"),
    ("01", "book.taught.plain", "forward"),
    ("01", "book.taught.plain", "backward"),
    ("02", "book.taught.draws", "stack_draws"),
    ("02", "book.taught.draws", "step_for_draws"),
    ("05", "book.taught.weights", "keras_lstm_weights"),
    ("13", "book.data.sine", "windows"),
    ("13", "book.taught.training", "run_epoch"),
    ("14", "book.taught.cells", "lstm"),
    ("16", "book.taught.draws", "each_draw"),
    ("16", "book.taught.training", "train_step"),
    ("16", "book.taught.training", "epoch_function"),
    ("16", "book.taught.training", "accuracy_of"),
    ("16", "book.taught.baselines", "nearest_average"),
    ("19", "book.taught.training", "bucketed"),
    ("19", "book.data.words", "encode"),
    ("19", "book.data.words", "decode"),
    ("20", "book.taught.losses", "masked_cross_entropy"),
    ("29", "book.taught.fused", "block_lstm"),
    ("30", "book.distributed.meeting", "call_roll"),
    ("30", "book.distributed.meeting", "objection"),
    ("30", "book.distributed.meeting", "answer"),
    ("30", "book.distributed.checkpoints", "pack"),
    ("30", "book.distributed.checkpoints", "unpack"),
    ("30", "book.distributed.training", "join"),
    ("30", "book.distributed.training", "build"),
    ("30", "book.distributed.training", "share"),
    ("30", "book.distributed.training", "on_train_batch_begin"),
    ("30", "book.distributed.training", "on_train_batch_end"),
    ("30", "book.distributed.training", "keep"),
    ("30", "book.distributed.training", "kept_bytes"),
    ("30", "book.distributed.training", "train"),
    ("30", "book.distributed.training", "call"),
    ("30", "book.distributed.compiled", "summed"),
]


class Bare(ast.NodeTransformer):
    """Leaves out what the package adds: docstrings, annotations, refusals, casts."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node):
            node.body = node.body[1:]
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
        return node

    def visit_If(self, node):
        refusal = all(isinstance(line, ast.Raise) for line in node.body)
        return None if refusal and not node.orelse else self.generic_visit(node)


def function(source, name):
    tree = ast.parse(source)
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    found = [node for node in found if node.name == name]
    assert len(found) == 1, f"{name} is defined {len(found)} times"
    return Bare().visit(found[0])


def taught(number, name):
    (path,) = files.chapters(number)
    cells = files.code_cells(files.read(path))
    source = "\n".join(c.source for c in cells if f"def {name}(" in c.source)
    return function(source, name)


def kept(module, name):
    path = importlib.util.find_spec(module).origin
    with open(path, encoding="utf-8") as file:
        return function(file.read(), name)


@pytest.mark.parametrize(("number", "module", "name"), TAUGHT)
def test_the_chapter_and_the_package_have_the_same_code(number, module, name):
    assert ast.unparse(taught(number, name)) == ast.unparse(kept(module, name))
