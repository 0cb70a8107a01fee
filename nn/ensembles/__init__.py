"""Several models that answer together, and dropout, which is such an ensemble inside of one net.

    bagging(make_model, train, X, y, k=10)(X)       the mean of ten nets, each trained on a sample of its own
"""

from nn.ensembles.ensemble import Ensemble, bagging, bootstrap, majority
from nn.ensembles.moments import ErrorMoments, ensemble_mse, error_moments
from nn.ensembles.thinned import MonteCarlo, SubNetworks, mc_dropout, subnetworks

__all__ = [
    "Ensemble",
    "ErrorMoments",
    "MonteCarlo",
    "SubNetworks",
    "bagging",
    "bootstrap",
    "ensemble_mse",
    "error_moments",
    "majority",
    "mc_dropout",
    "subnetworks",
]
