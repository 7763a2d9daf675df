"""What a worker loads before its first part."""

import subprocess
import sys

CODE = "import sys; from flows.warm import warm_stages; warm_stages('no such tokenizer', 'chatml'); print(*sys.modules)"


def test_a_worker_warms_without_duckdb_or_prefect():
    """Loading what it never uses would cost each worker 0.2 s; a missing tokenizer is the run's to tell."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"tasks.convert", "tasks.cut_windows"} <= loaded
    assert not {"duckdb", "prefect"} & loaded
