import numpy as np
import pytest

from book.claims import MARK, claim, close, theorem


@pytest.mark.parametrize("condition", [True, np.True_, np.ones((2, 3), bool), [True]])
def test_a_claim_that_holds_is_printed(capsys, condition):
    claim("water is wet", condition)
    assert capsys.readouterr().out == f"{MARK}water is wet\n"


@pytest.mark.parametrize("condition", [False, np.array([True, False]), [[False]]])
def test_a_claim_that_does_not_hold_stops(capsys, condition):
    with pytest.raises(AssertionError, match="water is dry"):
        claim("water is dry", condition)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("condition", [1, 0.5, "yes", None, [1, 2], np.ones(3)])
def test_what_is_no_bool_is_refused(condition):
    with pytest.raises(TypeError, match="expected a bool"):
        claim("anything goes", condition)


def test_an_empty_condition_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        claim("all of none are right", np.zeros(0, bool))


@pytest.mark.parametrize("sentence", ["", "  ", "two\nlines"])
def test_a_sentence_is_one_line_of_words(sentence):
    with pytest.raises(ValueError, match="one line"):
        claim(sentence, True)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.93712, "0.937"),
        (np.float32(0.5), "0.500"),
        (12.0, "12.0"),
        (345.6, "345.6"),
        (12345.6, "1.23e+04"),
        (4.3e-5, "4.30e-05"),
        (-0.02, "-0.0200"),
        (0.0, "0.00"),
        (7, "7"),
        (28_000, "28,000"),
        ([0.91, 0.95, 0.93], "0.910 to 0.950"),
        (np.array([3, 3]), "3 to 3"),
        ([0.9511, 0.9512], "0.951 to 0.951"),
        (np.array([[0.25]]), "0.250"),
    ],
)
def test_a_claim_shows_what_it_compared(capsys, value, words):
    claim("it holds", True, shows=value)
    assert capsys.readouterr().out == f"{MARK}it holds: {words}\n"


def test_a_claim_that_fails_shows_it_too():
    with pytest.raises(AssertionError, match="over 1: 0.500"):
        claim("over 1", [False], shows=0.5)


def test_a_theorem_says_that_it_is_one(capsys):
    theorem("tanh is below 1", np.tanh(np.arange(3.0)) < 1)
    assert capsys.readouterr().out == f"{MARK}theorem: tanh is below 1\n"
    with pytest.raises(AssertionError, match="tanh is below 0"):
        theorem("tanh is below 0", np.tanh(1.0) < 0)
    with pytest.raises(ValueError, match="one line"):
        theorem(" ", True)


@pytest.mark.parametrize(
    ("first", "second", "within"),
    [
        ([1.0, 2.0], [1.0, 2.0 + 1e-7], 1e-6),
        (np.zeros((2, 3)), 0, 1e-6),
        (1e6 + 0.5, 1e6, 1e-6),  # relative above 1
        ([1.0], [1.009], 1e-2),
    ],
)
def test_close_arrays_are_close(capsys, first, second, within):
    close("the same", first, second, within)
    assert capsys.readouterr().out == f"{MARK}the same (within {within:.0e})\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([1.0, 2.0], [1.0, 2.1]),
        ([0.0], [2e-6]),
        ([np.nan], [np.nan]),
        ([np.inf], [1.0]),
    ],
)
def test_other_arrays_are_not_close(capsys, first, second):
    with pytest.raises(AssertionError, match=r"the same\. The largest difference is"):
        close("the same", first, second)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (np.zeros((2, 3)), np.zeros(3), r"shapes \(2, 3\) and \(3,\)"),
        (0.0, np.zeros(3), "expected the same"),
        (np.zeros(0), np.zeros(0), "empty"),
    ],
)
def test_arrays_that_cannot_be_compared_are_refused(first, second, message):
    with pytest.raises(ValueError, match=message):
        close("the same", first, second)
