#!/bin/sh
# What a graphics card does here: speed against the processor and PyTorch on the same card, memory, repeatability, agreement.
# Run it on a machine with a card, in a set-up clone: `bench/gpu.sh [--quick] [--python FILE]`. It prints what it measured, and nothing else counts
# as measured. PyTorch with CUDA is taken from the Python of --python; without it, its rows say so.
set -eu
cd "$(dirname "$0")/.."
[ -f dist/engine/vae.cjs ] || node esbuild.mjs
exec node bench/gpu.mjs "$@"
