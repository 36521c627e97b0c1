// molt.h: the C interface of libmolt, version 1.
//
// Threads: a database and its statements may be used from any number of threads at once. A cursor
// and an answer belong to one thread at a time. A document may be read by any number of threads, and
// while it is parsed into belongs to one. libmolt starts no thread of its own.
// Forks: loading, opening and preparing before a fork is fine. The child opens its own connections.
// Ownership: every `*_open`, `*_prepare` and `*_create` gives the caller one reference, returned with
// the matching `*_close` or `*_release`; passing NULL there does nothing. Bytes that a function takes
// are copied before it returns, but for those of `molt_document_parse`. Formats:
// docs/formats/shape.md, docs/formats/errors.md.
// Versions: MOLT_ABI_VERSION changes when something that was there changes or goes; what is added
// does not change it, and a program that can do without an added function looks it up (dlsym).
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
typedef struct molt_worker_memory molt_worker_memory;

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

/// Asks `molt worker` for memory that it shares with this connection, so that large answers need not
/// pass the socket.
///
/// The connection is as for `molt_worker_run`; `timeout_nanoseconds` 0: wait as long as it takes. A
/// worker that shares none answers an error, and the connection is as good as before; results below
/// 0 are those of `molt_worker_run`. On success the caller owes `molt_worker_memory_release`.
int32_t molt_worker_share(int32_t socket, uint64_t request, uint64_t timeout_nanoseconds,
                          molt_worker_memory **memory, molt_error *error);

/// Runs as `molt_worker_run`, on the connection that shared `memory`; `answer->bytes` may point there.
///
/// They are then valid until the next run on that connection, or the release of `memory`. Where
/// `memory` is NULL, nothing is shared. After MOLT_WORKER_INTERRUPTED call this function again.
int32_t molt_worker_run_shared(int32_t socket, uint64_t request, uint64_t statement,
                               molt_worker_memory *memory, const uint8_t *arguments,
                               size_t arguments_count, const molt_run_options *options,
                               molt_answer *answer, molt_error *error);

/// Gives the memory back; NULL is harmless. The worker's side lasts as long as the connection.
void molt_worker_memory_release(molt_worker_memory *memory);

/// A flag that ends runs from another thread. Never fails, except for want of memory (NULL).
molt_cancellation *molt_cancellation_create(void);

/// Ends the runs that use this flag with `cancelled`, soon. May be called from any thread, repeatedly.
void molt_cancellation_cancel(molt_cancellation *cancellation);

void molt_cancellation_release(molt_cancellation *cancellation);

// Documents: JSON (RFC 8259), MessagePack, and CBOR (RFC 8949). The same functions read and write all
// three. docs/codecs has a page for each format, and c.md a whole program.

/// What a document is written in. A number outside this list is invalid_input.
enum {
  MOLT_FORMAT_JSON = 1,
  MOLT_FORMAT_MESSAGEPACK = 2,
  MOLT_FORMAT_CBOR = 3,
};

/// What a value is.
enum {
  MOLT_KIND_NULL = 0,
  MOLT_KIND_BOOLEAN = 1,    ///< integer: 0 or 1
  MOLT_KIND_INTEGER = 2,    ///< integer: from -2^63 to 2^63 - 1
  MOLT_KIND_NATURAL = 3,    ///< natural: from 2^63 to 2^64 - 1
  MOLT_KIND_FLOAT = 4,      ///< real
  MOLT_KIND_NUMBER = 5,     ///< bytes: a number of JSON that neither of the three holds, in its digits
  MOLT_KIND_TEXT = 6,       ///< bytes: valid UTF-8 without escapes, not ended by a NUL
  MOLT_KIND_BINARY = 7,     ///< bytes
  MOLT_KIND_ARRAY = 8,      ///< count: its elements
  MOLT_KIND_MAP = 9,        ///< count: its pairs; a key and its value stand one behind the other
  MOLT_KIND_TAG = 10,       ///< CBOR; natural: the tag, first: the value with the tag
  MOLT_KIND_EXTENSION = 11, ///< MessagePack; integer: the type, bytes
  MOLT_KIND_SIMPLE = 12,    ///< CBOR; natural: the simple value, 23 for undefined
};

/// The number of the outermost value.
#define MOLT_ROOT 0u
/// The number that no value has: what was looked for is not there.
#define MOLT_NONE UINT32_MAX

/// What a document may ask of who reads it. Zero: the default.
typedef struct molt_document_limits {
  uint64_t depth;            ///< arrays, maps and tags inside each other; default 1,024
  uint64_t byte_count;       ///< bytes of a document; default 4,294,967,295, also the most there can be
  uint64_t text_byte_count;  ///< bytes of a text or binary; default 268,435,455, also the most
  uint32_t unique_keys;      ///< 1: a key that stands twice in a map is invalid_input; 0: it is kept
  uint32_t reserved;         ///< 0
} molt_document_limits;

/// A value of a document.
///
/// Values have numbers, in the order in which they stand in the document. To go through an array or a
/// map, start at its `first` and go on to each value's `next` until that is the container's `next`.
typedef struct molt_value {
  int32_t kind;          ///< MOLT_KIND_*: which of the others mean something
  uint32_t number;       ///< its own number
  uint32_t first;        ///< the value inside; equal to `next` where nothing is
  uint32_t next;         ///< the value behind it and all that it holds
  uint64_t count;
  int64_t integer;
  uint64_t natural;
  double real;
  const uint8_t *bytes;  ///< in the caller's bytes or the document's memory; not NULL where it counts
  size_t byte_count;
} molt_value;

/// How a document is written. All zero: compact, everything as it is, what the format lacks refused.
typedef struct molt_write_options {
  uint32_t flags;     ///< MOLT_WRITE_*, added
  uint32_t indent;    ///< JSON: so many spaces for each level on lines of their own; 0: one line
  uint64_t reserved;  ///< 0
} molt_write_options;

enum {
  MOLT_WRITE_CONVERT = 1,      ///< what the format lacks becomes its nearest counterpart: docs/codecs
  MOLT_WRITE_CANONICAL = 2,    ///< JSON: RFC 8785. CBOR: deterministic, RFC 8949, section 4.2.1
  MOLT_WRITE_SORTED_KEYS = 4,  ///< JSON: keys by code points
  MOLT_WRITE_PYTHON = 8,       ///< JSON: the bytes of Python's json.dumps
};

/// A document, and the parser that reads into it.
typedef struct molt_document molt_document;

/// Creates a document that holds nothing yet. `limits` may be NULL. NULL for want of memory.
molt_document *molt_document_create(const molt_document_limits *limits);

/// Gives a document and its memory back.
void molt_document_release(molt_document *document);

/// Parses bytes; the document holds what they say instead of what it held before.
///
/// With `keep` 0 the bytes stay the caller's, who leaves them as they are until the document is
/// released or parsed into again; with 1 they are copied. Memory is used again, so that a document
/// that is parsed into again and again stops asking for more. Returns 0, or invalid_input with the
/// byte's offset and, for JSON, the line and column in the sentence; too_large when a limit was passed.
/// After an error the document holds nothing.
int32_t molt_document_parse(molt_document *document, int32_t format, const uint8_t *bytes,
                            size_t byte_count, int32_t keep, molt_error *error);

/// Describes the value of a number. Returns 0, or invalid_input for a number beyond the document.
///
/// A number must be one that this document gave out since it was parsed.
int32_t molt_document_value(const molt_document *document, uint32_t number, molt_value *value,
                            molt_error *error);

/// Finds a value by a JSON Pointer (RFC 6901), such as "/user/name", from the value `number` on.
///
/// `*found` is MOLT_NONE when nothing stands there. Where a key stands twice, the last counts; in
/// MessagePack and CBOR a token also finds a key that is this integer, and tags are stepped over.
/// Returns 0, or invalid_input when the text is no pointer, with the offset in it.
int32_t molt_document_find(const molt_document *document, uint32_t number, const char *pointer,
                           size_t pointer_count, uint32_t *found, molt_error *error);

/// Writes a value in a format; `options` may be NULL.
///
/// The answer is as after a run, with a `row_count` of 0; after an error it is empty. Returns 0, or
/// invalid_input when the format lacks something and MOLT_WRITE_CONVERT is not asked for.
int32_t molt_document_write(const molt_document *document, uint32_t number, int32_t format,
                            const molt_write_options *options, molt_answer *answer,
                            molt_error *error);

/// Says whether bytes are a document: 0, or the error of `molt_document_parse`.
///
/// `limits` may be NULL. Faster than parsing for JSON.
int32_t molt_validate(int32_t format, const uint8_t *bytes, size_t byte_count,
                      const molt_document_limits *limits, molt_error *error);

/// Writes JSON again without its white space, everything else byte for byte.
///
/// Only texts are told from what is between them: what is no JSON comes out as wrong as it went in,
/// unless a text is not closed, which is invalid_input. `molt_validate` checks the rest.
int32_t molt_minify(const uint8_t *bytes, size_t byte_count, molt_answer *answer,
                    molt_error *error);

/// Writes a document of one format in another: parses and writes in one call.
///
/// `limits` and `options` may be NULL. Returns 0, or an error of `molt_document_parse` or
/// `molt_document_write`.
int32_t molt_transcode(int32_t from, const uint8_t *bytes, size_t byte_count,
                       const molt_document_limits *limits, int32_t to,
                       const molt_write_options *options, molt_answer *answer, molt_error *error);

/// Makes the module of Python's codecs (python/molt_accel/_codecs.pyi), to be called with the GIL.
///
/// libmolt is not linked with Python: CPython's stable ABI is looked up in the process. Returns a new
/// reference to a `PyObject`, or NULL: with `ImportError` set in a Python that the codecs cannot use,
/// and without anything outside Python.
void *molt_python_module(void);

#ifdef __cplusplus
}
#endif

#endif
