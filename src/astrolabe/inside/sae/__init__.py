"""Sparse autoencoders: dictionaries of features, learnt from the states at a site."""
