"""The native executor: a small machine in C that runs lowered kernels. Nothing is compiled while a program runs."""
