"""What keeps a net from learning its examples by heart: penalties on its weights, noise, and stopping in time.

    criterion = Penalised(nn.MSELoss(), model, L2(0.01))       # data loss + λ R(W), in training only
"""

from nn.regularisation.disturb_label import DisturbLabel
from nn.regularisation.early_stopping import EarlyStopping, WeightChange
from nn.regularisation.eigen_analysis import L2Analysis, l2_analysis
from nn.regularisation.input_noise import InputNoise, input_noise
from nn.regularisation.penalised import Penalised, weights
from nn.regularisation.penalties import L1, L2, ElasticNet, Lp, Penalty, soft_threshold
from nn.regularisation.whats_my_rule import WhatsMyRule

__all__ = [
    "L1",
    "L2",
    "DisturbLabel",
    "EarlyStopping",
    "ElasticNet",
    "InputNoise",
    "L2Analysis",
    "Lp",
    "Penalised",
    "Penalty",
    "WeightChange",
    "WhatsMyRule",
    "input_noise",
    "l2_analysis",
    "soft_threshold",
    "weights",
]
