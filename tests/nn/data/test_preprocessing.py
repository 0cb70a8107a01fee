"""Preprocessing: scikit-learn's numbers, and a covariance that is the identity."""

import math

import numpy as np
import pytest
from sklearn import decomposition, preprocessing

from nn.data import PCA, Centre, Standardise, Whitening
from tests.support import EPS

MAPS = {"Centre": Centre, "Standardise": Standardise, "PCA": PCA, "Whitening": Whitening,
        "ZCA": lambda X: Whitening(X, zca=True), "eps": lambda X: Whitening(X, eps=0.1)}


def examples(n, features=4):
    """Correlated features of sizes 1 to 100, far from 0."""
    r = np.random.default_rng(0)
    mixed = r.exponential(size=(n, features)) @ r.normal(size=(features, features))
    return mixed * np.logspace(0, 2, features) + 50.0


TRAIN, OTHER = examples(60), examples(80)[60:]


def covariance(Z):
    """With N below the sum, not N - 1."""
    return np.cov(Z.T, bias=True)


def test_the_mean_is_that_of_training_and_no_other():
    centre = Centre(TRAIN)
    assert np.abs(centre(TRAIN).mean(axis=0)).max() <= 60 * EPS * TRAIN.max()
    assert (centre(OTHER) == OTHER - TRAIN.mean(axis=0)).all()


def test_standardised_are_scikit_learns():
    expected = preprocessing.StandardScaler().fit(TRAIN)
    ours = Standardise(TRAIN)
    for X in (TRAIN, OTHER):
        assert np.allclose(ours(X), expected.transform(X), rtol=0.0, atol=100 * EPS)
    assert np.allclose(ours(TRAIN).std(axis=0), 1.0, rtol=8 * EPS, atol=0.0)


def test_a_feature_that_never_changes_in_training_is_not_stretched():
    X = np.column_stack([TRAIN[:, 0], np.full(60, 0.1)])
    assert abs(Standardise(X)([[0.0, 2.1]])[0, 1] - 2.0) <= 4 * EPS
    assert np.abs(Standardise(X)(X)[:, 1]).max() <= EPS


@pytest.mark.parametrize("components", [1, 3, 4])
def test_principal_components_are_scikit_learns(components):
    expected = decomposition.PCA(components, svd_solver="full").fit(TRAIN)
    ours = PCA(TRAIN, components)
    bound = 100 * EPS * np.abs(TRAIN).max()
    for X in (TRAIN, OTHER):
        assert np.allclose(ours(X), expected.transform(X), rtol=0.0, atol=bound)
    assert np.allclose(ours.inverse(ours(OTHER)), expected.inverse_transform(expected.transform(OTHER)), rtol=0.0, atol=bound)
    assert np.allclose(ours.variances, expected.explained_variance_ * 59 / 60, rtol=100 * EPS)
    assert np.allclose(ours.share, expected.explained_variance_ratio_, rtol=100 * EPS)


def test_principal_components_are_not_correlated():
    ours = PCA(TRAIN)
    assert np.allclose(covariance(ours(TRAIN)), np.diag(ours.variances), rtol=0.0, atol=100 * EPS * ours.variances[0])


@pytest.mark.parametrize("zca", [False, True], ids=["PCA", "ZCA"])
def test_whitened_training_examples_have_the_identity_as_covariance(zca):
    whiten = Whitening(TRAIN, zca=zca)
    condition = math.sqrt(whiten.variances[0] / whiten.variances[-1])
    assert condition < 1000.0
    assert np.abs(covariance(whiten(TRAIN)) - np.eye(4)).max() <= 10 * EPS * condition
    assert np.abs(whiten(TRAIN).mean(axis=0)).max() <= 10 * EPS * condition
    assert np.abs(covariance(TRAIN) - np.eye(4)).max() > 10.0


def test_whitened_are_scikit_learns_but_for_one_in_N():
    expected = decomposition.PCA(whiten=True, svd_solver="full").fit(TRAIN)
    ours = Whitening(TRAIN)
    for X in (TRAIN, OTHER):
        assert np.allclose(ours(X) * math.sqrt(59 / 60), expected.transform(X), rtol=0.0, atol=1e4 * EPS)


def test_zca_is_the_symmetric_root_of_the_inverse_covariance():
    W = Whitening(TRAIN, zca=True).matrix
    assert np.allclose(W, W.T, rtol=0.0, atol=10 * EPS * np.abs(W).max())
    assert np.allclose(W @ covariance(TRAIN) @ W, np.eye(4), rtol=0.0, atol=1e4 * EPS)


def test_eps_keeps_what_hardly_varies_from_being_blown_up():
    X = [[1.0, 0.0], [-1.0, 0.0]]
    assert Whitening(X, eps=3.0)([[1.0, 5.0]]) == pytest.approx(np.array([[0.5, 5.0 / math.sqrt(3.0)]]), rel=4 * EPS)


@pytest.mark.parametrize("name", MAPS)
def test_what_was_mapped_is_taken_back(name):
    prepare = MAPS[name](TRAIN)
    back = prepare.inverse(prepare(OTHER))
    assert np.allclose(back, OTHER, rtol=0.0, atol=1e4 * EPS * np.abs(OTHER).max())
    assert np.allclose(prepare(OTHER[0]), prepare(OTHER)[0], rtol=100 * EPS)


@pytest.mark.parametrize(("make", "kind", "message"), [
    (lambda: Centre([1.0, 2.0]), ValueError, r"Centre: X has shape \(2,\)"),
    (lambda: Standardise(np.zeros((0, 2))), ValueError, r"Standardise: X has shape \(0, 2\)"),
    (lambda: PCA([[1.0, math.nan]]), ValueError, "PCA: X holds inf or nan"),
    (lambda: Centre([["a"]]), TypeError, "Centre: X: 'a'"),
    (lambda: PCA(TRAIN, 5), ValueError, r"PCA: components is 5, but X has shape \(60, 4\), and so 4 of them"),
    (lambda: PCA(TRAIN, 0.9), TypeError, "PCA: components is 0.9"),
    (lambda: Whitening(TRAIN, eps=-1.0), ValueError, "Whitening: eps is -1.0"),
    (lambda: Whitening(TRAIN, zca=1), TypeError, "Whitening: zca is 1"),
    (lambda: Whitening(np.column_stack([TRAIN, TRAIN[:, 0]])), ValueError, "Whitening: principal component 4 of X does not vary"),
    (lambda: Whitening([[2.0, 2.0], [2.0, 2.0]]), ValueError, "Whitening: principal component 0 of X does not vary"),
    (lambda: Centre(TRAIN)([[1.0]]), ValueError, r"Centre: X has shape \(1, 1\), but 4 features were prepared"),
    (lambda: PCA(TRAIN, 2).inverse(OTHER), ValueError, r"PCA: Z has shape \(20, 4\), but 2 features"),
], ids=["no rows", "empty", "nan", "text", "too many", "share", "negative eps", "zca", "collinear", "constant", "narrow", "inverse"])
def test_bad_input_is_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()
