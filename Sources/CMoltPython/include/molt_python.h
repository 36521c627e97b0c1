// CPython's stable ABI, looked up at run time: nothing of Python is included or linked.
//
// The functions below have CPython's names and meanings (docs.python.org/3/c-api). They are those
// of
// the stable ABI of CPython 3.10, but for the few that `moltpy_table` calls optional, and go
// through
// a table that `moltpy_load` fills. Of an object's memory only what the limited API shows is read:
// its count of references and its type.
//
// An object is a number to Swift, so that only this header follows its pointers.
#ifndef MOLT_PYTHON_H
#define MOLT_PYTHON_H

#include <stddef.h>
#include <stdint.h>

/// A reference to a Python object; 0 for none.
typedef struct moltpy_object {
  uintptr_t bits;
} moltpy_object;

/// A buffer as the buffer protocol lends it; in the stable ABI since 3.11, unchanged since 3.3.
typedef struct moltpy_buffer {
  void *buf;
  moltpy_object obj;
  ptrdiff_t len;
  ptrdiff_t itemsize;
  int readonly;
  int ndim;
  char *format;
  ptrdiff_t *shape;
  ptrdiff_t *strides;
  ptrdiff_t *suboffsets;
  void *internal;
} moltpy_buffer;

// --- The table -----------------------------------------------------------------------------------

#define MOLTPY_TYPES(X)                                                                        \
  X(PyUnicode_Type) X(PyLong_Type) X(PyFloat_Type) X(PyBool_Type) X(PyDict_Type)               \
  X(PyList_Type) X(PyTuple_Type) X(PyBytes_Type) X(PyByteArray_Type) X(PyMemoryView_Type)      \
  X(PySet_Type) X(PyFrozenSet_Type) X(_Py_NoneStruct) X(_Py_TrueStruct) X(_Py_FalseStruct)

#define MOLTPY_EXCEPTIONS(X)                                                                   \
  X(PyExc_TypeError) X(PyExc_ValueError) X(PyExc_KeyError) X(PyExc_IndexError)                 \
  X(PyExc_RecursionError) X(PyExc_RuntimeError) X(PyExc_OverflowError) X(PyExc_MemoryError)    \
  X(PyExc_ImportError) X(PyExc_UnicodeEncodeError) X(PyExc_UnicodeDecodeError)                 \
  X(PyExc_AttributeError) X(PyExc_OSError) X(PyExc_ArithmeticError)

#define O moltpy_object

// Result, name, and the types of the arguments: the number of these is in the macro's name.
#define MOLTPY_FUNCTIONS(F0, F1, F2, F3, F4, F5)                                               \
  F1(void, Py_IncRef, O) F1(void, Py_DecRef, O)                                                \
  F0(const char *, Py_GetVersion)                                                              \
  F0(O, PyErr_Occurred) F0(void, PyErr_Clear) F0(O, PyErr_NoMemory)                            \
  F3(void, PyErr_Fetch, O *, O *, O *) F2(void, PyErr_SetString, O, const char *)              \
  F2(void, PyErr_SetObject, O, O)                                                              \
  F1(int, PyErr_ExceptionMatches, O) F0(int, PyErr_CheckSignals)                               \
  F2(const char *, PyUnicode_AsUTF8AndSize, O, ptrdiff_t *)                                    \
  F2(O, PyUnicode_FromStringAndSize, const char *, ptrdiff_t)                                  \
  F1(O, PyUnicode_InternFromString, const char *)                                              \
  F3(O, PyUnicode_AsEncodedString, O, const char *, const char *)                              \
  F3(O, PyUnicode_DecodeUTF8, const char *, ptrdiff_t, const char *)                           \
  F2(O, PyBytes_FromStringAndSize, const char *, ptrdiff_t)                                    \
  F1(char *, PyBytes_AsString, O) F1(ptrdiff_t, PyBytes_Size, O) F1(O, PyBytes_FromObject, O)  \
  F1(char *, PyByteArray_AsString, O) F1(ptrdiff_t, PyByteArray_Size, O)                       \
  F1(O, PyLong_FromLongLong, long long) F1(O, PyLong_FromUnsignedLongLong, unsigned long long) \
  F3(O, PyLong_FromString, const char *, char **, int)                                         \
  F2(long long, PyLong_AsLongLongAndOverflow, O, int *)                                        \
  F1(unsigned long long, PyLong_AsUnsignedLongLong, O)                                         \
  F1(unsigned long long, PyLong_AsUnsignedLongLongMask, O)                                     \
  F1(O, PyFloat_FromDouble, double) F1(double, PyFloat_AsDouble, O)                            \
  F1(O, PyList_New, ptrdiff_t) F1(ptrdiff_t, PyList_Size, O)                                   \
  F2(O, PyList_GetItem, O, ptrdiff_t) F3(int, PyList_SetItem, O, ptrdiff_t, O)                 \
  F2(int, PyList_Append, O, O) F1(int, PyList_Sort, O)                                         \
  F1(O, PyList_AsTuple, O) F1(O, PyTuple_New, ptrdiff_t) F1(ptrdiff_t, PyTuple_Size, O)        \
  F2(O, PyTuple_GetItem, O, ptrdiff_t) F3(int, PyTuple_SetItem, O, ptrdiff_t, O)               \
  F0(O, PyDict_New) F1(ptrdiff_t, PyDict_Size, O) F3(int, PyDict_SetItem, O, O, O)             \
  F2(O, PyDict_GetItemWithError, O, O) F1(O, PyDict_Keys, O)                                   \
  F4(int, PyDict_Next, O, ptrdiff_t *, O *, O *)                                               \
  F1(O, PySet_New, O) F1(O, PyFrozenSet_New, O) F2(int, PySet_Add, O, O)                       \
  F1(O, PyMapping_Items, O) F1(O, PySequence_List, O) F2(int, PySequence_Contains, O, O)       \
  F1(ptrdiff_t, PyObject_Size, O) F2(O, PyObject_GetItem, O, O)                                \
  F2(O, PyObject_GetAttr, O, O) F3(int, PyObject_GenericSetAttr, O, O, O)                      \
  F2(O, PyObject_GetAttrString, O, const char *)                                               \
  F3(O, PyObject_Call, O, O, O) F2(O, PyObject_CallObject, O, O)                               \
  F2(int, PyObject_IsInstance, O, O) F1(int, PyObject_IsTrue, O)                               \
  F1(ptrdiff_t, PyObject_Hash, O) F1(O, PyObject_Str, O) F1(O, PyObject_Repr, O)               \
  F3(O, PyObject_RichCompare, O, O, int) F3(int, PyObject_RichCompareBool, O, O, int)          \
  F1(O, PyObject_GetIter, O) F1(O, PyIter_Next, O) F1(int, PyCallable_Check, O)                \
  F2(O, PyNumber_Rshift, O, O) F1(O, PyNumber_Index, O) F1(O, PyNumber_Invert, O)              \
  F2(O, PyNumber_ToBase, O, int)                                                               \
  F1(unsigned long, PyType_GetFlags, O) F2(void *, PyType_GetSlot, O, int)                     \
  F2(int, PyType_IsSubtype, O, O)                                                              \
  F1(O, PyType_FromSpec, void *) F2(O, PyType_GenericAlloc, O, ptrdiff_t)                      \
  F1(void, PyObject_Free, void *) F1(void, PyObject_GC_Del, void *)                            \
  F1(void, PyObject_GC_UnTrack, void *)                                                        \
  F0(int, PyGC_Disable) F0(int, PyGC_Enable)                                                   \
  F0(void *, PyEval_SaveThread) F1(void, PyEval_RestoreThread, void *)                         \
  F2(O, PyModule_Create2, void *, int) F3(int, PyModule_AddObjectRef, O, const char *, O)      \
  F3(int, PyModule_AddIntConstant, O, const char *, long)                                      \
  F3(int, PyModule_AddStringConstant, O, const char *, const char *)                           \
  F1(O, PyImport_ImportModule, const char *) F1(O, PyImport_GetModule, O)                      \
  F3(O, PyCFunction_NewEx, void *, O, O)                                                       \
  F0(void *, PyInterpreterState_Get) F1(int64_t, PyInterpreterState_GetID, void *)

// In the stable ABI since 3.11 and 3.12; without them there is a slower way.
#define MOLTPY_OPTIONAL_FUNCTIONS(F1, F3, F4)                                                  \
  F3(int, PyObject_GetBuffer, O, moltpy_buffer *, int)                                         \
  F1(void, PyBuffer_Release, moltpy_buffer *)                                                  \
  F4(O, PyObject_Vectorcall, O, const O *, size_t, O)

struct moltpy_table {
#define X(name) O name;
  MOLTPY_TYPES(X)
  MOLTPY_EXCEPTIONS(X)
#undef X
#define F0(R, name) R (*name)(void);
#define F1(R, name, A) R (*name)(A);
#define F2(R, name, A, B) R (*name)(A, B);
#define F3(R, name, A, B, C) R (*name)(A, B, C);
#define F4(R, name, A, B, C, D) R (*name)(A, B, C, D);
#define F5(R, name, A, B, C, D, E) R (*name)(A, B, C, D, E);
  MOLTPY_FUNCTIONS(F0, F1, F2, F3, F4, F5)
  MOLTPY_OPTIONAL_FUNCTIONS(F1, F3, F4)
#undef F0
#undef F1
#undef F2
#undef F3
#undef F4
#undef F5
};

extern struct moltpy_table moltpy;

#define X(name) \
  static inline O moltpy_##name(void) { return moltpy.name; }
MOLTPY_TYPES(X)
MOLTPY_EXCEPTIONS(X)
#undef X

#define F0(R, name) \
  static inline R name(void) { return moltpy.name(); }
#define F1(R, name, A) \
  static inline R name(A a) { return moltpy.name(a); }
#define F2(R, name, A, B) \
  static inline R name(A a, B b) { return moltpy.name(a, b); }
#define F3(R, name, A, B, C) \
  static inline R name(A a, B b, C c) { return moltpy.name(a, b, c); }
#define F4(R, name, A, B, C, D) \
  static inline R name(A a, B b, C c, D d) { return moltpy.name(a, b, c, d); }
#define F5(R, name, A, B, C, D, E) \
  static inline R name(A a, B b, C c, D d, E e) { return moltpy.name(a, b, c, d, e); }
MOLTPY_FUNCTIONS(F0, F1, F2, F3, F4, F5)
MOLTPY_OPTIONAL_FUNCTIONS(F1, F3, F4)
#undef F0
#undef F1
#undef F2
#undef F3
#undef F4
#undef F5

// --- Objects -------------------------------------------------------------------------------------

struct moltpy_head {
  intptr_t references;
  O type;
};

/// The object's type, borrowed.
static inline O moltpy_type(O object) { return ((const struct moltpy_head *)object.bits)->type; }

// Since 3.12 the lower half of the count has its highest bit set for an object that never dies, and
// no other object comes near it: such counts, and the last reference, are CPython's own business.
static inline void moltpy_retain(O object) {
  struct moltpy_head *head = (struct moltpy_head *)object.bits;
  if ((int32_t)head->references > 0)
    head->references += 1;
  else
    Py_IncRef(object);
}

static inline void moltpy_release(O object) {
  struct moltpy_head *head = (struct moltpy_head *)object.bits;
  if ((int32_t)head->references > 1)
    head->references -= 1;
  else
    Py_DecRef(object);
}

/// Calls with `count` arguments, of which the array has room for one more in front.
O moltpy_call(O function, const O *arguments, size_t count);

/// `function()`.
static inline O moltpy_call0(O function) {
  O arguments[1] = {{0}};
  return moltpy_call(function, arguments + 1, 0);
}

/// `function(argument)`.
static inline O moltpy_call1(O function, O argument) {
  O arguments[2] = {{0}, argument};
  return moltpy_call(function, arguments + 1, 1);
}

/// `function(first, second)`.
static inline O moltpy_call2(O function, O first, O second) {
  O arguments[3] = {{0}, first, second};
  return moltpy_call(function, arguments + 1, 2);
}

/// Whether the buffer protocol is in this Python's stable ABI.
static inline _Bool moltpy_has_buffers(void) { return moltpy.PyObject_GetBuffer != 0; }

// --- Text, bytes, dates: what is read from an object's memory ------------------------------------

/// The fields of a date, time, datetime or timedelta.
typedef struct moltpy_moment {
  int32_t year, month, day;
  int32_t hour, minute, second, microsecond;
  int32_t days, seconds;
  O tzinfo;  ///< borrowed; 0 for none
} moltpy_moment;

// The public structs of datetime.h have been the same since CPython 3.6 but are not in the limited
// API. MoltPython reads them only after it has compared what these functions answer with the
// attributes of sample objects, and only of objects of exactly those types.

static inline void moltpy_read_date(O object, moltpy_moment *moment) {
  const uint8_t *data = (const uint8_t *)object.bits + 25;
  moment->year = data[0] << 8 | data[1];
  moment->month = data[2];
  moment->day = data[3];
}

static inline void moltpy_read_clock(const uint8_t *data, moltpy_moment *moment) {
  moment->hour = data[0];
  moment->minute = data[1];
  moment->second = data[2];
  moment->microsecond = data[3] << 16 | data[4] << 8 | data[5];
}

/// The object at a byte offset, where `has_tzinfo` says that one is there.
static inline O moltpy_read_zone(O object, size_t offset) {
  const uint8_t *bytes = (const uint8_t *)object.bits;
  O none = {0};
  return bytes[24] ? *(const O *)(bytes + offset) : none;
}

static inline void moltpy_read_datetime(O object, moltpy_moment *moment) {
  moltpy_read_date(object, moment);
  moltpy_read_clock((const uint8_t *)object.bits + 29, moment);
  moment->tzinfo = moltpy_read_zone(object, 40);
}

static inline void moltpy_read_time(O object, moltpy_moment *moment) {
  moltpy_read_clock((const uint8_t *)object.bits + 25, moment);
  moment->tzinfo = moltpy_read_zone(object, 32);
}

static inline void moltpy_read_timedelta(O object, moltpy_moment *moment) {
  const int32_t *fields = (const int32_t *)(object.bits + 24);
  moment->days = fields[0];
  moment->seconds = fields[1];
  moment->microsecond = fields[2];
}

// --- Objects that the module keeps ---------------------------------------------------------------

#define MOLTPY_SLOT_COUNT 96

extern O moltpy_slots[MOLTPY_SLOT_COUNT];

/// What the module keeps under a number of Swift's `Slot`; 0 for nothing.
static inline O moltpy_slot(ptrdiff_t index) { return moltpy_slots[index]; }
static inline void moltpy_set_slot(ptrdiff_t index, O object) { moltpy_slots[index] = object; }

// --- The module ----------------------------------------------------------------------------------

/// Looks every function up. NULL, or the name of what this process lacks.
const char *moltpy_load(void);

/// Whether objects have the layout that this header reads; they have another in free-threaded
/// Python.
_Bool moltpy_knows_objects(void);

/// The 11 of Python 3.11.
int moltpy_minor_version(void);

/// Sets an ImportError, or nothing where even that is not there.
void moltpy_refuse(const char *reason);

/// A new module with the functions below.
O moltpy_create_module(void);

/// A builtin with the name and the module of `function`, which answers a call with one argument and
/// no keywords by a function of this module, and passes all other calls on.
///
/// `name`: which one; `json_dumpb` for that of the package.
/// `doc`: begins with a text signature; copied, for as long as the process runs.
/// `fixed`: what the function of this module gets behind the argument.
/// Answers: a new reference, or 0 after an exception; ValueError where there is no such shortcut.
O moltpy_create_shortcut(const char *name, O function, const char *doc, const O *fixed,
                         ptrdiff_t count);

/// What an object of one of the module's types holds behind its head.
typedef struct moltpy_payload {
  O owner;         ///< what the garbage collector may see of it, or 0
  void *swift;     ///< a reference to a Swift object
  int64_t index;   ///< a document's place on its tape
  int64_t ordinal; ///< the element of an array that was asked for last, and
  int64_t place;   ///< where it stands on the tape; 0 for none
} moltpy_payload;

/// The payload of an object of one of the module's types.
static inline moltpy_payload *moltpy_payload_of(O object) {
  return (moltpy_payload *)(object.bits + sizeof(struct moltpy_head));
}

/// `type.__new__(type)`.
O moltpy_new(O type);

/// The types of the module: a new reference, or 0 after an exception.
O moltpy_create_document_type(void);
O moltpy_create_plan_type(void);
O moltpy_create_token_key_type(void);
O moltpy_create_kept_type(void);

/// Builtins whose `self` is an object of the kept type: a new reference, or 0 after an exception.
O moltpy_create_statement_run(O self);
O moltpy_create_worker_run(O self);
O moltpy_create_arguments_bind(O self);

/// What these builtins do, implemented in Swift: a new reference, or 0 after an exception.
O moltpy_statement_run(O self, O arguments);
O moltpy_worker_run(O self, const O *arguments, ptrdiff_t count);
O moltpy_arguments_bind(O self, O values);

/// Gives a payload's Swift object back.
void moltpy_release_swift(void *object);

/// The functions of the module, implemented in Swift; each answers a new reference, or 0 after an
/// exception.
#define MOLTPY_METHODS(X)                                                                      \
  X(bind) X(shortcut) X(compile_plan)                                                          \
  X(json_loads) X(json_lines) X(json_document) X(json_decode) X(json_dumps) X(json_dump_lines) \
  X(msgpack_loads) X(msgpack_loads_from) X(msgpack_skip) X(msgpack_document)                   \
  X(msgpack_decode) X(msgpack_dumps)                                                           \
  X(cbor_loads) X(cbor_loads_from) X(cbor_document) X(cbor_decode) X(cbor_dumps)               \
  X(token_key) X(token_sign) X(token_verify)                                                   \
  X(statement_runner) X(worker_runner) X(argument_binder)

#define X(name) O moltpy_##name(O module, const O *arguments, ptrdiff_t count);
MOLTPY_METHODS(X)
#undef X

// The methods of documents.
O moltpy_document_kind(O self, void *closure);
O moltpy_document_value(O self, O nothing);
O moltpy_document_keys(O self, O nothing);
O moltpy_document_values(O self, O nothing);
O moltpy_document_items(O self, O nothing);
O moltpy_document_get(O self, const O *arguments, ptrdiff_t count);
O moltpy_document_pointer(O self, const O *arguments, ptrdiff_t count);
O moltpy_document_subscript(O self, O key);
int moltpy_document_contains(O self, O key);
ptrdiff_t moltpy_document_length(O self);
O moltpy_document_iterate(O self);
O moltpy_document_compare(O self, O other, int operation);
O moltpy_document_describe(O self);

#undef O

#endif
