"""Losses: values and gradients against PyTorch, mpmath and hand arithmetic; how they reduce; how they hang together."""

import inspect
import math
import random

import mpmath as mp
import numpy as np
import pytest

import autograd
from autograd import Value, gradcheck, gradients, values
from nn import functional, loss
from tests.nn.recorded import flat, leaves, outcome
from tests.oracles import files
from tests.oracles.record_losses import reduced
from tests.support import digits, ulps

RECORDED = files.load("losses")["cases"]
each_recorded = pytest.mark.parametrize("case", RECORDED, ids=[f"{i}-{c['loss']}" for i, c in enumerate(RECORDED)])

CLASSES = {
    "mean_error": loss.MeanError,
    "l1_loss": loss.L1Loss,
    "mse_loss": loss.MSELoss,
    "huber_loss": loss.HuberLoss,
    "smooth_l1_loss": loss.SmoothL1Loss,
    "gaussian_nll_loss": loss.GaussianNLLLoss,
    "binary_cross_entropy": loss.BCELoss,
    "binary_cross_entropy_with_logits": loss.BCEWithLogitsLoss,
    "multilabel_soft_margin_loss": loss.MultiLabelSoftMarginLoss,
    "cross_entropy": loss.CrossEntropyLoss,
    "nll_loss": loss.NLLLoss,
    "categorical_cross_entropy": loss.CategoricalCrossEntropyLoss,
    "hinge_loss": loss.HingeLoss,
    "multiclass_hinge_loss": loss.MulticlassHingeLoss,
    "multi_margin_loss": loss.MultiMarginLoss,
}
OURS = {"mean_error", "categorical_cross_entropy", "hinge_loss", "multiclass_hinge_loss"}

X = [[0.5, -1.25, 2.0], [1.5, 0.25, -0.75], [-2.0, 0.125, 1.0], [0.75, 3.0, -0.5]]
Y = [[0.25, 1.0, -2.0], [-1.5, 0.5, 0.75], [2.0, -0.5, 1.5], [3.0, -1.0, 0.0]]
P = [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.625, 0.25, 0.125], [0.1, 0.2, 0.7]]
CHOSEN = [2, 0, 1, 1]
ONE_HOT = [[float(j == c) for j in range(3)] for c in CHOSEN]
SIGNS = [[1.0 if y > 0 else -1.0 for y in row] for row in Y]
EXAMPLES = {
    **dict.fromkeys(["mean_error", "l1_loss", "mse_loss", "huber_loss", "smooth_l1_loss"], (X, Y)),
    "gaussian_nll_loss": (X, Y, [[1.0 + p for p in row] for row in P]),
    "binary_cross_entropy": (P, ONE_HOT),
    "binary_cross_entropy_with_logits": (X, P),
    "multilabel_soft_margin_loss": (X, ONE_HOT),
    "cross_entropy": (X, CHOSEN),
    "nll_loss": (X, CHOSEN),
    "categorical_cross_entropy": (P, ONE_HOT),
    "hinge_loss": (X, SIGNS),
    "multiclass_hinge_loss": (X, CHOSEN),
    "multi_margin_loss": (X, CHOSEN),
}
"""A batch for each loss, away from kinks."""

BY_EXAMPLE = {
    "multilabel_soft_margin_loss", "cross_entropy", "nll_loss", "categorical_cross_entropy", "multiclass_hinge_loss", "multi_margin_loss",
}
each_loss = pytest.mark.parametrize("name", CLASSES)


def call(name, *arguments, **settings):
    return getattr(functional, name)(*arguments, **settings)


class TestAgainstPyTorch:
    LARGE = ("binary_cross_entropy_with_logits", "cross_entropy", "multilabel_soft_margin_loss")
    """PyTorch subtracts numbers as large as the logits (in gradients: probabilities) where we do not: ulp of those are counted."""

    @each_recorded
    @pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
    def test_values_and_gradients(self, case, reduction):
        name, recorded = case["loss"], case["results"][reduction]
        found, slopes = outcome(getattr(functional, name), case["arguments"], {**case["settings"], "reduction": reduction})
        logits = max(abs(x) for x in flat(case["arguments"]["input"])) if name in self.LARGE else 0.0
        for x, exact in zip(found, flat(recorded["value"]), strict=True):
            assert ulps(x, exact, scale=logits) <= 2.0
        for k, (x, g, exact) in enumerate(
            zip(flat(case["arguments"]["input"]), slopes["input"], flat(recorded["gradients"]["input"]), strict=True), start=1
        ):
            if name != "binary_cross_entropy" or 0.0 < x < 1.0:
                assert ulps(g, exact, scale=k if name in self.LARGE else 0.0) <= 3.0

    @each_recorded
    @pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
    def test_gradients_to_targets_and_variances(self, case, reduction):
        recorded = case["results"][reduction]["gradients"]
        _, slopes = outcome(getattr(functional, case["loss"]), case["arguments"], {**case["settings"], "reduction": reduction})
        assert set(slopes) == set(recorded)
        logits = max(abs(x) for x in flat(case["arguments"]["input"])) if case["loss"] in self.LARGE else 1.0
        for name in set(slopes) - {"input"}:
            for k, (g, exact) in enumerate(zip(slopes[name], flat(recorded[name]), strict=True), start=1):
                if math.isfinite(exact):  # binary_cross_entropy holds its logarithm; PyTorch lets it go in this gradient
                    assert ulps(g, exact, scale=k * logits) <= 2.0

    @pytest.mark.long
    @each_recorded
    def test_the_recording_is_what_pytorch_says(self, case):
        torch = pytest.importorskip("torch")
        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        try:
            now = {reduction: reduced(torch, case, reduction) for reduction in case["results"]}
        finally:
            torch.set_default_dtype(before)
        for reduction, recorded in case["results"].items():
            assert flat(now[reduction]["value"]) == pytest.approx(flat(recorded["value"]), rel=1e-12)
            for name, slopes in recorded["gradients"].items():
                assert flat(now[reduction]["gradients"][name]) == pytest.approx(flat(slopes), rel=1e-12, abs=1e-15, nan_ok=True)

    def test_every_loss_of_pytorch_is_recorded(self):
        assert {case["loss"] for case in RECORDED} == set(CLASSES) - OURS

    @each_recorded
    def test_classes_have_the_bits_of_functions(self, case):
        for reduction in ("mean", "sum", "none"):
            settings = {**case["settings"], "reduction": reduction}
            of_function = outcome(getattr(functional, case["loss"]), case["arguments"], settings)
            assert outcome(CLASSES[case["loss"]](**settings), case["arguments"], {}) == of_function


class TestNumbersOfTheLectures:
    y = (10.2, 3.5, 7.1, 14.5, 17.2, 9.5, 2.7, 11.5, 5.9, 15.3)
    predicted = (9.4, 1.7, 6.9, 15.4, 18.4, 11.3, 2.5, 11.1, 6.7, 15.2)

    @pytest.mark.parametrize(("name", "exact"), [("mean_error", "-0.12"), ("l1_loss", "0.82"), ("mse_loss", "1.026")])
    def test_error_row(self, name, exact):
        assert ulps(call(name, self.predicted, self.y).item(), mp.mpf(exact), scale=20.0) <= 1.0

    @pytest.mark.parametrize(("p", "shown"), [(0.9, 0.105361), (0.2, 1.609438)])
    def test_binary_cross_entropy(self, p, shown):
        found = call("binary_cross_entropy", p, 1.0).item()
        assert round(found, 6) == shown
        with digits(40):
            assert ulps(found, -mp.log(mp.mpf(p))) <= 1.0

    def test_multiclass_hinge(self):
        """Three images, three classes: (3.2, 5.1, -1.7) for 0, (1.3, 4.9, 2.0) for 1, (2.2, 2.5, -3.1) for 2: 2.9, 0 and 12.9."""
        scores = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]
        terms = values(call("multiclass_hinge_loss", scores, [0, 1, 2], reduction="none"))
        for found, exact in zip(terms, ("2.9", "0", "12.9"), strict=True):
            assert ulps(found, mp.mpf(exact), scale=8.0) <= 1.0
        assert ulps(call("multiclass_hinge_loss", scores, [0, 1, 2]).item(), mp.mpf("15.8") / 3, scale=8.0) <= 1.0

    def test_cross_entropy_of_no_opinion_is_ln_c_and_the_hinge_c_minus_1(self):
        for classes in (2, 3, 10):
            scores = [0.25] * classes
            with digits(40):
                assert ulps(call("cross_entropy", scores, 1).item(), mp.log(classes)) <= 1.0
            assert call("multiclass_hinge_loss", scores, 1).item() == classes - 1.0
            assert call("multi_margin_loss", scores, 1).item() == (classes - 1.0) / classes


class TestDigits:
    """Against mpmath, over the full range."""

    def test_binary_cross_entropy_with_logits_is_within_1_5_ulp(self):
        r = random.Random(6)
        for _ in range(1500):
            x = r.choice((-1.0, 1.0)) * 10.0 ** r.uniform(-12.0, math.log10(700.0))
            for y in (0.0, 1.0, r.random()):
                leaf = Value(x)
                found = call("binary_cross_entropy_with_logits", leaf, y)
                with digits(350):
                    e = mp.exp(mp.mpf(x))
                    assert ulps(found.item(), y * mp.log1p(1 / e) + (1 - mp.mpf(y)) * mp.log1p(e)) <= 1.5
                    assert ulps(gradients(found, [leaf])[0].item(), e / (1 + e) - y, scale=float(0.0 < y < 1.0)) <= 1.6

    def test_cross_entropy_of_a_class_keeps_the_digits_of_the_smallest_loss(self):
        """Logits in eighths, whose differences are exact. ln Σ eˣ - x_c would be 0 for many of these.

        The slopes are exponentials of numbers up to d = the spread of the logits, whose rounding costs d/2 ulp.
        """
        r = random.Random(7)
        for _ in range(500):
            x = [r.randrange(-400, 400) / 8.0 for _ in range(r.randint(2, 5))]
            c = max(range(len(x)), key=x.__getitem__) if r.random() < 0.7 else r.randrange(len(x))
            row = [Value(logit) for logit in x]
            found = call("cross_entropy", row, c)
            with digits(600):
                powers = [mp.exp(mp.mpf(logit) - x[c]) for logit in x]
                others = mp.fsum(power for j, power in enumerate(powers) if j != c)
                assert ulps(found.item(), mp.log1p(others)) <= 3.0
                for j, g in enumerate(gradients(found, row)):
                    assert ulps(g.item(), -others / (1 + others) if j == c else powers[j] / (1 + others)) <= 4.0 + (max(x) - min(x)) / 2.0

    def test_binary_cross_entropy_keeps_the_digits_of_small_probabilities(self):
        r = random.Random(8)
        for _ in range(1000):
            p = 10.0 ** r.uniform(-42.0, 0.0)
            for y in (0.0, 1.0):
                leaf = Value(p)
                found = call("binary_cross_entropy", leaf, y)
                with digits(80):
                    x = mp.mpf(p)
                    assert ulps(found.item(), -mp.log(x) if y else -mp.log1p(-x)) <= 1.5
                    assert ulps(gradients(found, [leaf])[0].item(), -1 / x if y else 1 / (1 - x)) <= 2.0

    def test_categorical_cross_entropy(self):
        targets = P[::-1]
        found = values(call("categorical_cross_entropy", P, targets, reduction="none"))
        with digits(40):
            for p, t, term in zip(P, targets, found, strict=True):
                assert ulps(term, -mp.fsum(mp.mpf(tj) * mp.log(mp.mpf(pj)) for tj, pj in zip(t, p, strict=True))) <= 2.0

    @pytest.mark.parametrize("settings", [{}, {"full": True}])
    def test_gaussian_likelihood_is_that_of_the_density(self, settings):
        for x, y, v in ((1.0, 3.0, 0.5), (-2.0, -2.0, 3.0), (0.3, 1e3, 1e-6)):
            with digits(40):
                exact = -mp.log(mp.npdf(mp.mpf(y), x, mp.sqrt(mp.mpf(v))))
                exact -= 0 if settings else mp.log(2 * mp.pi) / 2
                assert ulps(call("gaussian_nll_loss", x, y, v, **settings).item(), exact, scale=1.0) <= 2.0


class TestProbabilitiesOf0And1:
    @pytest.mark.parametrize(("p", "y", "slope"), [(0.0, 1.0, -1000000003995.8029), (1.0, 0.0, 1000000003995.8029)])
    def test_a_certain_error_costs_100_and_has_pytorchs_slope(self, p, y, slope):
        """PyTorch rounds its 1e-12 to single precision, and 1 - 1e-12 is rounded here: they agree in four digits."""
        leaf = Value(p)
        found = call("binary_cross_entropy", leaf, y)
        found.backward()
        assert found.item() == 100.0
        assert leaf.grad == pytest.approx(slope, rel=1e-4)

    @pytest.mark.parametrize("p", [0.0, 1.0])
    def test_certainty_that_is_right_costs_nothing_and_has_the_slope_of_the_logarithm(self, p):
        """PyTorch's gradient is 0 here; the derivative of -ln p at 1 is -1."""
        leaf = Value(p)
        found = call("binary_cross_entropy", leaf, p)
        found.backward()
        assert found.item() == 0.0
        assert leaf.grad == (-1.0 if p else 1.0)

    def test_below_e_to_the_minus_100_the_loss_is_held(self):
        for p in (3e-44, 1e-200, 5e-324):
            assert call("binary_cross_entropy", p, 1.0).item() == 100.0
        assert 99.9 < call("binary_cross_entropy", 4e-44, 1.0).item() < 100.0

    def test_a_confident_error_behind_a_sigmoid_keeps_its_gradient(self):
        """PyTorch's has faded to -4e-6 of its size."""
        logit = Value(-40.0)
        call("binary_cross_entropy", functional.sigmoid(logit), 1.0).backward()
        assert logit.grad == pytest.approx(-1.0, abs=1e-15)

    def test_higher_derivatives_are_finite(self):
        leaf = Value(0.0)
        first = gradients(call("binary_cross_entropy", leaf, 1.0), [leaf], create_graph=True)[0]
        assert math.isfinite(gradients(first, [leaf])[0].item())

    def test_categorical_cross_entropy_is_held_too(self):
        row = [Value(0.0), Value(1.0)]
        found = call("categorical_cross_entropy", row, [1.0, 0.0])
        found.backward()
        assert found.item() == 100.0
        assert row[0].grad == pytest.approx(-1e12)


class TestDerivatives:
    @each_loss
    def test_second_order_in_all_outputs(self, name):
        input, *rest = EXAMPLES[name]
        rest = [part[:2] for part in rest]

        def f(*xs):
            return call(name, [list(xs[:3]), list(xs[3:])], *rest)

        gradcheck(f, flat(input[:2]), order=2)

    @pytest.mark.parametrize("settings", [{"delta": 0.5}, {"delta": 10.0}])
    def test_huber_on_both_sides_of_its_bend(self, settings):
        gradcheck(lambda x: call("huber_loss", x, 0.3, **settings), 1.7, order=2)
        gradcheck(lambda x: call("huber_loss", x, 0.3, **settings), -1.7, order=2)

    def test_huber_is_a_parabola_at_its_centre(self):
        x = Value(0.25)
        first = gradients(call("huber_loss", x, 0.25), [x], create_graph=True)[0]
        second = gradients(first, [x], create_graph=True)[0]
        third = gradients(second, [x])[0]
        assert (first.item(), second.item(), third.item()) == (0.0, 1.0, 0.0)

    @pytest.mark.parametrize("settings", [{"p": 2}, {"p": 2, "margin": 3.0, "weight": [0.5, 1.0, 2.0]}])
    def test_squared_margins(self, settings):
        gradcheck(lambda *x: call("multi_margin_loss", list(x), 1, **settings), X[0], order=2)

    @pytest.mark.parametrize(
        "settings", [{"weight": [3.0, 1.0, 2.0]}, {"label_smoothing": 0.2}, {"weight": [3.0, 1.0, 2.0], "label_smoothing": 0.7}]
    )
    def test_cross_entropy_with_settings(self, settings):
        gradcheck(lambda *x: call("cross_entropy", list(x), 1, **settings), X[0], order=2)
        gradcheck(lambda *x: call("cross_entropy", list(x), P[0], **settings), X[0], order=2)

    def test_targets_and_variances(self):
        gradcheck(lambda y, v: call("gaussian_nll_loss", 0.5, y, v, full=True), [1.0, 0.7], order=2)
        gradcheck(lambda y: call("binary_cross_entropy", 0.3, y), 0.6)
        gradcheck(lambda y: call("binary_cross_entropy_with_logits", 0.3, y, pos_weight=2.0), 0.6)
        gradcheck(lambda *t: call("cross_entropy", X[0], list(t), label_smoothing=0.1), [0.2, 0.3, 0.4])
        gradcheck(lambda *t: call("categorical_cross_entropy", P[0], list(t)), [0.2, 0.3, 0.4])

    def test_raising_the_variance_to_eps_is_not_differentiated(self):
        """As PyTorch documents: below eps the gradient is the one at eps, so a variance can find its way up again."""
        below, at = Value(1e-9), Value(1e-6)
        for v in (below, at):
            call("gaussian_nll_loss", 1.0, 3.0, v).backward()
        assert ulps(below.grad, at.grad) <= 2.0


class TestReductions:
    @each_loss
    def test_mean_and_sum_are_those_of_none(self, name):
        arguments = EXAMPLES[name]
        terms = flat(call(name, *arguments, reduction="none"))
        total = autograd.sum(values(terms).tolist())
        assert call(name, *arguments, reduction="sum").item() == total
        assert call(name, *arguments).item() == total / len(terms)

    @each_loss
    def test_none_has_a_term_for_each_member_or_each_example(self, name):
        out = call(name, *EXAMPLES[name], reduction="none")
        assert out.dtype == object
        assert out.shape == ((4,) if name in BY_EXAMPLE else (4, 3))
        assert all(isinstance(term, Value) for term in out.flat)

    @each_loss
    def test_a_batch_costs_the_mean_of_its_examples(self, name):
        arguments = EXAMPLES[name]
        singles = [call(name, *example).item() for example in zip(*arguments, strict=True)]
        assert ulps(call(name, *arguments).item(), mp.fsum(singles) / 4, scale=max(map(abs, singles))) <= 2.0

    @each_loss
    def test_the_gradient_of_a_batch_is_that_of_its_examples_over_their_number(self, name):
        input, *rest = EXAMPLES[name]
        batch = leaves(input)
        slopes = gradients(call(name, batch, *rest), flat(batch))
        for i, row in enumerate(batch):
            alone = gradients(call(name, row, *(part[i] for part in rest)), row)
            for g, single in zip(slopes[3 * i:], alone, strict=False):
                assert ulps(g.item(), mp.mpf(single.item()) / 4, scale=0.25) <= 1.0

    @each_loss
    def test_numbers_lists_and_arrays_are_alike_and_give_values(self, name):
        input, *rest = EXAMPLES[name]
        found = call(name, leaves(input), *rest)
        arrays = [np.array(part) for part in EXAMPLES[name]]
        for arguments in (EXAMPLES[name], arrays, (arrays[0].astype(object), *rest)):
            same = call(name, *arguments)
            assert isinstance(same, Value)
            assert same.item() == found.item()

    @pytest.mark.parametrize("name", sorted(set(CLASSES) - BY_EXAMPLE))
    def test_a_single_output_and_its_target(self, name):
        arguments = [part[0][0] for part in EXAMPLES[name]]
        for reduction in ("mean", "sum", "none"):
            found = call(name, Value(arguments[0]), *arguments[1:], reduction=reduction)
            assert isinstance(found, Value)
            assert found.item() == call(name, *([[x]] for x in arguments)).item()

    @each_loss
    def test_the_mean_of_one_term_is_the_term_itself(self, name):
        input, *rest = ([part[0]] if name in BY_EXAMPLE else [[part[0][0]]] for part in EXAMPLES[name])
        for reduction in ("mean", "sum"):
            found, term = call(name, leaves(input), *rest, reduction=reduction), flat(call(name, leaves(input), *rest, reduction="none"))[0]
            assert found.op is term.op

    def test_ignored_examples_cost_nothing_and_do_not_count(self):
        kept = call("cross_entropy", [X[0], X[2]], [CHOSEN[0], CHOSEN[2]])
        rows = leaves(X)
        found = call("cross_entropy", rows, [CHOSEN[0], -100, CHOSEN[2], -100])
        assert found.item() == kept.item()
        found.backward()
        assert [x.grad for x in rows[1] + rows[3]] == [None] * 6
        assert values(call("cross_entropy", X, [-100] * 4, reduction="none")).tolist() == [0.0] * 4
        assert call("cross_entropy", X, [-100] * 4, reduction="sum").item() == 0.0

    def test_variances_stretch_over_an_example_or_a_batch(self):
        for small, full in (
            (2.0, [[2.0] * 3] * 4),
            ([1.0, 2.0, 3.0, 4.0], [[v] * 3 for v in (1.0, 2.0, 3.0, 4.0)]),
            ([[1.0], [2.0], [3.0], [4.0]], [[v] * 3 for v in (1.0, 2.0, 3.0, 4.0)]),
        ):
            assert call("gaussian_nll_loss", X, Y, small).item() == call("gaussian_nll_loss", X, Y, full).item()


class TestTheyHangTogether:
    def test_gaussian_of_variance_1_is_half_the_squared_error(self):
        assert call("gaussian_nll_loss", X, Y, 1.0).item() == call("mse_loss", X, Y).item() / 2.0

    def test_bernoulli_from_logits_is_the_one_from_probabilities(self):
        p = functional.sigmoid(X)
        assert ulps(call("binary_cross_entropy", p, P).item(), call("binary_cross_entropy_with_logits", X, P).item()) <= 4.0

    def test_bernoulli_is_the_categorical_of_two_classes(self):
        for x in (-30.0, -0.5, 0.0, 2.0, 700.0):
            assert ulps(call("cross_entropy", [0.0, x], 1).item(), call("binary_cross_entropy_with_logits", x, 1.0).item()) <= 2.0

    def test_categorical_from_logits_log_probabilities_and_probabilities(self):
        found = call("cross_entropy", X, CHOSEN).item()
        assert ulps(call("cross_entropy", X, ONE_HOT).item(), found) <= 4.0
        assert ulps(call("nll_loss", functional.log_softmax(X), CHOSEN).item(), found) <= 4.0
        assert ulps(call("categorical_cross_entropy", functional.softmax(X), ONE_HOT).item(), found) <= 4.0

    def test_multi_label_is_the_bernoulli_mean(self):
        bernoulli = call("binary_cross_entropy_with_logits", X, ONE_HOT).item()
        assert ulps(call("multilabel_soft_margin_loss", X, ONE_HOT).item(), bernoulli) <= 2.0

    def test_smooth_l1_is_huber_over_beta_and_l1_at_beta_0(self):
        assert ulps(call("smooth_l1_loss", X, Y, beta=0.3).item(), call("huber_loss", X, Y, delta=0.3).item() / 0.3) <= 3.0
        assert call("smooth_l1_loss", X, Y, beta=0.0).item() == call("l1_loss", X, Y).item()

    def test_multi_margin_is_the_multiclass_hinge_over_the_number_of_classes(self):
        assert ulps(3.0 * call("multi_margin_loss", X, CHOSEN).item(), call("multiclass_hinge_loss", X, CHOSEN).item()) <= 2.0

    def test_binary_hinge_is_the_multiclass_hinge_of_scores_0_and_s(self):
        for s in (-2.0, 0.25, 1.0, 3.0):
            assert call("hinge_loss", s, 1.0).item() == call("multiclass_hinge_loss", [0.0, s], 1).item()
            assert call("hinge_loss", s, -1.0).item() == call("multiclass_hinge_loss", [0.0, s], 0).item()

    def test_smoothed_labels_are_probabilities(self):
        smooth = [[0.8 * t + 0.2 / 3.0 for t in row] for row in ONE_HOT]
        assert ulps(call("cross_entropy", X, CHOSEN, label_smoothing=0.2).item(), call("cross_entropy", X, smooth).item()) <= 2.0


class TestClasses:
    @each_loss
    def test_every_reduction_is_kept(self, name):
        for reduction in ("mean", "sum", "none"):
            found = CLASSES[name](reduction=reduction)(*EXAMPLES[name])
            assert values(found).tolist() == values(call(name, *EXAMPLES[name], reduction=reduction)).tolist()

    def test_all_are_exported(self):
        assert sorted(loss.__all__) == sorted(cls.__name__ for cls in CLASSES.values())

    @each_loss
    def test_settings_are_those_of_the_function(self, name):
        def settings(f):
            return {k: x.default for k, x in inspect.signature(f).parameters.items() if x.default is not inspect.Parameter.empty}

        assert settings(CLASSES[name]) == settings(getattr(functional, name))

    def test_weights_stand_in_the_state_dict_as_in_pytorch(self):
        assert {k: x.tolist() for k, x in loss.BCEWithLogitsLoss([1.0, 2.0], pos_weight=[3.0, 4.0]).state_dict().items()} == {
            "weight": [1.0, 2.0], "pos_weight": [3.0, 4.0],
        }
        assert loss.CrossEntropyLoss(weight=[1.0, 2.0]).state_dict()["weight"].tolist() == [1.0, 2.0]
        assert loss.CrossEntropyLoss().state_dict() == {}

    @pytest.mark.parametrize("cls", CLASSES.values())
    def test_an_unknown_reduction_is_refused_when_the_loss_is_made(self, cls):
        with pytest.raises(ValueError, match=rf"{cls.__name__}: the reduction is 'average'. Use 'mean', 'sum' or 'none'"):
            cls(reduction="average")

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: loss.HuberLoss(delta=0.0), "delta is 0.0"),
            (lambda: loss.SmoothL1Loss(beta=-1.0), "beta is -1.0"),
            (lambda: loss.GaussianNLLLoss(eps=0.0), "eps is 0.0"),
            (lambda: loss.CrossEntropyLoss(label_smoothing=1.5), "label_smoothing is 1.5"),
            (lambda: loss.MultiMarginLoss(p=3), "p is 3"),
        ],
    )
    def test_bad_settings_are_refused_when_the_loss_is_made(self, make, message):
        with pytest.raises(ValueError, match=message):
            make()

    @pytest.mark.parametrize("cls", [loss.BCELoss, loss.CrossEntropyLoss, loss.NLLLoss, loss.MultiMarginLoss])
    def test_weights_that_are_no_numbers_are_refused_when_the_loss_is_made(self, cls):
        with pytest.raises(TypeError):
            cls(weight=["heavy"])
