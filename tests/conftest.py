# SPDX-License-Identifier: MIT
"""What every suite shares: the repository's root is importable (tools.run_qemu)."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
