import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from book import figures


def texts(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_show_displays_with_its_alt_text_and_closes(monkeypatch):
    seen = []
    monkeypatch.setattr(figures, "display", lambda *a, **k: seen.append((a, k)))
    fig, _ = plt.subplots()
    figures.show(fig, alt="a line that rises from left to right")
    metadata = {"image/png": {"alt": "a line that rises from left to right"}}
    assert seen == [((fig,), {"metadata": metadata})]
    assert not plt.fignum_exists(fig.number)


def draw_image(ax):
    ax.imshow([[0, 1]])


def draw_mesh(ax):
    ax.pcolormesh([[0, 1]])


def draw_curve_with_colour_bar(ax):
    ax.figure.colorbar(plt.cm.ScalarMappable(), ax=ax)


@pytest.mark.parametrize("draw", [draw_image, draw_mesh, draw_curve_with_colour_bar])
def test_colours_that_are_values_are_kept(monkeypatch, draw):
    seen = []
    monkeypatch.setattr(figures, "display", lambda fig, metadata: seen.append(metadata))
    fig, ax = plt.subplots()
    draw(ax)
    figures.show(fig, alt="from white at the left to black")
    assert seen[0]["image/png"]["keep_colours"] is True


def test_a_text_that_says_nothing_is_refused():
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="at least 20"):
        figures.show(fig, alt="a figure")
    plt.close(fig)


def test_the_cell_shows_every_shape_for_its_sizes():
    fig = figures.lstm_cell(batch=2, features=3, units=4)
    drawn = "\n".join(texts(fig))
    plt.close(fig)
    for shape in ["(2, 3)", "(2, 4)", "(2, 7)", "(7, 16)", "(16,)", "(2, 16)"]:
        assert shape in drawn


@pytest.mark.parametrize(
    ("start", "end", "leaves"),
    [
        ((0, 0, 2, 1), (5, 3, 2, 1), (1, 0)),
        ((5, 3, 2, 1), (0, 0, 2, 1), (4, 3)),
        ((0, 0, 2, 1), (1, 4, 2, 1), (0, 0.5)),
        ((1, 4, 2, 1), (0, 0, 2, 1), (1, 3.5)),
        ((0, 0, 2, 1), (5, 3), (1, 0)),
    ],
)
def test_an_arrow_leaves_by_the_side_that_faces_its_end(start, end, leaves):
    assert figures._edge(start, end) == leaves


def test_an_arrow_may_carry_a_label():
    d = figures.Diagram(6, 3)
    d.arrow(d.box(1, 1, "a"), d.box(5, 1, "b", (2, 3)), "to")
    d.note(3, 2, "a note")
    drawn = texts(d.fig)
    plt.close(d.fig)
    assert drawn == ["a", "b\n(2, 3)", "to", "a note"]
