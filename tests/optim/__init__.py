"""Tests of `optim`. They use a stand-in for parameters, since `optim` knows these by three attributes alone."""
