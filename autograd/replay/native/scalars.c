/* The type Scalars of the extension module: the interpreter of single nodes, on arrays that numpy sees too. */

#include "scalars.h"

#include "objects.h"

/* The arrays in order: first those that are written. */
enum {
    ONE_NUMBERS, ONE_ADJOINTS, BLOCK_NUMBERS, BLOCK_ADJOINTS, INPUTS, OUTPUTS, SEEDS, MEMBERS,
    KINDS, UNIFORM_RUNS, VARYING_RUNS, OPERANDS, SLOTS, OUTPUT_CELLS, OUTPUT_SLOTS, SHARED, ARRAYS,
};

typedef struct {
    PyObject_HEAD
    Scalars scalars;
    const Interpreter *interpreter;
    Py_buffer buffers[ARRAYS];
    int held;
} ScalarsObject;

static const Interpreter *const interpreters[] = {
    &scalars_default,
#if defined(__x86_64__)
    &scalars_avx2,
    &scalars_avx512,
#endif
};

static const Interpreter *named(const char *name) {
    for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++)
        if (strcmp(interpreters[i]->name, name) == 0) return interpreters[i];
    PyErr_Format(PyExc_ValueError, "Scalars: there are no vectors called '%s'.", name);
    return NULL;
}

static void release(ScalarsObject *self) {
    while (self->held > 0) PyBuffer_Release(&self->buffers[--self->held]);
}

static int scalars_init(ScalarsObject *self, PyObject *args, PyObject *kwargs) {
    PyObject *arrays;
    const char *width;
    Py_ssize_t batch, lanes, margin, cells, parameters, uniform_leaves, uniform_cells, uniform_operands, uniform_slots;
    (void)kwargs;
    if (!PyArg_ParseTuple(args, "O!snnnnnnnnn", &PyTuple_Type, &arrays, &width, &batch, &lanes, &margin, &cells, &parameters, &uniform_leaves,
                          &uniform_cells, &uniform_operands, &uniform_slots))
        return -1;
    if (PyTuple_GET_SIZE(arrays) != ARRAYS) {
        PyErr_Format(PyExc_ValueError, "Scalars: %zd arrays were given, and %d are needed.", PyTuple_GET_SIZE(arrays), ARRAYS);
        return -1;
    }
    if (lanes != SHORT && lanes != LONG && (lanes != ALONE || batch != 1)) {
        PyErr_Format(PyExc_ValueError, "Scalars: there are no blocks of %zd lanes for a batch of %zd.", lanes, batch);
        return -1;
    }
    if (margin < MARGIN) {
        PyErr_Format(PyExc_ValueError, "Scalars: the margins have %zd numbers, and %d are needed.", margin, MARGIN);
        return -1;
    }
    self->interpreter = named(width);
    if (self->interpreter == NULL) return -1;
    release(self);
    for (; self->held < ARRAYS; self->held++) {
        const int flags = self->held >= KINDS ? PyBUF_SIMPLE : PyBUF_WRITABLE;
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(arrays, self->held), &self->buffers[self->held], flags) < 0) return -1;
    }
    const Py_buffer *b = self->buffers;
    const Py_ssize_t number = sizeof(double), index = sizeof(int32_t);
    self->scalars = (Scalars){
        .one = {b[ONE_NUMBERS].buf, b[ONE_ADJOINTS].buf},
        .block = {b[BLOCK_NUMBERS].buf, b[BLOCK_ADJOINTS].buf},
        .inputs = b[INPUTS].buf,
        .outputs = b[OUTPUTS].buf,
        .seeds = b[SEEDS].buf,
        .members = b[MEMBERS].buf,
        .kinds = b[KINDS].buf,
        .uniform = b[UNIFORM_RUNS].buf,
        .varying = b[VARYING_RUNS].buf,
        .operands = (const int32_t *)b[OPERANDS].buf + margin,
        .slots = (const int32_t *)b[SLOTS].buf + margin,
        .output_cells = b[OUTPUT_CELLS].buf,
        .output_slots = b[OUTPUT_SLOTS].buf,
        .shared = b[SHARED].buf,
        .cells = cells,
        .parameter_count = parameters,
        .uniform_leaves = uniform_leaves,
        .uniform_cells = uniform_cells,
        .input_count = b[INPUTS].len / (number * batch),
        .output_count = b[SEEDS].len / number,
        .shared_count = b[SHARED].len / (Py_ssize_t)sizeof(Shared),
        .uniform_runs = b[UNIFORM_RUNS].len / (Py_ssize_t)sizeof(NodeRun),
        .varying_runs = b[VARYING_RUNS].len / (Py_ssize_t)sizeof(NodeRun),
        .operand_count = b[OPERANDS].len / index - 2 * margin,
        .uniform_operands = uniform_operands,
        .slot_count = b[SLOTS].len / index - 2 * margin,
        .uniform_slots = uniform_slots,
        .batch = batch,
        .lanes = lanes,
    };
    return 0;
}

static void scalars_dealloc(ScalarsObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    release(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static int is_ready(const ScalarsObject *self) {
    if (self->held == ARRAYS) return 1;
    PyErr_SetString(PyExc_RuntimeError, "Scalars: it has no arrays.");
    return 0;
}

static PyObject *scalars_forward(ScalarsObject *self, PyObject *unused) {
    (void)unused;
    if (!is_ready(self)) return NULL;
    self->interpreter->forward(&self->scalars);
    Py_RETURN_NONE;
}

static PyObject *scalars_run(ScalarsObject *self, PyObject *unused) {
    (void)unused;
    if (!is_ready(self)) return NULL;
    self->interpreter->run(&self->scalars);
    Py_RETURN_NONE;
}

static PyMethodDef scalars_methods[] = {
    {"forward", (PyCFunction)scalars_forward, METH_NOARGS, "Compute the outputs."},
    {"run", (PyCFunction)scalars_run, METH_NOARGS, "Compute the outputs, and from the seeds the adjoint of every parameter."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot scalars_slots[] = {
    {Py_tp_doc, "Runs of nodes, and the arrays they work on."},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, scalars_init},
    {Py_tp_dealloc, scalars_dealloc},
    {Py_tp_methods, scalars_methods},
    {0, NULL},
};

static PyType_Spec scalars_spec = {"autograd.replay.native._native.Scalars", sizeof(ScalarsObject), 0, Py_TPFLAGS_DEFAULT, scalars_slots};

int add_scalars_type(PyObject *module) {
    PyObject *type = PyType_FromSpec(&scalars_spec);
    const int result = type == NULL ? -1 : PyModule_AddObjectRef(module, "Scalars", type);
    Py_XDECREF(type);
    return result;
}
