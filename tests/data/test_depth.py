import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

from book.data import article, mnist

DESIGNS = ("as published", "fixed")


@pytest.fixture(scope="module")
def made(script):
    return script("make_depth")


@pytest.fixture
def few_images(monkeypatch, made):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (1_512, 28, 28), dtype=np.uint8)
    y = rng.integers(0, 10, len(x), dtype=np.uint8)
    few = mnist.Mnist(x[:512], y[:512], x[512:], y[512:])
    monkeypatch.setattr(mnist, "load", lambda: few)
    monkeypatch.setattr(made, "VALIDATION", 128)


def test_depth_holds_20_epochs_of_each_stack_as_published_and_fixed():
    table = article.load_depth()
    kinds = {
        (stack, design, seed)
        for stack in article.STACKS
        for design in DESIGNS
        for seed in article.SEEDS
    }
    assert set(table.index.droplevel("epoch")) == kinds
    assert (table.groupby(level=[0, 1, 2]).size() == 20).all()
    assert table.notna().all(axis=None)


def test_parts_holds_each_model_and_tests_it_once(made):
    table = article.load_parts()
    assert set(table.index.get_level_values("model")) == set(made.PARTS)
    epochs = made.MODERN_EPOCHS
    assert len(table) == len(made.PARTS) * len(article.SEEDS) * epochs
    for column in ("training", "test"):
        measured = table[column].dropna()
        assert (measured.index.get_level_values("epoch") == epochs).all()
        assert len(measured) == len(made.PARTS) * len(article.SEEDS)


@pytest.mark.parametrize("fixed", [False, True])
def test_the_script_trains_a_stack(made, few_images, fixed):
    table = made.train_stack("10+10", fixed, seed=1, epochs=2)
    assert table["epoch"].tolist() == [1, 2]
    assert table["design"].unique().tolist() == [DESIGNS[fixed]]
    assert table[["loss", "accuracy", "validation"]].notna().all(axis=None)


def test_the_script_trains_a_model(made, few_images):
    table = made.train_model("one layer, one direction", seed=1, epochs=2)
    assert table["epoch"].tolist() == [1, 2]
    assert table["test"].notna().tolist() == [False, True]
    assert table["training"].notna().tolist() == [False, True]


def test_models_lack_only_the_part_that_they_are_named_after(made):
    shapes = {name: make().output_shape for name, make in made.PARTS.items()}
    assert set(shapes.values()) == {(None, 10)}
    count = {name: make().count_params() for name, make in made.PARTS.items()}
    assert count["no shifts"] == count["last outputs"] == count["all parts"]
    assert count["no second layer"] < count["all parts"] <= count["one direction"]
