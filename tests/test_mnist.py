"""Tests of book.mnist, on small files, and of the script that made the real ones."""

import gzip
import hashlib
import os
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from book import mnist

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


def write_ours(folder, name, text):
    """Write one of our own files and its checksum."""
    packed = gzip.compress(text.encode(), mtime=0)
    (folder / name).write_bytes(packed)
    digest = hashlib.sha256(packed).hexdigest()
    (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")


def write_kaggles(folder, train_rows, test_rows):
    """Write two files as Kaggle names them."""
    (folder / "train.csv").write_text(as_csv(LABELLED, train_rows))
    (folder / "test.csv").write_text(as_csv(mnist.PIXELS, test_rows))


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """Give a folder with small files of our own layout, which load() takes for ours."""
    monkeypatch.setattr(mnist, "FOLDER", tmp_path)
    monkeypatch.setattr(mnist, "TRAIN_ROWS", 3)
    monkeypatch.setattr(mnist, "TEST_ROWS", 2)
    write_ours(tmp_path, "train.csv.gz", as_csv(LABELLED, labelled_rows()))
    write_ours(tmp_path, "test.csv.gz", as_csv(mnist.PIXELS, IMAGES[X_TEST]))
    write_ours(tmp_path, "test_labels.csv.gz", as_csv(["label"], [[y] for y in Y_TEST]))
    return tmp_path


def assert_small_set(data):
    """Check that these are exactly the small files' values."""
    assert isinstance(data, mnist.Mnist)
    np.testing.assert_array_equal(data.x_train, IMAGES[X_TRAIN].reshape(-1, 28, 28))
    np.testing.assert_array_equal(data.y_train, Y_TRAIN)
    np.testing.assert_array_equal(data.x_test, IMAGES[X_TEST].reshape(-1, 28, 28))
    np.testing.assert_array_equal(data.y_test, Y_TEST)
    for array in data:
        assert array.dtype == np.uint8
        assert array.flags.c_contiguous
        assert array.flags.writeable


@pytest.fixture
def parsed(monkeypatch):
    """Give the list of the files parsed from here on."""
    paths = []
    parse = mnist._parse

    def spy(path, *rest):
        paths.append(path.name)
        return parse(path, *rest)

    monkeypatch.setattr(mnist, "_parse", spy)
    return paths


# The real files


def test_the_real_files_hold_mnist_and_load_in_two_seconds():
    mnist.load()
    start = time.perf_counter()
    data = mnist.load()
    assert time.perf_counter() - start < 2
    assert [a.shape for a in data] == [
        (42_000, 28, 28),
        (42_000,),
        (28_000, 28, 28),
        (28_000,),
    ]
    assert {a.dtype for a in data} == {np.dtype(np.uint8)}
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


def test_the_arrays_share_no_memory(ours):
    mnist.load()
    for data in (mnist.load(), mnist.load()):
        assert not np.shares_memory(data.x_train, data.y_train)
        data.x_train[:] = data.y_train[:] = data.x_test[:] = data.y_test[:] = 1
    assert_small_set(mnist.load())


@pytest.mark.parametrize(
    "name",
    [
        f"{stem}.csv.gz{end}"
        for stem in ("train", "test", "test_labels")
        for end in ("", ".sha256")
    ],
)
def test_a_missing_file_or_checksum_is_named(ours, name):
    (ours / name).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load()
    assert str(caught.value).startswith(f"{ours / name} is missing. Expected ")
    assert "Restore it with git, or make it again" in str(caught.value)


@pytest.mark.parametrize("name", ["train.csv.gz", "test.csv.gz", "test_labels.csv.gz"])
@pytest.mark.parametrize("cached", [False, True])
def test_a_changed_file_is_refused_though_it_reads_well(ours, name, cached):
    if cached:
        mnist.load()
    content = gzip.decompress((ours / name).read_bytes())
    changed = gzip.compress(content, mtime=1)
    (ours / name).write_bytes(changed)
    expected = (ours / f"{name}.sha256").read_text().split()[0]
    message = (
        f"{ours / name} has the SHA-256 {hashlib.sha256(changed).hexdigest()}, but "
        f"{name}.sha256 says '{expected}'. One of the two was changed or is "
        "incomplete. Restore it with git, or make it again: see data/mnist/README.md."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        mnist.load()


@pytest.mark.parametrize("text", ["", "\n", "no checksum\n"])
def test_a_damaged_checksum_is_refused(ours, text):
    (ours / "train.csv.gz.sha256").write_text(text)
    with pytest.raises(
        ValueError, match=r"train.csv.gz has the SHA-256 .* says '(no)?'"
    ):
        mnist.load()


def test_a_checksum_with_a_windows_line_end_is_read(ours):
    checksum = ours / "train.csv.gz.sha256"
    checksum.write_bytes(checksum.read_bytes().replace(b"\n", b"\r\n"))
    assert_small_set(mnist.load())


@pytest.mark.parametrize("rows", [2, 4])
@pytest.mark.parametrize("cached", [False, True])
def test_another_number_of_rows_is_refused(ours, rows, cached):
    table = (labelled_rows() * 2)[:rows]
    write_ours(ours, "train.csv.gz", as_csv(LABELLED, table))
    message = f"{ours / 'train.csv.gz'} has {rows} rows, not 3. Restore it with git"
    for _ in range(1 + cached):
        with pytest.raises(ValueError, match=re.escape(message)):
            mnist.load()


def test_fewer_test_labels_than_test_images_are_refused(ours):
    write_ours(ours, "test_labels.csv.gz", as_csv(["label"], [[4]]))
    with pytest.raises(ValueError, match=r"test_labels.csv.gz has 1 rows, not 2"):
        mnist.load()


# What a CSV may not hold: the same errors in our own files and in Kaggle's


def changed_cell(row, column, value):
    """Give the small training set with one value changed."""
    rows = labelled_rows()
    rows[row][column] = value
    return as_csv(LABELLED, rows)


def changed_row(row, change):
    """Give the small training set with one row changed."""
    rows = labelled_rows()
    rows[row] = change(rows[row])
    return as_csv(LABELLED, rows)


def without_column(name):
    """Give the small training set without a column."""
    i = LABELLED.index(name)
    return as_csv(
        [*LABELLED[:i], *LABELLED[i + 1 :]],
        [[*row[:i], *row[i + 1 :]] for row in labelled_rows()],
    )


LABEL_FAULT = "has {!r} in the column 'label'. Expected an integer from 0 to 9; mend"
PIXEL_FAULT = "has {!r} in the column 'pixel5'. Expected an integer from 0 to 255; mend"
LENGTH_FAULT = "has the wrong length: {} values. Expected 785, one a column; mend"
LAYOUT = "the 785 columns label, pixel0 to pixel783"
FAULTS = {
    "no label column": (
        without_column("label"),
        f"the column 'label' is missing. Expected a header with {LAYOUT}; put",
    ),
    "no pixel column": (
        without_column("pixel400"),
        f"the column 'pixel400' is missing. Expected a header with {LAYOUT}; put",
    ),
    "one column too many": (
        as_csv([*LABELLED, "more"], [[*row, 1] for row in labelled_rows()]),
        f"the header names 786 columns. Expected exactly {LAYOUT}, in this order; mend",
    ),
    "columns in another order": (
        as_csv(LABELLED[::-1], [row[::-1] for row in labelled_rows()]),
        f"the header names 785 columns. Expected exactly {LAYOUT}, in this order; mend",
    ),
    "no header": (
        as_csv(LABELLED, labelled_rows()).split("\n", 1)[1],
        "the column 'label' is missing. Expected a header",
    ),
    "empty": ("", "the column 'label' is missing. Expected a header"),
    "no row": (as_csv(LABELLED, []), "no row under the header. Expected one at least"),
    "too short, first": (
        changed_row(0, lambda row: row[:-1]),
        f"line 2 {LENGTH_FAULT.format(784)}",
    ),
    "too short, last": (
        changed_row(2, lambda row: row[:-1]),
        f"line 4 {LENGTH_FAULT.format(784)}",
    ),
    "too long, first": (
        changed_row(0, lambda row: [*row, 1]),
        f"line 2 {LENGTH_FAULT.format(786)}",
    ),
    "too long, last": (
        changed_row(2, lambda row: [*row, 1]),
        f"line 4 {LENGTH_FAULT.format(786)}",
    ),
    "cut off": (
        as_csv(LABELLED, labelled_rows()).rsplit(",", 300)[0],
        f"line 4 {LENGTH_FAULT.format(485)}",
    ),
    "with a byte order mark": (
        "\ufeff" + changed_row(1, lambda row: []) + "1,2\n",
        f"line 5 {LENGTH_FAULT.format(2)}",
    ),
} | {
    f"{name} {value!r}": (
        changed_cell(1, column, value),
        f"line 3 {fault.format(value)}",
    )
    for name, column, fault, values in [
        ("label", 0, LABEL_FAULT, ["10", "-1", "255", "256", "5.5", "", "NA", "seven"]),
        (
            "pixel",
            6,
            PIXEL_FAULT,
            ["256", "-1", "65541", "9" * 20, "5.5", "", "NA", "x"],
        ),
    ]
    for value in values
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("layout", ["ours", "kaggle"])
def test_a_faulty_csv_is_refused_and_not_cached(ours, fault, layout):
    text, message = FAULTS[fault]
    if layout == "ours":
        path = ours / "train.csv.gz"
        write_ours(ours, path.name, text)
    else:
        path = ours / "train.csv"
        write_kaggles(ours, [], IMAGES[X_TEST])
        path.write_text(text)
    for _ in range(2):
        with pytest.raises(ValueError, match=re.escape(f"{path}: {message}")):
            mnist.load()
    assert not list(ours.glob(".cache/*"))


def test_a_faulty_test_file_is_refused(ours):
    rows = IMAGES[X_TEST].astype(int)
    rows[1, 783] = 256
    write_ours(ours, "test.csv.gz", as_csv(mnist.PIXELS, rows))
    with pytest.raises(
        ValueError, match=r"test.csv.gz: line 3 has '256' in.*'pixel783'"
    ):
        mnist.load()


def test_a_test_file_whose_every_row_is_too_long_is_refused(ours):
    rows = [[*image, 1] for image in IMAGES[X_TEST]]
    write_ours(ours, "test.csv.gz", as_csv(mnist.PIXELS, rows))
    with pytest.raises(ValueError, match="line 2 has the wrong length: 785 values"):
        mnist.load()


def test_a_faulty_file_of_labels_is_refused(ours):
    write_ours(ours, "test_labels.csv.gz", as_csv(["labels"], [[4], [4]]))
    with pytest.raises(
        ValueError, match=r"labels.csv.gz: the column 'label' is missing"
    ):
        mnist.load()
    write_ours(ours, "test_labels.csv.gz", as_csv(["label"], [[4], [12]]))
    with pytest.raises(ValueError, match=r"labels.csv.gz: line 3 has '12'"):
        mnist.load()


def test_test_images_with_labels_are_refused(ours):
    write_ours(ours, "test.csv.gz", as_csv(LABELLED, labelled_rows()))
    with pytest.raises(
        ValueError, match=r"names 785 columns. Expected exactly the 784"
    ):
        mnist.load()


def test_what_only_pandas_refuses_is_told_in_its_words(ours):
    text = changed_cell(2, 784, '"5')  # a quote that is never closed
    write_ours(ours, "train.csv.gz", text.rstrip("\n"))
    with pytest.raises(ValueError, match=r"train.csv.gz: .*EOF inside string"):
        mnist.load()


def test_a_byte_order_mark_and_windows_line_ends_are_read(ours):
    text = "\ufeff" + as_csv(LABELLED, labelled_rows()).replace("\n", "\r\n")
    write_ours(ours, "train.csv.gz", text)
    assert_small_set(mnist.load())


# Kaggle's own files


def test_kaggles_files_go_before_ours_and_their_test_labels_are_found(ours):
    order = [4, 0, 2]  # images of both our training and our test set
    labels = [*Y_TRAIN, *Y_TEST]
    train = [[labels[3], *IMAGES[3]], [labels[1], *IMAGES[1]]]
    write_kaggles(ours, train, IMAGES[order])
    data = mnist.load()
    np.testing.assert_array_equal(data.x_train, IMAGES[[3, 1]].reshape(-1, 28, 28))
    np.testing.assert_array_equal(data.y_train, [4, 0])
    np.testing.assert_array_equal(data.x_test, IMAGES[order].reshape(-1, 28, 28))
    np.testing.assert_array_equal(data.y_test, [labels[i] for i in order])
    for array in data:
        assert array.dtype == np.uint8
        assert array.flags.c_contiguous
        assert array.flags.writeable


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


def test_a_test_file_of_kaggles_without_rows_is_refused(ours):
    write_kaggles(ours, labelled_rows(), [])
    with pytest.raises(ValueError, match=r"test.csv: no row under the header"):
        mnist.load()


def test_a_test_image_that_is_not_mnists_is_refused(ours):
    images = IMAGES[X_TEST].copy()
    images[1, 0] ^= 1
    write_kaggles(ours, labelled_rows(), images)
    message = f"{ours / 'test.csv'}: image 1, counted from 0, has no label, as it is "
    with pytest.raises(ValueError, match=f"{re.escape(message)}.*Fetch the file again"):
        mnist.load()


# The cache


def test_the_second_load_parses_nothing(ours, parsed):
    assert_small_set(mnist.load())
    assert parsed == ["train.csv.gz", "test.csv.gz", "test_labels.csv.gz"]
    assert_small_set(mnist.load())
    assert len(parsed) == 3


def test_a_changed_csv_is_parsed_again(ours, parsed):
    mnist.load()
    write_ours(ours, "train.csv.gz", changed_cell(0, 0, "1"))
    assert mnist.load().y_train.tolist() == [1, 0, 9]
    assert parsed[3:] == ["train.csv.gz"]


def test_a_training_file_under_the_test_files_name_is_not_taken_from_the_cache(ours):
    write_kaggles(ours, labelled_rows(), [])
    (ours / "test.csv").write_bytes((ours / "train.csv").read_bytes())
    with pytest.raises(ValueError, match=r"test.csv: the header names 785 columns"):
        mnist.load()


def cache_of_training_set(folder):
    """Give the cache file of the small training set."""
    (cache,) = (folder / ".cache").glob("*-785.u8")
    return cache


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 32 + 785, 32 + 3 * 785 - 1])
def test_a_half_written_cache_is_not_used_and_is_written_anew(ours, parsed, length):
    mnist.load()
    cache = cache_of_training_set(ours)
    whole = cache.read_bytes()
    assert length < len(whole)
    cache.write_bytes(whole[:length])
    assert_small_set(mnist.load())
    assert parsed[3:] == ["train.csv.gz"]
    assert cache.read_bytes() == whole


@pytest.mark.parametrize("position", [0, 31, 32, 1000, -1])
def test_a_cache_with_one_wrong_bit_is_not_used(ours, parsed, position):
    mnist.load()
    cache = cache_of_training_set(ours)
    content = bytearray(cache.read_bytes())
    content[position] ^= 1
    cache.write_bytes(content)
    assert_small_set(mnist.load())
    assert parsed[3:] == ["train.csv.gz"]


def test_writing_that_breaks_off_leaves_no_cache(ours, parsed, monkeypatch):
    write_bytes = Path.write_bytes

    def full_disk(path, content):
        write_bytes(path, content[:100])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full_disk)
        assert_small_set(mnist.load())
        assert list((ours / ".cache").iterdir()) == []
    assert_small_set(mnist.load())
    assert len(parsed) == 6


def test_a_cache_appears_under_its_name_only_when_it_is_whole(ours, monkeypatch):
    replace, seen = os.replace, []

    def spy(source, target):
        seen.append((Path(source).parent == Path(target).parent, target.exists()))
        assert mnist._read_cache(source) is not None
        replace(source, target)

    monkeypatch.setattr(os, "replace", spy)
    mnist.load()
    assert seen == [(True, False)] * 3
    assert len(list((ours / ".cache").iterdir())) == 3


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


def test_the_script_writes_what_the_loader_reads(
    make_mnist, originals, tmp_path, monkeypatch
):
    written = make(make_mnist, originals, tmp_path / "made")
    assert sorted(written) == [
        "test.csv.gz",
        "test.csv.gz.sha256",
        "test_labels.csv.gz",
        "test_labels.csv.gz.sha256",
        "train.csv.gz",
        "train.csv.gz.sha256",
    ]
    digest = hashlib.sha256(written["test.csv.gz"]).hexdigest()
    assert written["test.csv.gz.sha256"].decode() == f"{digest}  test.csv.gz\n"
    monkeypatch.setattr(mnist, "TRAIN_ROWS", 3)
    monkeypatch.setattr(mnist, "TEST_ROWS", 2)
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


def test_the_script_and_the_loader_agree_on_the_layout(make_mnist):
    assert make_mnist.PIXELS == mnist.PIXELS
    assert make_mnist.TRAIN_ROWS == mnist.TRAIN_ROWS
    total = sum(shape[0] for shape, _ in make_mnist.ORIGINALS.values()) // 2
    assert total - make_mnist.TRAIN_ROWS == mnist.TEST_ROWS
    assert make_mnist.OUTPUT == mnist.FOLDER


def test_pandas_takes_the_real_test_labels_as_the_readme_says():
    labels = pd.read_csv(mnist.FOLDER / "test_labels.csv.gz")
    assert labels.columns.tolist() == ["label"]
    assert len(labels) == mnist.TEST_ROWS
