"""The digits, on small files, and the script that made the real ones."""

import gzip
import hashlib
import re
import time

import numpy as np
import pandas as pd
import pytest

from book.data import frozen, mnist

LABELLED = ["label", *mnist.PIXELS]
X_TRAIN, Y_TRAIN = slice(0, 3), [7, 0, 9]  # the rows of IMAGES, and their labels
X_TEST, Y_TEST = slice(3, 5), [4, 4]
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 784), dtype=np.uint8)


def as_csv(columns, rows):
    """Give a CSV's text."""
    lines = [columns, *([str(value) for value in row] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)


def labelled_rows():
    """Give the rows of the small training set: a label, then 784 pixels."""
    return [
        [label, *image]
        for label, image in zip(Y_TRAIN, IMAGES[X_TRAIN].tolist(), strict=True)
    ]


def write_ours(folder, train_rows):
    """Write small files of our own layout, with their checksums."""
    texts = [
        as_csv(LABELLED, train_rows),
        as_csv(mnist.PIXELS, IMAGES[X_TEST]),
        as_csv(["label"], [[y] for y in Y_TEST]),
    ]
    contents = [gzip.compress(text.encode(), mtime=0) for text in texts]
    frozen.write(folder, dict(zip(mnist.OURS, contents, strict=True)))


def write_kaggles(folder, train_rows, test_rows):
    """Write two files as Kaggle names them."""
    (folder / "train.csv").write_text(as_csv(LABELLED, train_rows))
    (folder / "test.csv").write_text(as_csv(mnist.PIXELS, test_rows))


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """Give a folder of small files that load() takes for the real ones."""
    monkeypatch.setattr(mnist, "FOLDER", tmp_path)
    write_ours(tmp_path, labelled_rows())
    return tmp_path


def assert_small_set(data):
    """Check that these are exactly the small files' values, free to be changed."""
    assert isinstance(data, mnist.Mnist)
    np.testing.assert_array_equal(data.x_train, IMAGES[X_TRAIN].reshape(-1, 28, 28))
    np.testing.assert_array_equal(data.y_train, Y_TRAIN)
    np.testing.assert_array_equal(data.x_test, IMAGES[X_TEST].reshape(-1, 28, 28))
    np.testing.assert_array_equal(data.y_test, Y_TEST)
    assert_usable(data)


def assert_usable(data):
    for array in data:
        assert array.dtype == np.uint8
        assert array.flags.c_contiguous
        assert array.flags.writeable


@pytest.fixture
def parsed(monkeypatch):
    """Give the list of the tables parsed from here on."""
    texts, table = [], mnist._table

    def spy(text):
        texts.append(text)
        return table(text)

    monkeypatch.setattr(mnist, "_table", spy)
    return texts


# The real files


def test_the_real_files_hold_mnist():
    data = mnist.load()
    assert [a.shape for a in data] == [
        (42_000, 28, 28),
        (42_000,),
        (28_000, 28, 28),
        (28_000,),
    ]
    assert_usable(data)
    digits = np.bincount(np.concatenate([data.y_train, data.y_test]))
    assert digits.tolist() == [  # of the published 60,000 and 10,000 together
        6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958,
    ]  # fmt: skip
    assert data.x_train.sum() + data.x_test.sum() == 1_567_298_545 + 264_923_200
    images = np.concatenate([data.x_train, data.x_test])
    assert len({image.tobytes() for image in images}) == 70_000


# Our own layout


def test_load_gives_the_small_files_from_either_kind_of_path(ours):
    assert_small_set(mnist.load())
    assert_small_set(mnist.load(ours))
    assert_small_set(mnist.load(str(ours)))


def test_what_is_loaded_may_be_changed_and_loaded_again(ours):
    for _ in range(2):
        data = mnist.load()
        data.x_train[:] = data.y_train[:] = data.x_test[:] = data.y_test[:] = 1
    assert_small_set(mnist.load())


@pytest.mark.parametrize("name", mnist.OURS)
@pytest.mark.parametrize("cached", [False, True])
def test_a_changed_file_is_refused_though_it_reads_well(ours, name, cached):
    if cached:
        mnist.load()
    content = gzip.decompress((ours / name).read_bytes())
    (ours / name).write_bytes(gzip.compress(content, mtime=1))
    message = rf"{name} has the SHA-256 .*make it again: see data/mnist/README\.md"
    with pytest.raises(ValueError, match=message):
        mnist.load()


# Kaggle's own files


def test_kaggles_files_go_before_ours_and_their_test_labels_are_found(ours):
    order = [4, 0, 2]  # images of both our training and our test set
    labels = [*Y_TRAIN, *Y_TEST]
    train = [[labels[3], *IMAGES[3]], [labels[1], *IMAGES[1]]]
    write_kaggles(ours, train, IMAGES[order])
    for _ in range(2):  # parsed, then from the cache
        data = mnist.load()
        np.testing.assert_array_equal(data.x_train, IMAGES[[3, 1]].reshape(-1, 28, 28))
        np.testing.assert_array_equal(data.y_train, [4, 0])
        np.testing.assert_array_equal(data.x_test, IMAGES[order].reshape(-1, 28, 28))
        np.testing.assert_array_equal(data.y_test, [labels[i] for i in order])
        assert_usable(data)


def test_kaggles_files_may_lie_in_a_folder_of_their_own(ours):
    folder = ours / "kaggle"
    folder.mkdir()
    write_kaggles(folder, labelled_rows(), IMAGES[X_TEST])
    assert_small_set(mnist.load(folder))


@pytest.mark.parametrize(
    ("present", "missing"), [("train.csv", "test.csv"), ("test.csv", "train.csv")]
)
def test_one_of_kaggles_files_alone_is_refused(ours, present, missing):
    write_kaggles(ours, labelled_rows(), IMAGES[X_TEST])
    (ours / missing).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load()
    message = str(caught.value)
    assert message.startswith(f"{ours / missing} is missing, but {present} is there.")
    assert message.endswith(f"put {missing} there too, or take {present} away.")


def cut_off(text):
    return text[:-300]


def another_competitions(text):
    return "id,text\n1,some words\n"


@pytest.mark.parametrize("name", mnist.KAGGLES)
@pytest.mark.parametrize("damage", [cut_off, another_competitions])
def test_a_file_that_is_not_kaggles_is_refused_and_not_cached(ours, name, damage):
    write_kaggles(ours, labelled_rows(), IMAGES[X_TEST])
    (ours / name).write_text(damage((ours / name).read_text()))
    with pytest.raises(ValueError, match=rf"^{name} cannot be read .*Fetch the file"):
        mnist.load()
    assert not list(ours.glob(".cache/*"))


def test_a_test_image_that_is_not_mnists_is_refused(ours):
    images = IMAGES[X_TEST].copy()
    images[1, 0] ^= 1
    write_kaggles(ours, labelled_rows(), images)
    message = "test.csv: image 1, counted from 0, has no label, as it is none of those"
    with pytest.raises(ValueError, match=f"{re.escape(message)}.*Fetch the file again"):
        mnist.load()


# The cache


def cache_of(folder):
    (cache,) = (folder / ".cache").iterdir()
    return cache


def test_the_second_load_parses_nothing(ours, parsed):
    assert_small_set(mnist.load())
    assert len(parsed) == 3
    assert_small_set(mnist.load())
    assert len(parsed) == 3


def test_other_files_are_parsed_again(ours, parsed):
    mnist.load()
    write_ours(ours, [[1, *row[1:]] for row in labelled_rows()])
    assert mnist.load().y_train.tolist() == [1, 1, 1]
    assert len(parsed) == 6


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_cache_that_was_cut_off_is_not_used_and_is_written_anew(ours, parsed, length):
    mnist.load()
    cache = cache_of(ours)
    whole = cache.read_bytes()
    cache.write_bytes(whole[:length])
    assert_small_set(mnist.load())
    assert len(parsed) == 6
    assert_small_set(mnist.load())
    assert len(parsed) == 6


def test_a_cache_with_a_changed_pixel_is_not_used(ours, parsed):
    mnist.load()
    cache = cache_of(ours)
    content = bytearray(cache.read_bytes())
    position = content.index(IMAGES.tobytes()[: 3 * 784]) + 300
    content[position] ^= 1
    cache.write_bytes(content)
    assert_small_set(mnist.load())
    assert len(parsed) == 6


def test_where_no_cache_can_be_written_every_load_parses(ours, parsed):
    (ours / ".cache").write_text("a file where the folder should be")
    assert_small_set(mnist.load())
    assert_small_set(mnist.load())
    assert len(parsed) == 6


# data/make_mnist.py


@pytest.fixture(scope="module")
def make_mnist(script):
    return script("make_mnist")


def idx(array):
    """Give an array as the bytes of an IDX file."""
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def originals(make_mnist, tmp_path, monkeypatch):
    """Give a folder of four small IDX files, which the script takes for MNIST's."""
    folder = tmp_path / "originals"
    folder.mkdir()
    arrays = [
        IMAGES[X_TRAIN].reshape(-1, 28, 28),
        np.array(Y_TRAIN, dtype=np.uint8),
        IMAGES[X_TEST].reshape(-1, 28, 28),
        np.array(Y_TEST, dtype=np.uint8),
    ]
    small = {}
    for name, array in zip(make_mnist.ORIGINALS, arrays, strict=True):
        (folder / name).write_bytes(idx(array))
        small[name] = (array.shape, hashlib.sha256(idx(array)).hexdigest())
    monkeypatch.setattr(make_mnist, "ORIGINALS", small)
    monkeypatch.setattr(make_mnist, "TRAIN_ROWS", 3)
    return folder


def make(make_mnist, originals, output):
    """Run the script, and give what it wrote, by name."""
    make_mnist.main([str(originals), "--output", str(output)])
    return {path.name: path.read_bytes() for path in output.iterdir()}


def test_the_script_writes_what_the_loader_reads(make_mnist, originals, tmp_path):
    written = make(make_mnist, originals, tmp_path / "made")
    assert sorted(written) == sorted([*mnist.OURS, frozen.CHECKSUMS])
    data = mnist.load(tmp_path / "made")
    made = [
        (image.tobytes(), label)
        for x, y in [data[:2], data[2:]]
        for image, label in zip(x, y, strict=True)
    ]
    source = list(zip(IMAGES, [*Y_TRAIN, *Y_TEST], strict=True))
    assert sorted(made) == sorted((image.tobytes(), label) for image, label in source)
    assert made != [(image.tobytes(), label) for image, label in source]


def test_the_script_writes_the_same_bytes_again(
    make_mnist, originals, tmp_path, monkeypatch
):
    first = make(make_mnist, originals, tmp_path / "first")
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert make(make_mnist, originals, tmp_path / "second") == first
    assert make(make_mnist, originals, tmp_path / "second") == first


def test_the_script_reads_gzipped_originals_alike(make_mnist, originals, tmp_path):
    plain = make(make_mnist, originals, tmp_path / "plain")
    for path in list(originals.iterdir()):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert make(make_mnist, originals, tmp_path / "packed") == plain


def other_bytes(content):
    return b"\x1f\x8b" + content[2:]


def other_shape(content):
    return idx(np.zeros((2, 14, 56), dtype=np.uint8))


def other_pixel(content):
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (other_bytes, "starts with the bytes 1f8b0803, not 00000803"),
        (other_shape, r"holds an array of shape \(2, 14, 56\), not \(2, 28, 28\)"),
        (lambda content: content[:-1], "is 1583 bytes long, not 1584"),
        (lambda content: content + b"0", "is 1585 bytes long, not 1584"),
        (lambda content: b"", "starts with the bytes , not 00000803"),
        (other_pixel, "has the right shape, but its SHA-256 is"),
    ],
)
def test_the_script_refuses_a_file_that_is_not_the_original(
    make_mnist, originals, tmp_path, damage, message
):
    path = originals / "t10k-images-idx3-ubyte"
    path.write_bytes(damage(path.read_bytes()))
    output = tmp_path / "made"
    with pytest.raises(SystemExit, match=f"make_mnist.py: {path.name} {message}"):
        make(make_mnist, originals, output)
    assert not output.exists()


def test_the_script_names_a_missing_original(make_mnist, originals, tmp_path):
    (originals / "train-labels-idx1-ubyte").unlink()
    message = "holds neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz"
    with pytest.raises(SystemExit, match=message):
        make(make_mnist, originals, tmp_path / "made")


def test_the_script_refuses_a_gzip_file_that_is_cut_off(
    make_mnist, originals, tmp_path
):
    path = originals / "t10k-images-idx3-ubyte"
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    path.with_name(f"{path.name}.gz").write_bytes(packed[:-20])
    with pytest.raises(SystemExit, match=f"{path.name}.gz cannot be unpacked"):
        make(make_mnist, originals, tmp_path / "made")


def test_pandas_takes_the_real_test_labels_as_the_readme_says():
    labels = pd.read_csv(mnist.FOLDER / "test_labels.csv.gz")
    assert labels.columns.tolist() == ["label"]
    assert len(labels) == 28_000


def test_the_official_split_is_the_published_files(script):
    """Each array, with an IDX header before it, has the SHA-256 of its original."""
    made = script("make_mnist")
    data = mnist.load_official()
    for array, (shape, digest) in zip(data, made.ORIGINALS.values(), strict=True):
        assert array.shape == shape
        header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
        assert hashlib.sha256(header + array.tobytes()).hexdigest() == digest
