#define _GNU_SOURCE
#include "molt_python.h"

#define O moltpy_object

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct moltpy_table moltpy;
O moltpy_slots[MOLTPY_SLOT_COUNT];

// --- Looking up ----------------------------------------------------------------------------------

// A type is an object of its own; an exception is a pointer to one.
static _Bool find_object(const char *name, O *object, _Bool isPointer) {
  void *address = dlsym(RTLD_DEFAULT, name);
  if (!address) return 0;
  object->bits = isPointer ? *(uintptr_t *)address : (uintptr_t)address;
  return 1;
}

static _Bool find_function(const char *name, void *function) {
  void *address = dlsym(RTLD_DEFAULT, name);
  memcpy(function, &address, sizeof address);
  return address != NULL;
}

const char *moltpy_load(void) {
#define X(name) \
  if (!find_object(#name, &moltpy.name, 0)) return #name;
  MOLTPY_TYPES(X)
#undef X
#define X(name) \
  if (!find_object(#name, &moltpy.name, 1)) return #name;
  MOLTPY_EXCEPTIONS(X)
#undef X
#define F(name) \
  if (!find_function(#name, &moltpy.name)) return #name;
#define F0(R, name) F(name)
#define F1(R, name, A) F(name)
#define F2(R, name, A, B) F(name)
#define F3(R, name, A, B, C) F(name)
#define F4(R, name, A, B, C, D) F(name)
#define F5(R, name, A, B, C, D, E) F(name)
  MOLTPY_FUNCTIONS(F0, F1, F2, F3, F4, F5)
#undef F
#define F(name) find_function(#name, &moltpy.name);
  MOLTPY_OPTIONAL_FUNCTIONS(F1, F3, F4)
  return NULL;
}

_Bool moltpy_knows_objects(void) {
  // The count and the type are 16 bytes, and None's type says so of itself.
  O size = PyObject_GetAttrString(moltpy_type(moltpy__Py_NoneStruct()), "__basicsize__");
  if (!size.bits) {
    PyErr_Clear();
    return 0;
  }
  int overflow = 0;
  long long bytes = PyLong_AsLongLongAndOverflow(size, &overflow);
  Py_DecRef(size);
  return bytes == sizeof(struct moltpy_head) && !strstr(Py_GetVersion(), "free-threading");
}

int moltpy_minor_version(void) {
  const char *version = Py_GetVersion();
  const char *point = strchr(version, '.');
  return point ? (int)strtol(point + 1, NULL, 10) : 0;
}

void moltpy_refuse(const char *reason) {
  O type = {0};
  void (*set)(O, const char *) = NULL;
  if (find_object("PyExc_ImportError", &type, 1) && find_function("PyErr_SetString", &set))
    set(type, reason);
}

// --- Calling -------------------------------------------------------------------------------------

#define ARGUMENTS_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))

O moltpy_call(O function, const O *arguments, size_t count) {
  const O none = {0};
  if (moltpy.PyObject_Vectorcall)
    return PyObject_Vectorcall(function, arguments, count | ARGUMENTS_OFFSET, none);
  O tuple = PyTuple_New((ptrdiff_t)count);
  if (!tuple.bits) return none;
  for (size_t index = 0; index < count; index++) {
    Py_IncRef(arguments[index]);
    PyTuple_SetItem(tuple, (ptrdiff_t)index, arguments[index]);
  }
  O result = PyObject_CallObject(function, tuple);
  Py_DecRef(tuple);
  return result;
}

// Calls with the arguments that a builtin got: `names` are those of the last ones, or 0.
static O call_on(O function, const O *arguments, ptrdiff_t count, O names) {
  if (moltpy.PyObject_Vectorcall)
    return PyObject_Vectorcall(function, arguments, (size_t)count, names);
  O result = {0};
  ptrdiff_t named = names.bits ? PyTuple_Size(names) : 0;
  O tuple = PyTuple_New(count);
  O keywords = PyDict_New();
  _Bool isReady = tuple.bits && keywords.bits;
  for (ptrdiff_t index = 0; isReady && index < count; index++) {
    Py_IncRef(arguments[index]);
    isReady = PyTuple_SetItem(tuple, index, arguments[index]) == 0;
  }
  for (ptrdiff_t index = 0; isReady && index < named; index++)
    isReady =
        PyDict_SetItem(keywords, PyTuple_GetItem(names, index), arguments[count + index]) == 0;
  if (isReady) result = PyObject_Call(function, tuple, keywords);
  if (tuple.bits) Py_DecRef(tuple);
  if (keywords.bits) Py_DecRef(keywords);
  return result;
}

// --- The module ----------------------------------------------------------------------------------

typedef struct method {
  const char *name;
  void *function;
  int flags;
  const char *doc;
} method;

// PyModuleDef: its head, then name, doc, size of state, methods and five hooks.
typedef struct definition {
  struct moltpy_head head;
  void *init;
  ptrdiff_t index;
  void *copy;
  const char *name;
  const char *doc;
  ptrdiff_t size;
  method *methods;
  void *hooks[4];
} definition;

#define METH_NOARGS 0x0004
#define METH_KEYWORDS 0x0002
#define METH_O 0x0008
#define METH_FASTCALL 0x0080
#define STABLE_ABI_VERSION 3

O moltpy_create_module(void) {
  static method methods[] = {
#define X(name) {#name, (void *)moltpy_##name, METH_FASTCALL, NULL},
      MOLTPY_METHODS(X)
#undef X
      {NULL, NULL, 0, NULL},
  };
  static definition module = {
      .head = {1, {0}},
      .name = "molt_accel._codecs_native",
      .doc = "JSON, MessagePack and CBOR between bytes and Python objects; see _codecs.pyi.",
      .size = -1,
      .methods = methods,
  };
  return PyModule_Create2(&module, STABLE_ABI_VERSION);
}

// --- Shortcuts -----------------------------------------------------------------------------------

// The functions of the package, each with the one of this module that answers a call with one
// argument, and whether the package's own is asked about data that this one refuses with a
// ValueError: it knows more ways to read it, or more to say.
#define SHORTCUTS(X)                                                                          \
  X(json_loads, json_loads, 0) X(json_dumps, json_dumps, 0) X(json_dumpb, json_dumps, 0)      \
  X(msgpack_packb, msgpack_dumps, 0) X(msgpack_unpackb, msgpack_loads, 1)                     \
  X(cbor_dumps, cbor_dumps, 0) X(cbor_loads, cbor_loads, 1)

#define MOST_FIXED 2

// What a shortcut keeps: not as the builtin's `self`, because pickle would then look there for it.
typedef struct shortcut {
  O function;
  O fixed[MOST_FIXED];
  ptrdiff_t count;
} shortcut;

static O call_shortcut(const shortcut *kept, O (*entry)(O, const O *, ptrdiff_t), _Bool asks,
                       const O *arguments, ptrdiff_t count, O names) {
  if (count == 1 && !names.bits) {
    O all[1 + MOST_FIXED] = {arguments[0]};
    memcpy(all + 1, kept->fixed, sizeof kept->fixed);
    O answer = entry(names, all, 1 + kept->count);
    if (answer.bits || !asks || !PyErr_ExceptionMatches(moltpy_PyExc_ValueError())) return answer;
    PyErr_Clear();
  }
  return call_on(kept->function, arguments, count, names);
}

#define X(name, entry, asks)                                                             \
  static shortcut kept_##name;                                                           \
  static O shortcut_##name(O self, const O *arguments, ptrdiff_t count, O names) {       \
    (void)self;                                                                          \
    return call_shortcut(&kept_##name, moltpy_##entry, asks, arguments, count, names);   \
  }
SHORTCUTS(X)
#undef X

static void *find_shortcut(const char *name, shortcut **kept) {
#define X(known, entry, asks)        \
  if (!strcmp(name, #known)) {       \
    *kept = &kept_##known;           \
    return (void *)shortcut_##known; \
  }
  SHORTCUTS(X)
#undef X
  return NULL;
}

static void keep(shortcut *kept, O function, const O *fixed, ptrdiff_t count) {
  shortcut before = *kept, after = {.function = function, .count = count};
  Py_IncRef(function);
  for (ptrdiff_t index = 0; index < count; index++) Py_IncRef(after.fixed[index] = fixed[index]);
  *kept = after;
  if (!before.function.bits) return;
  Py_DecRef(before.function);
  for (ptrdiff_t index = 0; index < before.count; index++) Py_DecRef(before.fixed[index]);
}

O moltpy_create_shortcut(const char *name, O function, const char *doc, const O *fixed,
                         ptrdiff_t count) {
  O none = {0}, made = none;
  shortcut *kept = NULL;
  void *address = find_shortcut(name, &kept);
  if (!address || count > MOST_FIXED) {
    PyErr_SetString(moltpy_PyExc_ValueError(), "there is no shortcut of this kind");
    return none;
  }
  O title = PyObject_GetAttrString(function, "__name__");
  O home = PyObject_GetAttrString(function, "__module__");
  ptrdiff_t size = 0;
  const char *text = title.bits ? PyUnicode_AsUTF8AndSize(title, &size) : NULL;
  method *definition = malloc(sizeof *definition);
  char *copies[] = {text ? strdup(text) : NULL, strdup(doc)};
  if (text && home.bits && definition && copies[0] && copies[1]) {
    *definition = (method){copies[0], address, METH_FASTCALL | METH_KEYWORDS, copies[1]};
    made = PyCFunction_NewEx(definition, none, home);
  } else if (text && home.bits) {
    PyErr_NoMemory();
  }
  if (made.bits) {
    keep(kept, function, fixed, count);
  } else {
    free(definition);
    free(copies[0]);
    free(copies[1]);
  }
  if (title.bits) Py_DecRef(title);
  if (home.bits) Py_DecRef(home);
  return made;
}

// --- Types ---------------------------------------------------------------------------------------

// PyType_Slot, PyType_Spec and PyGetSetDef, with the numbers of typeslots.h.
typedef struct slot {
  int number;
  void *value;
} slot;

typedef struct spec {
  const char *name;
  int basicsize;
  int itemsize;
  unsigned int flags;
  slot *slots;
} spec;

typedef struct attribute {
  const char *name;
  O (*get)(O, void *);
  void *set;
  const char *doc;
  void *closure;
} attribute;

enum {
  mp_length = 4, mp_subscript = 5, sq_contains = 41, sq_length = 45, tp_dealloc = 52, tp_doc = 56,
  tp_iter = 62, tp_methods = 64, tp_new = 65, tp_repr = 66, tp_richcompare = 67,
  tp_traverse = 71, tp_getset = 73,
};

#define DISALLOW_INSTANTIATION (1u << 7)
#define IMMUTABLE (1u << 8)
#define HAVE_GC (1u << 14)
#define SIZE ((int)(sizeof(struct moltpy_head) + sizeof(moltpy_payload)))

static void release_payload(O self) {
  moltpy_payload *payload = moltpy_payload_of(self);
  if (payload->swift) moltpy_release_swift(payload->swift);
  if (payload->owner.bits) Py_DecRef(payload->owner);
}

// Of objects that the garbage collector does not look at.
static void deallocate_leaf(O self) {
  O type = moltpy_type(self);
  release_payload(self);
  PyObject_Free((void *)self.bits);
  Py_DecRef(type);
}

static void deallocate_plan(O self) {
  O type = moltpy_type(self);
  PyObject_GC_UnTrack((void *)self.bits);
  release_payload(self);
  PyObject_GC_Del((void *)self.bits);
  Py_DecRef(type);
}

static int traverse_plan(O self, int (*visit)(O, void *), void *argument) {
  O owner = moltpy_payload_of(self)->owner;
  int result = visit(moltpy_type(self), argument);
  return result || !owner.bits ? result : visit(owner, argument);
}

O moltpy_create_document_type(void) {
  static method methods[] = {
      {"value", (void *)moltpy_document_value, METH_NOARGS,
       "Everything below as Python values; each call makes new ones."},
      {"keys", (void *)moltpy_document_keys, METH_NOARGS, "A map's keys, in their order."},
      {"values", (void *)moltpy_document_values, METH_NOARGS,
       "A map's values, containers as documents."},
      {"items", (void *)moltpy_document_items, METH_NOARGS,
       "A map's keys and values, containers as documents."},
      {"get", (void *)moltpy_document_get, METH_FASTCALL,
       "The value of a key or an index; a default, or None, where there is none."},
      {"pointer", (void *)moltpy_document_pointer, METH_FASTCALL,
       "What an RFC 6901 pointer leads to."},
      {NULL, NULL, 0, NULL},
  };
  static attribute attributes[] = {
      {"kind", moltpy_document_kind, NULL, "'map', 'array' or 'scalar'.", NULL},
      {NULL, NULL, NULL, NULL, NULL},
  };
  static slot slots[] = {
      {tp_doc, "A map or an array of a parsed document, or the document's single value."},
      {tp_dealloc, (void *)deallocate_leaf},
      {tp_methods, methods},
      {tp_getset, attributes},
      {mp_subscript, (void *)moltpy_document_subscript},
      {mp_length, (void *)moltpy_document_length},
      {sq_contains, (void *)moltpy_document_contains},
      {tp_iter, (void *)moltpy_document_iterate},
      {tp_richcompare, (void *)moltpy_document_compare},
      {tp_repr, (void *)moltpy_document_describe},
      {0, NULL},
  };
  static spec document = {
      "molt_accel._codecs_native.Document", SIZE, 0, DISALLOW_INSTANTIATION | IMMUTABLE, slots};
  return PyType_FromSpec(&document);
}

O moltpy_create_plan_type(void) {
  static slot slots[] = {
      {tp_doc, "How values of a document become objects."},
      {tp_dealloc, (void *)deallocate_plan},
      {tp_traverse, (void *)traverse_plan},
      {0, NULL},
  };
  static spec plan = {"molt_accel._codecs_native.Plan", SIZE, 0,
                      DISALLOW_INSTANTIATION | IMMUTABLE | HAVE_GC, slots};
  return PyType_FromSpec(&plan);
}

O moltpy_create_token_key_type(void) {
  static slot slots[] = {
      {tp_doc, "A key for tokens, or a set of them; it shows nothing of what is inside."},
      {tp_dealloc, (void *)deallocate_leaf},
      {0, NULL},
  };
  static spec key = {
      "molt_accel._codecs_native.TokenKey", SIZE, 0, DISALLOW_INSTANTIATION | IMMUTABLE, slots};
  return PyType_FromSpec(&key);
}

O moltpy_create_kept_type(void) {
  static slot slots[] = {
      {tp_doc, "What a builtin keeps for its calls."},
      {tp_dealloc, (void *)deallocate_leaf},
      {0, NULL},
  };
  static spec kept = {
      "molt_accel._codecs_native.Kept", SIZE, 0, DISALLOW_INSTANTIATION | IMMUTABLE, slots};
  return PyType_FromSpec(&kept);
}

O moltpy_create_statement_run(O self) {
  static method run = {"run", (void *)moltpy_statement_run, METH_O,
                       "run(arguments, /)\n--\n\nThe bytes of an answer."};
  O none = {0};
  return PyCFunction_NewEx(&run, self, none);
}

O moltpy_create_worker_run(O self) {
  static method run = {"run", (void *)moltpy_worker_run, METH_FASTCALL,
                       "run(descriptor, request, statement, memory, arguments, timeout, row_limit, "
                       "byte_limit, /)\n--\n\nThe bytes of an answer."};
  O none = {0};
  return PyCFunction_NewEx(&run, self, none);
}

O moltpy_create_arguments_bind(O self) {
  static method bind = {"bind", (void *)moltpy_arguments_bind, METH_O,
                        "bind(values, /)\n--\n\nThe encoded arguments, or None."};
  O none = {0};
  return PyCFunction_NewEx(&bind, self, none);
}

O moltpy_new(O type) {
  O object = {0};
  O nothing = PyTuple_New(0);
  if (!nothing.bits) return object;
  O none = {0};
  O (*make)(O, O, O) = (O(*)(O, O, O))PyType_GetSlot(type, tp_new);
  if (make) object = make(type, nothing, none);
  else PyErr_SetString(moltpy_PyExc_TypeError(), "the class makes no objects");
  Py_DecRef(nothing);
  return object;
}
