"""The lectures' eight points."""

from nn.data import eight_points


def test_the_points_are_those_of_the_lectures():
    x, y = eight_points()
    assert list(zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)) == [
        (10, 6), (15, 9), (20, 11), (25, 12), (29, 13), (40, 11), (50, 10), (60, 9),
    ]
    assert x.shape == y.shape == (8, 1)


def test_each_call_gives_arrays_of_its_own():
    eight_points()[0][0] = -1.0
    assert eight_points()[0][0] == 10.0
