#ifndef MOLT_CZLIB_SHIM_H
#define MOLT_CZLIB_SHIM_H

#include <zlib.h>

#endif
