import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

from book.data import article, frozen, mnist


@pytest.mark.parametrize("name", ["e4", "e5", "e6"])
def test_a_table_holds_50_epochs_of_three_seeds(name):
    table = article.load(name)
    places = [(seed, epoch) for seed in article.SEEDS for epoch in range(1, 51)]
    assert table.index.tolist() == places
    assert list(table.columns) == ["loss", "accuracy", "test_accuracy"]
    assert table[["loss", "accuracy"]].notna().all(axis=None)
    last = table.xs(50, level="epoch")
    assert last["test_accuracy"].between(0.1, 1).all()
    assert table["test_accuracy"].notna().sum() == len(last)


def test_a_changed_table_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(article, "FOLDER", tmp_path)
    frozen.write(tmp_path, {"e4.csv": b"seed,epoch,loss,accuracy,test_accuracy\n"})
    (tmp_path / "e4.csv").write_bytes(b"seed,epoch\n")
    with pytest.raises(ValueError, match=r"SHA256SUMS says .*Restore it with git"):
        article.load("e4")
    with pytest.raises(FileNotFoundError, match=r"e7\.csv is missing"):
        article.load("e7")


def test_the_script_trains_each_network(script, monkeypatch):
    made = script("make_article_runs")
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (1256, 28, 28), dtype=np.uint8)
    y = rng.integers(0, 10, len(x), dtype=np.uint8)
    small = mnist.Mnist(x[:256], y[:256], x[256:], y[256:])
    monkeypatch.setattr(mnist, "load", lambda: small)
    for name in made.NETWORKS:
        table = made.train(name, seed=1, epochs=2)
        assert table["seed"].tolist() == [1, 1]
        assert table["epoch"].tolist() == [1, 2]
        assert np.isfinite(table["loss"]).all()
        assert table["test_accuracy"].notna().tolist() == [False, True]


def test_the_script_starts_from_the_weights_of_tensorflow_1(script, monkeypatch):
    made = script("make_article_runs")
    x = np.zeros((256, 28, 28), np.uint8)
    y = np.zeros(256, np.uint8)
    x_test, y_test = np.zeros((1000, 28, 28), np.uint8), np.zeros(1000, np.uint8)
    monkeypatch.setattr(mnist, "load", lambda: mnist.Mnist(x, y, x_test, y_test))
    one, again, other = (made.train("e5", seed, epochs=1) for seed in (0, 0, 1))
    assert one["loss"][0] == again["loss"][0] != other["loss"][0]
