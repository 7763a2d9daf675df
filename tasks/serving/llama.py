"""Runs llama.cpp's server until it is told to end: arguments are GGUF file, port and context."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any


def main() -> None:
    """Serve the file of the first argument on a port of this machine."""
    import xllamacpp

    path, port, context = sys.argv[1], *map(int, sys.argv[2:4])
    threads = int(os.environ["OMP_NUM_THREADS"])
    wanted: Any = xllamacpp.CommonParams()
    wanted.model.path = path
    wanted.hostnames, wanted.port, wanted.n_ctx, wanted.n_parallel = ["127.0.0.1"], port, context, 1
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads
    wanted.warmup = False
    # Keys and values as float32 (kind 0), no flash attention: half precision moved log-probabilities by 6e-3.
    wanted.cache_type_k = wanted.cache_type_v = wanted.flash_attn_type = 0
    # By default any page in a browser may ask it, and see what others ask.
    wanted.cors_origins, wanted.ui, wanted.endpoint_slots = "http://127.0.0.1", False, False
    server = xllamacpp.Server(wanted)
    sys.stdout.write(f"listening at {server.listening_address}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.pause()


if __name__ == "__main__":
    main()
