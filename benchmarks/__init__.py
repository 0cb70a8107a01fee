"""How fast, how large: each job run side by side with its peers in one process. `make bench` prints the tables."""
