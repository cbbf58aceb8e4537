"""The word lists, the script that made them, and the way from letters to ids."""

import shutil

import numpy as np
import pytest

from book.data import frozen, words


@pytest.fixture(scope="module")
def data():
    return words.load()


@pytest.fixture(scope="module")
def make_words(script):
    return script("make_words")


# --- the data


def test_each_language_has_its_words_in_both_parts(data):
    for table, count in ((data.train, 4_000), (data.test, 1_000)):
        assert table.groupby("language").size().to_dict() == dict.fromkeys(
            words.LANGUAGES, count
        )


def test_no_word_is_there_twice_and_none_is_in_both_parts(data):
    every = [*data.train["word"], *data.test["word"]]
    assert len(set(every)) == len(every) == 40_000


def test_every_word_is_clean_and_has_letters_only(data):
    for table in data:
        assert all(word.isalpha() and word == words.clean(word) for word in table.word)


def test_a_word_that_looks_like_a_missing_value_is_a_word(data):
    assert "null" in {*data.train["word"], *data.test["word"]}


def test_more_frequent_words_are_not_all_in_one_part(data):
    assert abs(data.train["zipf"].mean() - data.test["zipf"].mean()) < 0.05


def test_a_changed_file_is_refused(tmp_path):
    for name in ("words.csv", frozen.CHECKSUMS):
        shutil.copy(words.FOLDER / name, tmp_path)
    assert len(words.load(tmp_path).test) == 8_000
    with (tmp_path / "words.csv").open("a") as file:
        file.write("zyzzyva,en,1.0,train\n")
    with pytest.raises(ValueError, match=r"SHA-256 .* see data/words/README.md"):
        words.load(tmp_path)


def test_other_columns_are_refused(tmp_path):
    frozen.write(tmp_path, {"words.csv": b"word,language\nja,de\n"})
    with pytest.raises(ValueError, match=r"columns \['word', 'language'\], not"):
        words.load(tmp_path)


# --- letters and ids


def test_encode_pads_with_zeros_and_gives_the_lengths():
    ids, lengths = words.encode(["cab", "a"], "abc")
    np.testing.assert_array_equal(ids, [[3, 1, 2], [1, 0, 0]])
    np.testing.assert_array_equal(lengths, [3, 1])
    assert ids.dtype == lengths.dtype == np.int32


def test_decode_undoes_encode(data):
    some = data.test["word"].tolist()
    letters = words.alphabet(some)
    ids, lengths = words.encode(some, letters)
    assert ids.shape == (len(some), max(map(len, some)))
    assert words.decode(ids, letters) == some
    np.testing.assert_array_equal((ids > 0).sum(axis=1), lengths)


def test_rows_of_padding_are_empty_words():
    assert words.decode(np.zeros((2, 3), int), "abc") == ["", ""]


def test_no_words_make_an_empty_batch():
    ids, lengths = words.encode([], "abc")
    assert ids.shape == (0, 0)
    assert lengths.shape == (0,)


def test_an_empty_word_is_refused():
    with pytest.raises(ValueError, match="word 1, counted from 0, is empty"):
        words.encode(["a", ""], "abc")


@pytest.mark.parametrize("word", ["Cab", "c b", "cáb", "cab1", "東"])
def test_a_character_outside_the_alphabet_is_refused(word):
    with pytest.raises(ValueError, match=r"has the characters \[.*words.clean"):
        words.encode(["a", word], "abc")


@pytest.mark.parametrize("wrong", [-1, 4])
def test_an_id_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="Expected 0 to 3"):
        words.decode(np.array([[1, wrong]]), "abc")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("  Haus\n", "haus"), ("Straße", "strasse"), ("cafe\u0301", "café"), ("a", "a")],
)
def test_clean(typed, expected):
    assert words.clean(typed) == expected


# --- data/make_words.py


FREQUENCIES = {
    "xx": {"same": 0.5, "own": 0.2, "x1": 0.2, "also": 0.1, "rare": 0.01},
    "yy": {"same": 0.4, "mine": 0.3, "too": 0.3},
}


def test_a_word_belongs_to_the_language_where_it_is_most_frequent(make_words):
    chosen = make_words.own_words(FREQUENCIES, 2)
    assert chosen == {"xx": ["same", "own"], "yy": ["mine", "too"]}


def test_too_few_words_are_refused(make_words):
    with pytest.raises(ValueError, match="yy has 2 words of its own, not 3"):
        make_words.own_words(FREQUENCIES, 3)


@pytest.mark.parametrize(
    ("text", "expected"), [("ñandú", True), ("l'eau", False), ("nº", False)]
)
def test_is_word(make_words, text, expected):
    assert make_words.is_word(text) == expected


def test_the_table_says_which_words_are_held_out(make_words):
    chosen = make_words.own_words(FREQUENCIES, 2)
    lines = make_words.table(chosen, FREQUENCIES, 1).splitlines()
    assert lines[0] == "word,language,zipf,split"
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == [
        "same,xx,8.7",
        "own,xx,8.3",
        "mine,yy,8.48",
        "too,yy,8.48",
    ]
    assert sorted(line.rsplit(",", 1)[1] for line in lines[1:3]) == ["test", "train"]


def test_another_version_of_wordfreq_is_refused(make_words, tmp_path, monkeypatch):
    monkeypatch.setattr(make_words, "VERSION", "0.0.0")
    with pytest.raises(SystemExit, match=r"pip install wordfreq==0\.0\.0"):
        make_words.main(["--output", str(tmp_path)])
    assert not list(tmp_path.iterdir())
