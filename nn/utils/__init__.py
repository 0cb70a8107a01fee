"""What is done to parameters between backward() and the optimiser's step, under PyTorch's names."""

from nn.utils.clip_grad import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from nn.utils.grad_noise import GradientNoise, add_gradient_noise_

__all__ = ["GradientNoise", "add_gradient_noise_", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]
