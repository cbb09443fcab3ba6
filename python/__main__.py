"""`python FOLDER`, where FOLDER is this one: its package is importable, and nothing of the folder that a user works in."""
from latent_explorer_jax.main import main

main()
