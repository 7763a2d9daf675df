"""torchrun that ends with the process that started it: `python -m tasks.training.torchrun WORDS`, as torchrun's."""

from __future__ import annotations

import os

from torch.distributed.run import main

from tasks.training.process import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    os.setsid()  # Ctrl-C goes to the whole terminal; the parent hands it on
    main()
