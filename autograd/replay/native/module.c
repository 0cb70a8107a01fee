/* The extension module `_native`: one type, Machine, that runs a list of instructions on four arrays. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "machine.h"

enum { UNIFORM, VARYING, UNIFORM_ADJOINT, VARYING_ADJOINT, CODE, INDEX, TRANSPOSED, BUFFERS };

typedef struct {
    PyObject_HEAD
    Machine machine;
    const Width *width;
    Py_buffer buffers[BUFFERS];
    int held;
} MachineObject;

/* The widths that this processor can run, narrowest first. */
static int widths(const Width **found) {
    int n = 0;
    found[n++] = &width_default;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found[n++] = &width_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) found[n++] = &width_avx512;
#endif
    return n;
}

static const Width *chosen_width(const char *name) {
    const Width *found[3];
    const int n = widths(found);
    if (name == NULL) return found[n - 1];
    for (int i = 0; i < n; i++)
        if (strcmp(found[i]->name, name) == 0) return found[i];
    PyErr_Format(PyExc_ValueError, "Machine: this processor has no vectors called '%s'.", name);
    return NULL;
}

static void release(MachineObject *self) {
    while (self->held > 0) PyBuffer_Release(&self->buffers[--self->held]);
}

static int machine_init(MachineObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"uniform", "varying", "uniform_adjoint", "varying_adjoint", "code", "index", "transposed", "batch", "stride",
                            "inputs", "width", NULL};
    PyObject *arrays[BUFFERS];
    Py_ssize_t batch, stride, inputs;
    const char *width = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOOOnnn|z", names, &arrays[0], &arrays[1], &arrays[2], &arrays[3], &arrays[4],
                                     &arrays[5], &arrays[6], &batch, &stride, &inputs, &width))
        return -1;
    self->width = chosen_width(width);
    if (self->width == NULL) return -1;
    release(self);
    for (; self->held < BUFFERS; self->held++) {
        const int flags = self->held == CODE || self->held == INDEX ? PyBUF_SIMPLE : PyBUF_WRITABLE;
        if (PyObject_GetBuffer(arrays[self->held], &self->buffers[self->held], flags) < 0) return -1;
    }
    const Py_buffer *b = self->buffers;
    self->machine = (Machine){
        .store = {b[UNIFORM].buf, b[VARYING].buf},
        .adjoint = {b[UNIFORM_ADJOINT].buf, b[VARYING_ADJOINT].buf},
        .transposed = b[TRANSPOSED].buf,
        .stride = stride,
        .batch = batch,
        .inputs = inputs,
        .instructions = b[CODE].len / (Py_ssize_t)sizeof(Instruction),
        .code = b[CODE].buf,
        .index = b[INDEX].buf,
    };
    return 0;
}

static void machine_dealloc(MachineObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    release(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static int is_ready(const MachineObject *self) {
    if (self->held == BUFFERS) return 1;
    PyErr_SetString(PyExc_RuntimeError, "Machine: it has no arrays.");
    return 0;
}

/* Lanes that no example fills repeat one that is filled, so that no operation meets a point which no example has. */
static PyObject *machine_forward(MachineObject *self, PyObject *unused) {
    const Machine *m = &self->machine;
    (void)unused;
    if (!is_ready(self)) return NULL;
    for (int64_t row = 0; row < m->inputs; row++) {
        double *lanes = m->store[1] + row * m->stride;
        for (int64_t l = m->batch; l < m->stride; l++) lanes[l] = lanes[0];
    }
    self->width->forward(m);
    Py_RETURN_NONE;
}

/* seeds: a list of (varying, row, adjoint). */
static PyObject *machine_backward(MachineObject *self, PyObject *seeds) {
    const Machine *m = &self->machine;
    if (!is_ready(self)) return NULL;
    if (!PyList_Check(seeds)) {
        PyErr_SetString(PyExc_TypeError, "backward: the seeds are no list.");
        return NULL;
    }
    for (int varying = 0; varying < 2; varying++) {
        const Py_buffer *b = &self->buffers[UNIFORM_ADJOINT + varying];
        memset(b->buf, 0, (size_t)b->len);
    }
    for (Py_ssize_t s = 0; s < PyList_GET_SIZE(seeds); s++) {
        int varying;
        Py_ssize_t row;
        double seed;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(seeds, s), "pnd", &varying, &row, &seed)) return NULL;
        double *lanes = m->adjoint[varying] + row * (varying ? m->stride : 1);
        for (int64_t l = 0; l < (varying ? m->batch : 1); l++) lanes[l] += seed;
    }
    self->width->backward(m);
    Py_RETURN_NONE;
}

static PyObject *machine_run(MachineObject *self, PyObject *seeds) {
    PyObject *none = machine_forward(self, NULL);
    if (none == NULL) return NULL;
    Py_DECREF(none);
    return machine_backward(self, seeds);
}

static PyObject *machine_width(MachineObject *self, void *unused) {
    (void)unused;
    return self->width ? PyUnicode_FromString(self->width->name) : PyUnicode_FromString("");
}

static PyMethodDef machine_methods[] = {
    {"forward", (PyCFunction)machine_forward, METH_NOARGS, "Run every instruction, first to last."},
    {"backward", (PyCFunction)machine_backward, METH_O, "Set all adjoints to zero, add the seeds, and pull back every instruction, last to first."},
    {"run", (PyCFunction)machine_run, METH_O, "Forward and backward."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef machine_attributes[] = {
    {"width", (getter)machine_width, NULL, "The vectors it uses: default, avx2 or avx512.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot machine_slots[] = {
    {Py_tp_doc, "A list of instructions, and the arrays it runs on."},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, machine_init},
    {Py_tp_dealloc, machine_dealloc},
    {Py_tp_methods, machine_methods},
    {Py_tp_getset, machine_attributes},
    {0, NULL},
};

static PyType_Spec machine_spec = {"autograd.replay.native._native.Machine", sizeof(MachineObject), 0, Py_TPFLAGS_DEFAULT, machine_slots};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", "The machine that runs lowered kernels.", -1, NULL, NULL, NULL, NULL, NULL};

static PyObject *names_of_operations(void) {
    PyObject *names = PyList_New(0);
    for (size_t i = 0; names != NULL && operation_name(i) != NULL; i++) {
        PyObject *name = PyUnicode_FromString(operation_name(i));
        if (name == NULL || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyObject *names_of_widths(void) {
    const Width *found[3];
    const int n = widths(found);
    PyObject *names = PyList_New(0);
    for (int i = 0; names != NULL && i < n; i++) {
        PyObject *name = PyUnicode_FromString(found[i]->name);
        if (name == NULL || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

/* Adds a new reference, which may be NULL with an error set. */
static int add(PyObject *to, const char *name, PyObject *thing) {
    const int result = thing == NULL ? -1 : PyModule_AddObjectRef(to, name, thing);
    Py_XDECREF(thing);
    return result;
}

PyMODINIT_FUNC PyInit__native(void) {
    PyObject *self = PyModule_Create(&module);
    if (self == NULL || add(self, "Machine", PyType_FromSpec(&machine_spec)) < 0 || add(self, "operations", names_of_operations()) < 0 ||
        add(self, "widths", names_of_widths()) < 0 || add(self, "digest", PyUnicode_FromString(table_digest)) < 0)
        Py_CLEAR(self);
    return self;
}
