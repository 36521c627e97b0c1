#include "molt_arrow.h"
