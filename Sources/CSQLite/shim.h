#ifndef MOLT_CSQLITE_SHIM_H
#define MOLT_CSQLITE_SHIM_H

#include <sqlite3.h>

// An empty Swift array may have no address, which SQLite would take for NULL; hence the `? :`.
//
// SQLITE_TRANSIENT and SQLITE_STATIC are casts of integers to function pointers, which Swift's
// importer leaves out.
static inline int molt_bind_text_copy(sqlite3_stmt *statement, int index, const char *text,
                                      sqlite3_uint64 byteCount) {
  return sqlite3_bind_text64(statement, index, text ? text : "", byteCount, SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}

static inline int molt_bind_blob_copy(sqlite3_stmt *statement, int index, const void *bytes,
                                      sqlite3_uint64 byteCount) {
  return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", byteCount, SQLITE_TRANSIENT);
}

static inline void molt_result_text_copy(sqlite3_context *context, const char *text,
                                         sqlite3_uint64 byteCount) {
  sqlite3_result_text64(context, text ? text : "", byteCount, SQLITE_TRANSIENT, SQLITE_UTF8);
}

#endif
