"""Code written for other small engines runs here with its import line changed.

    micrograd    A. Karpathy's package, version 0.1.0
    lecture      the engine his lecture "The spelled-out intro to neural networks and backpropagation" builds on screen

The nets of both are in `nn.compat`. New code is better off with `autograd.Value`.
"""
