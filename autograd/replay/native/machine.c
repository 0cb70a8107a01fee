/* The type Machine: lists of calls on arrays that Python sees too. */

#include "objects.h"

PyTypeObject *machine_type;

const struct Exponents exponents = {-746.0, 710.0};

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
    Machine *m = &self->machine;
    while (self->held > 0) PyBuffer_Release(&self->buffers[--self->held]);
    PyMem_Free(m->values.calls);
    PyMem_Free(m->values_and_partials.calls);
    PyMem_Free(m->contributions.calls);
    PyMem_Free(m->batch_of);
    *m = (Machine){0};
}

static int room_for(Calls *list, Py_ssize_t count) {
    *list = (Calls){PyMem_Calloc((size_t)(count > 0 ? count : 1), sizeof *list->calls), 0};
    if (list->calls == NULL) PyErr_NoMemory();
    return list->calls != NULL;
}

/* Contributions go the other way round: the last instruction's come first. */
static int prepare(MachineObject *self, const Instruction *code, Py_ssize_t count) {
    Machine *m = &self->machine;
    if (!room_for(&m->values, count) || !room_for(&m->values_and_partials, count) || !room_for(&m->contributions, MOST_CALLS * count)) return -1;
    for (Py_ssize_t i = 0; i < count; i++) self->width->prepare_values(m, code + i);
    for (Py_ssize_t i = count; i-- > 0;) self->width->prepare_contributions(m, code + i);
    return 0;
}

/* batches: a list of (first row, rows) that stand one after the other in the array of examples. */
static int hold_batches(MachineObject *self, PyObject *batches) {
    Machine *m = &self->machine;
    double *examples = self->buffers[EXAMPLES].buf;
    m->batch_of = PyMem_Calloc((size_t)PyList_GET_SIZE(batches) + 1, sizeof *m->batch_of);
    if (m->batch_of == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (; m->batches < PyList_GET_SIZE(batches); m->batches++) {
        Batch *b = m->batch_of + m->batches;
        long long start, count;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(batches, m->batches), "LL", &start, &count)) return -1;
        *b = (Batch){start, count, 0, 0, examples};
        examples += padded(b->count) * m->batch;
    }
    return 0;
}

static int machine_init(MachineObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"uniform", "varying", "uniform_adjoint", "varying_adjoint", "index", "scratch", "cleared", "examples",
                            "code", "batches", "batch", "stride", "inputs", "width", NULL};
    PyObject *arrays[BUFFERS], *code, *batches;
    Py_ssize_t batch, stride, inputs;
    const char *width = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOOOOOO!nnn|z", names, &arrays[0], &arrays[1], &arrays[2], &arrays[3],
                                     &arrays[4], &arrays[5], &arrays[6], &arrays[7], &code, &PyList_Type, &batches, &batch, &stride, &inputs, &width))
        return -1;
    release(self);
    self->width = chosen_width(width);
    if (self->width == NULL) return -1;
    for (; self->held < BUFFERS; self->held++) {
        const int flags = self->held == INDEX || self->held == CLEARED ? PyBUF_SIMPLE : PyBUF_WRITABLE;
        if (PyObject_GetBuffer(arrays[self->held], &self->buffers[self->held], flags) < 0) return -1;
    }
    const Py_buffer *b = self->buffers;
    self->machine = (Machine){
        .store = {b[UNIFORM].buf, b[VARYING].buf},
        .adjoint = {b[UNIFORM_ADJOINT].buf, b[VARYING_ADJOINT].buf},
        .scratch = b[SCRATCH].buf,
        .uniform = b[UNIFORM_ADJOINT].len / (Py_ssize_t)sizeof(double),
        .stride = stride,
        .batch = batch,
        .inputs = inputs,
        .index = b[INDEX].buf,
    };
    if (hold_batches(self, batches) < 0) return -1;
    Py_buffer instructions;
    if (PyObject_GetBuffer(code, &instructions, PyBUF_SIMPLE) < 0) return -1;
    const int result = prepare(self, instructions.buf, instructions.len / (Py_ssize_t)sizeof(Instruction));
    PyBuffer_Release(&instructions);
    return result;
}

static void machine_dealloc(MachineObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    release(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static int is_ready(const MachineObject *self) {
    if (self->machine.contributions.calls != NULL) return 1;
    PyErr_SetString(PyExc_RuntimeError, "Machine: it has no arrays.");
    return 0;
}

/* Lanes that no example fills repeat one that is filled, so that no operation meets a point which no example has. */
static void fill_lanes(const Machine *m) {
    for (int64_t row = 0; row < m->inputs; row++) {
        double *lanes = m->store[1] + row * m->stride;
        for (int64_t l = m->batch; l < m->stride; l++) lanes[l] = lanes[0];
    }
}

void clear_adjoints(const MachineObject *self) {
    const Machine *m = &self->machine;
    const ClearedRows *rows = self->buffers[CLEARED].buf;
    for (const ClearedRows *r = rows; r < rows + self->buffers[CLEARED].len / (Py_ssize_t)sizeof *rows; r++) {
        const int64_t lanes = r->varying ? m->stride : 1;
        memset(m->adjoint[r->varying] + r->start * lanes, 0, (size_t)(r->count * lanes) * sizeof(double));
    }
}

void seed_adjoint(const MachineObject *self, int varying, int64_t row, double seed) {
    const Machine *m = &self->machine;
    double *lanes = m->adjoint[varying] + row * (varying ? m->stride : 1);
    for (int64_t l = 0; l < (varying ? m->batch : 1); l++) lanes[l] += seed;
}

static PyObject *machine_forward(MachineObject *self, PyObject *unused) {
    (void)unused;
    if (!is_ready(self)) return NULL;
    fill_lanes(&self->machine);
    run_calls(&self->machine.values);
    Py_RETURN_NONE;
}

/* seeds: a list of (varying, row, adjoint). */
static int backward(MachineObject *self, PyObject *seeds) {
    if (!PyList_Check(seeds)) {
        PyErr_SetString(PyExc_TypeError, "run: the seeds are no list.");
        return -1;
    }
    clear_adjoints(self);
    for (Py_ssize_t s = 0; s < PyList_GET_SIZE(seeds); s++) {
        int varying;
        Py_ssize_t row;
        double seed;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(seeds, s), "pnd", &varying, &row, &seed)) return -1;
        seed_adjoint(self, varying, row, seed);
    }
    run_calls(&self->machine.contributions);
    return 0;
}

static PyObject *machine_run(MachineObject *self, PyObject *seeds) {
    if (!is_ready(self)) return NULL;
    for (int64_t i = 0; i < self->machine.batches; i++) self->machine.batch_of[i].given = 0;
    fill_lanes(&self->machine);
    run_calls(&self->machine.values_and_partials);
    if (backward(self, seeds) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *machine_width(MachineObject *self, void *unused) {
    (void)unused;
    return self->width ? PyUnicode_FromString(self->width->name) : PyUnicode_FromString("");
}

static PyMethodDef machine_methods[] = {
    {"forward", (PyCFunction)machine_forward, METH_NOARGS, "Compute every row."},
    {"run", (PyCFunction)machine_run, METH_O, "Compute every row, add the seeds to the adjoints of outputs, and compute every adjoint."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef machine_attributes[] = {
    {"width", (getter)machine_width, NULL, "The vectors it uses: default, avx2 or avx512.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot machine_slots[] = {
    {Py_tp_doc, "Kernels made ready on arrays, and run in order."},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, machine_init},
    {Py_tp_dealloc, machine_dealloc},
    {Py_tp_methods, machine_methods},
    {Py_tp_getset, machine_attributes},
    {0, NULL},
};

static PyType_Spec machine_spec = {"autograd.replay.native._native.Machine", sizeof(MachineObject), 0, Py_TPFLAGS_DEFAULT, machine_slots};

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

int add_machine_type(PyObject *module) {
    machine_type = (PyTypeObject *)PyType_FromSpec(&machine_spec);
    PyObject *names = names_of_widths();
    const int failed = machine_type == NULL || names == NULL || PyModule_AddObjectRef(module, "Machine", (PyObject *)machine_type) < 0 ||
                       PyModule_AddObjectRef(module, "widths", names) < 0;
    Py_XDECREF(names);
    return failed ? -1 : 0;
}
