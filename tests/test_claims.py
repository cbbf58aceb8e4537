import numpy as np
import pytest

from book.claims import MARK, claim


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
