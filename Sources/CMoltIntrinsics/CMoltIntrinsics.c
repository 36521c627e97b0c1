#include "molt_intrinsics.h"
