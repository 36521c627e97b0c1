// molt.h: the C interface of libmolt, version 1.
//
// Threads: a database and its statements may be used from any number of threads at once. A cursor
// and an answer belong to one thread at a time. libmolt starts no thread of its own.
// Forks: loading, opening and preparing before a fork is fine. The child opens its own connections.
// Ownership: every `*_open`, `*_prepare` and `*_create` gives the caller one reference, returned with
// the matching `*_close` or `*_release`; passing NULL there does nothing. Bytes that a function takes
// are copied before it returns. Formats: docs/formats/shape.md, docs/formats/errors.md.
#ifndef MOLT_H
#define MOLT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MOLT_ABI_VERSION 1
#define MOLT_MESSAGE_CAPACITY 1000

/// What went wrong. The caller allocates it; a function that returns 0 leaves it untouched.
typedef struct molt_error {
  int32_t code;      ///< a code of docs/formats/errors.md, equal to the function's result
  int32_t reserved;  ///< 0
  int64_t offset;    ///< byte offset, row number, or -1
  char message[MOLT_MESSAGE_CAPACITY];  ///< UTF-8, ended by a NUL, cut at a character if too long
} molt_error;

typedef struct molt_database molt_database;
typedef struct molt_statement molt_statement;
typedef struct molt_cursor molt_cursor;
typedef struct molt_cancellation molt_cancellation;

/// How far one run may go. All zero: no limits.
typedef struct molt_run_options {
  uint64_t timeout_nanoseconds;     ///< from now; 0: none
  uint64_t row_limit;               ///< more rows: too_large; 0: none
  uint64_t byte_limit;              ///< more bytes: too_large; 0: none
  molt_cancellation *cancellation;  ///< borrowed for the call (for a cursor: until it is closed), or NULL
} molt_run_options;

/// The bytes of one run, in memory of libmolt's.
///
/// All zero before its first use. A run overwrites what an earlier one answered and uses the memory
/// again, which saves the cost of fresh pages. After its last use, and whether the runs succeeded or
/// not, the caller owes `molt_answer_release`.
typedef struct molt_answer {
  const uint8_t *bytes;  ///< never NULL after success, also when byte_count is 0
  size_t byte_count;
  uint64_t row_count;
  void *owner;           ///< libmolt's; do not touch
} molt_answer;

/// MOLT_ABI_VERSION of the library, to compare with the header's.
uint32_t molt_abi_version(void);

/// The version of Molt, such as "0.1.0". Static, never released.
const char *molt_version(void);

/// The address of the sqlite3_libversion function that libmolt calls.
///
/// A process must not use one database file through two copies of SQLite: closing a file in one
/// drops the other's locks (sqlite.org/howtocorrupt.html, section 2.2). Compare this address with
/// that of the copy the process already uses.
const void *molt_sqlite_address(void);

/// Opens a database for reading.
///
/// `options` is a MessagePack map. An unknown key is an error. For a SQLite file, which must exist:
///
///   "engine"              "sqlite"
///   "path"                str
///   "busy_timeout_ms"     integer, default 5000
///   "connections"         integer, the most idle connections kept, default 8
///
/// For a PostgreSQL server, to which a connection is made at once:
///
///   "engine"              "postgres"
///   "user"                str
///   "host"                str, default "localhost"; a folder (a leading slash) means a Unix socket
///   "port"                integer, default 5432
///   "password"            str
///   "database"            str, default the user's name
///   "sslmode"             "disable", "allow", "prefer" (default; all three mean no TLS here);
///                         "require", "verify-ca" and "verify-full" are unsupported
///   "settings"            a map of str to str: the sessions' settings, such as TimeZone
///   "connections"         integer, the most idle connections kept, default 8
///   "connect_timeout_ms"  integer, default 10000
///
/// Returns 0, or invalid_input, unavailable, forbidden, unsupported, timeout.
int32_t molt_database_open(const uint8_t *options, size_t options_count, molt_database **database,
                           molt_error *error);

/// Closes the database when its last statement and cursor are gone.
void molt_database_close(molt_database *database);

/// Compiles SQL and an output shape for any number of runs.
///
/// Parameters are `?` for SQLite and `$1`, `$2`, ... for PostgreSQL, where the shape may name their
/// types. The statement keeps its database alive. Returns 0, or invalid_input (bad SQL, bad shape),
/// forbidden (the SQL would write; PostgreSQL says so when it runs), unsupported (an unknown SQL
/// function, a column whose type the shape does not expect), unavailable.
int32_t molt_statement_prepare(molt_database *database, const char *sql, size_t sql_count,
                               const uint8_t *shape, size_t shape_count, molt_statement **statement,
                               molt_error *error);

void molt_statement_release(molt_statement *statement);

/// Runs a statement and answers all its bytes at once.
///
/// `arguments` is the MessagePack array of docs/formats/shape.md; `options` may be NULL.
int32_t molt_statement_run(molt_statement *statement, const uint8_t *arguments,
                           size_t arguments_count, const molt_run_options *options,
                           molt_answer *answer, molt_error *error);

/// Gives an answer's memory back and sets it to zero; harmless for one that is zero, or NULL.
void molt_answer_release(molt_answer *answer);

/// Starts a run whose answer is taken in pieces: a read transaction stays open until the close.
int32_t molt_cursor_open(molt_statement *statement, const uint8_t *arguments, size_t arguments_count,
                         const molt_run_options *options, molt_cursor **cursor, molt_error *error);

/// Answers the next piece, about `byte_count_hint` bytes (0: 64 KiB).
///
/// A piece of 0 bytes is the end; `row_count` counts the rows so far. After an error only `molt_cursor_close` is allowed.
int32_t molt_cursor_next(molt_cursor *cursor, size_t byte_count_hint, molt_answer *piece,
                         molt_error *error);

void molt_cursor_close(molt_cursor *cursor);

/// The struct of the Arrow C stream interface, which the caller defines (molt_arrow.h does).
struct ArrowArrayStream;

/// Runs SQL on a PostgreSQL database and answers its rows as columns: a stream of record batches.
///
/// `arguments` is as for `molt_statement_run`, its envelope unused; `options` may be NULL. A batch has
/// `batch_row_count` rows at most (0: 65,536), and fewer where its values pass 64 MiB. The types are
/// those of docs/columns.md. On success the caller owes `molt_stream_free`. Until the last batch a
/// read transaction stays open; batches stay valid without the stream and the database. `get_next`
/// waits for the server; its errors are EINVAL, EIO, ETIMEDOUT and ECANCELED, with a sentence in
/// `get_last_error`. As every such stream, it may be moved: its `release` is then NULL.
int32_t molt_columns_open(molt_database *database, const char *sql, size_t sql_count,
                          const uint8_t *arguments, size_t arguments_count,
                          const molt_run_options *options, uint64_t batch_row_count,
                          struct ArrowArrayStream **stream, molt_error *error);

/// Releases a stream of `molt_columns_open`, which ends its run, unless it was moved, and frees the
/// struct.
void molt_stream_free(struct ArrowArrayStream *stream);

/// Tells libmolt, which does not know Python, where its `PyCapsule_GetPointer` is.
void molt_capsule_bind(void *(*pointer_of)(void *capsule, const char *name));

/// A destructor of Python capsules named "arrow_array_stream": frees the stream of
/// `molt_columns_open` that one holds. Needs `molt_capsule_bind`.
void molt_capsule_release(void *capsule);

/// What `molt_worker_run` answers besides the codes of errors that the worker itself sent.
enum {
  MOLT_WORKER_INTERRUPTED = -1,  ///< a signal came before the answer: call again, arguments NULL
  MOLT_WORKER_LOST = -2,         ///< the connection ended; error.offset is errno, or 0
  MOLT_WORKER_SILENT = -3,       ///< no answer by the deadline
  MOLT_WORKER_MISMATCH = -4,     ///< what came is no reply to the request
  MOLT_WORKER_TOO_LARGE = -5,    ///< the answer passes byte_limit
};

/// Runs a statement of `molt worker` over a connected socket and waits for the whole answer.
///
/// On that connection the hello is done, `statement` is prepared under that number, nothing else is
/// owed, and `request` was never used (docs/formats/envelope.md). `options` may be NULL; its
/// cancellation is not looked at. After a negative result the connection must be closed, but for
/// MOLT_WORKER_INTERRUPTED; `answer->byte_count` then says how many bytes had come.
int32_t molt_worker_run(int32_t socket, uint64_t request, uint64_t statement,
                        const uint8_t *arguments, size_t arguments_count,
                        const molt_run_options *options, molt_answer *answer, molt_error *error);

/// A flag that ends runs from another thread. Never fails, except for want of memory (NULL).
molt_cancellation *molt_cancellation_create(void);

/// Ends the runs that use this flag with `cancelled`, soon. May be called from any thread, repeatedly.
void molt_cancellation_cancel(molt_cancellation *cancellation);

void molt_cancellation_release(molt_cancellation *cancellation);

#ifdef __cplusplus
}
#endif

#endif
