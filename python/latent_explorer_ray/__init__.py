"""What runs on a cluster of Ray beside `vae`: it starts processes of `vae`, and computes nothing."""
