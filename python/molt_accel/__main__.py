"""`python -m molt_accel`: the diagnosis of `molt_accel.doctor`."""

import sys

from molt_accel.doctor import main

sys.exit(main())
