#include "molt_platform.h"
