"""Cross-validation: every example is held out once, and scikit-learn gets the same scores."""

import random

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_score

from nn import cross_validate

R = np.random.default_rng(0)
X = R.normal(size=(53, 3))
Y = X @ [1.0, -2.0, 0.5] + R.normal(size=53)


def test_the_scores_are_scikit_learns():
    found = cross_validate(lambda X, y, X_held, y_held: LinearRegression().fit(X, y).score(X_held, y_held), X, Y, folds=5, rng=7)
    folds = KFold(5, shuffle=True, random_state=random.Random(7).getrandbits(32))
    expected = cross_val_score(LinearRegression(), X, Y, cv=folds)
    assert found.scores == pytest.approx(expected, rel=1e-12)
    assert found.mean == pytest.approx(expected.mean(), rel=1e-12)
    assert found.std == pytest.approx(np.std(expected, ddof=1), rel=1e-12)


@pytest.mark.parametrize("folds", [2, 5, 53])
def test_every_example_is_held_out_once_and_trained_on_in_all_other_folds(folds):
    held_out, sizes = [], []

    target = dict(zip(X[:, 0], Y, strict=True))

    def run(X_train, y_train, X_held, y_held):
        assert sorted([*y_train, *y_held]) == sorted(Y)
        assert [target[x] for x in X_train[:, 0]] == y_train.tolist()
        assert [target[x] for x in X_held[:, 0]] == y_held.tolist()
        held_out.extend(y_held)
        sizes.append(len(y_held))
        return 0.0

    cross_validate(run, X, Y, folds=folds, rng=0)
    assert sorted(held_out) == sorted(Y)
    assert max(sizes) - min(sizes) <= 1


def test_stratified_folds_have_the_classes_in_their_shares():
    classes = np.repeat([0, 1], [40, 10])
    found = cross_validate(lambda X, y, X_held, y_held: y_held.mean(), np.zeros((50, 1)), classes, stratified=True, rng=0)
    assert (found.scores == 0.2).all()
    plain = cross_validate(lambda X, y, X_held, y_held: y_held.mean(), np.zeros((50, 1)), classes, rng=0)
    assert (plain.scores != 0.2).any()


def test_leaving_one_out_of_a_mean_in_closed_form():
    y = np.array([1.0, 2.0, 6.0, 7.0])
    found = cross_validate(lambda X, y, X_held, y_held: abs(y_held[0] - y.mean()), np.zeros((4, 1)), y, folds=4, rng=0)
    assert sorted(found.scores) == pytest.approx(sorted(4 / 3 * abs(y - y.mean())), rel=1e-12)


def test_a_seed_repeats_the_folds():
    def scores(rng):
        return cross_validate(lambda X, y, X_held, y_held: y_held[0], X, Y, rng=rng).scores

    assert (scores(1) == scores(1)).all()
    assert (scores(1) != scores(2)).any()


@pytest.mark.parametrize(("args", "kind", "message"), [
    ({"folds": 1}, ValueError, "cross_validate: folds is 1. Give 2 or more, and at most 53: one for each example"),
    ({"folds": 54}, ValueError, "cross_validate: folds is 54"),
    ({"folds": 2.0}, TypeError, "cross_validate: folds is 2.0"),
    ({"y": np.arange(53) > 50, "folds": 4, "stratified": True}, ValueError, "at most 2: the members of the smallest class"),
    ({"stratified": 1}, TypeError, "cross_validate: stratified is 1"),
    ({"y": Y[:5]}, ValueError, r"cross_validate: X has shape \(53, 3\) and y \(5,\)"),
    ({"run": 0.5}, TypeError, "cross_validate: run is 0.5"),
], ids=["one fold", "many folds", "real folds", "small class", "flag", "few targets", "no function"])
def test_bad_input_is_refused(args, kind, message):
    with pytest.raises(kind, match=message):
        cross_validate(**{"run": lambda *_: 0.0, "X": X, "y": Y, **args})
