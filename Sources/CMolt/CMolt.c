#include "molt.h"
