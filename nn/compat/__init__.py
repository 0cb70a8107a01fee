"""Nets written for other small engines run here with their import line changed.

    micrograd    those of A. Karpathy's package, version 0.1.0
    lecture      those his lecture builds on screen

Their Values are in `autograd.compat`. New code is better off with `nn.MLP`.
"""
