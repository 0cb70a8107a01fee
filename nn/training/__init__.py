"""Training a net on data: the loop that learners write by hand, done well once."""
