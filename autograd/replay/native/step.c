/* The type Step: a whole training step in one call, as long as nothing has happened between two calls that Python must see to.

   A Step stands before a TrainStep, its `owner`. Bound to a machine, it takes the quick way: spread the batch over the lanes, run
   both passes, and apply the optimiser's rules. It first makes sure that parameters, state and settings are still those it left. */

#include "objects.h"

#include <structmember.h>

/* Numbers of a piece, and relations in the order of rules.RELATIONS. */
enum { PIECE = 512, MOST_NUMBERS = 16, MOST_REMEMBERED = 3 };
enum Relation { BELOW, AT_MOST, ABOVE, AT_LEAST, EQUAL, OTHER };

typedef struct {
    int64_t op, z, x, y;
} RuleOperation;

typedef struct {
    int64_t relation, x, y, answer;
} Condition;

/* What must hold of the mean of a row over the batch: numbers of Python's array. */
typedef struct {
    double varies, row, relation, bound;
} Requirement;

typedef struct {
    int64_t from, to;
} Move;

/* Neighbouring parameters: where they start in the store and among what is remembered, and how many they are. */
typedef struct {
    int64_t row, place, count;
} Stretch;

enum { NUMBERS, ON_NUMBERS, CONDITIONS, CLOCK, ON_ARRAYS, RESULTS, STRETCHES, USED, RULE_BUFFERS };

/* One group's rule. Slots: first the numbers; then θ, g, and what is remembered; then pieces for what is in between.
   `whole` is its place among the rules that were compiled as one loop, or -1; USED are the numbers that the loop takes. */
typedef struct {
    Py_buffer buffers[RULE_BUFFERS];
    Py_buffer *remembered;
    Py_ssize_t held, arrays, pieces, whole;
    double *scratch;
    double **at;
    int64_t *step;
} Rule;

/* An argument: how many numbers it has for each example; where they are kept example by example, if a product wants that; and the array
   that was given last, whose memory we hold on to. Whole numbers, such as classes, are made floats at each step, in `floats`. */
typedef struct {
    int64_t row, count;
    int dimensions;
    Py_ssize_t shape[8];
    Batch *kept;
    PyObject *given;
    Py_buffer buffer;
    int is_whole;
    double *floats;
} Argument;

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *owner, *groups, *settings, *modes, *usual;
    MachineObject *machine;
    Py_buffer ahead[2], required;
    int held, check_finite, loss_varies;
    int64_t loss_row, parameters;
    Argument *arguments;
    Py_ssize_t argument_count;
    Rule *rules;
    Py_ssize_t rule_count, group_count;
} StepObject;

#define ITEMS(buffer, type) ((buffer).len / (Py_ssize_t)sizeof(type))

static void forget_argument(Argument *a) {
    if (a->given == NULL) return;
    PyBuffer_Release(&a->buffer);
    Py_CLEAR(a->given);
}

static void release_rule(Rule *r) {
    while (r->held > 0) {
        r->held--;
        PyBuffer_Release(r->held < RULE_BUFFERS ? &r->buffers[r->held] : &r->remembered[r->held - RULE_BUFFERS]);
    }
    PyMem_Free(r->remembered);
    PyMem_Free(r->scratch);
    PyMem_Free(r->at);
    PyMem_Free(r->step);
    *r = (Rule){.held = 0};
}

static void unbind(StepObject *self) {
    for (Py_ssize_t i = 0; i < self->argument_count; i++) {
        forget_argument(&self->arguments[i]);
        PyMem_Free(self->arguments[i].floats);
    }
    for (Py_ssize_t i = 0; i < self->rule_count; i++) release_rule(&self->rules[i]);
    for (; self->held > 0; self->held--) PyBuffer_Release(self->held > 2 ? &self->required : &self->ahead[self->held - 1]);
    PyMem_Free(self->arguments);
    PyMem_Free(self->rules);
    self->arguments = NULL;
    self->rules = NULL;
    self->argument_count = self->rule_count = 0;
    Py_CLEAR(self->machine);
    Py_CLEAR(self->groups);
    Py_CLEAR(self->settings);
    Py_CLEAR(self->modes);
    Py_CLEAR(self->usual);
}

/* Are the modes those where nobody has asked for others, such as anomaly()? */
static int are_modes_usual(const StepObject *self) {
    PyObject *modes;
    if (PyContextVar_Get(self->modes, NULL, &modes) < 0) return 0;
    Py_XDECREF(modes);
    return modes == self->usual;
}

/* Is everything as the last step left it: parameters and state not looked at, settings the same objects? */
static int is_undisturbed(const StepObject *self) {
    if (self->machine == NULL || !*(const char *)self->ahead[0].buf || !*(const char *)self->ahead[1].buf) return 0;
    if (!are_modes_usual(self)) return 0;
    if (PyList_GET_SIZE(self->groups) != self->group_count) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->settings); i += 3)
        if (PyDict_GetItemWithError(PyTuple_GET_ITEM(self->settings, i), PyTuple_GET_ITEM(self->settings, i + 1)) !=
            PyTuple_GET_ITEM(self->settings, i + 2))
            return 0;
    return 1;
}

static int holds(int64_t relation, double x, double y) {
    switch (relation) {
        case BELOW: return x < y;
        case AT_MOST: return x <= y;
        case ABOVE: return x > y;
        case AT_LEAST: return x >= y;
        case EQUAL: return x == y;
        default: return x != y;
    }
}

/* The numbers in a rule at its next step; 0 if a condition comes out differently than when it was recorded. */
static int work_out(const StepObject *self, const Rule *r) {
    const Width *w = self->machine->width;
    double *n = r->buffers[NUMBERS].buf;
    const RuleOperation *op = r->buffers[ON_NUMBERS].buf;
    for (Py_ssize_t i = 0; i < ITEMS(r->buffers[ON_NUMBERS], RuleOperation); i++, op++)
        w->apply(op->op, n + op->z, n + op->x, n + op->y, 1, 1, 1);
    const Condition *c = r->buffers[CONDITIONS].buf;
    for (Py_ssize_t i = 0; i < ITEMS(r->buffers[CONDITIONS], Condition); i++, c++) {
        const double x = n[c->x], y = n[c->y];
        if (holds(c->relation, x, y) != c->answer) return 0;
    }
    return 1;
}

static int work_out_all(const StepObject *self) {
    for (Py_ssize_t i = 0; i < self->rule_count; i++)
        if (!work_out(self, &self->rules[i])) return 0;
    return 1;
}

/* Apply a rule to its parameters as one loop. */
static void apply_whole_rule(const StepObject *self, const Rule *r) {
    const Machine *m = &self->machine->machine;
    const double *numbers = r->buffers[NUMBERS].buf;
    const int64_t *used = r->buffers[USED].buf;
    const Stretch *s = r->buffers[STRETCHES].buf;
    double taken[MOST_NUMBERS], *remembered[MOST_REMEMBERED];
    for (Py_ssize_t k = 0; k < ITEMS(r->buffers[USED], int64_t); k++) taken[k] = numbers[used[k]];
    for (Py_ssize_t i = 0; i < ITEMS(r->buffers[STRETCHES], Stretch); i++, s++) {
        for (Py_ssize_t k = 2; k < r->arrays; k++) remembered[k - 2] = (double *)r->remembered[k - 2].buf + s->place;
        self->machine->width->rules[r->whole].loop(m->store[0] + s->row, m->adjoint[0] + s->row, remembered, taken, s->count);
    }
}

/* Apply a rule to its parameters, piece by piece, so that what is in between stays in the nearest cache. */
static void apply_in_pieces(const StepObject *self, const Rule *r) {
    const Width *w = self->machine->width;
    const Machine *m = &self->machine->machine;
    const Py_ssize_t first = ITEMS(r->buffers[NUMBERS], double), operations = ITEMS(r->buffers[ON_ARRAYS], RuleOperation);
    const RuleOperation *ops = r->buffers[ON_ARRAYS].buf;
    const Move *results = r->buffers[RESULTS].buf;
    const Stretch *s = r->buffers[STRETCHES].buf;
    double **at = r->at;
    for (Py_ssize_t i = 0; i < ITEMS(r->buffers[STRETCHES], Stretch); i++, s++) {
        for (int64_t o = 0; o < s->count; o += PIECE) {
            const int64_t n = s->count - o < PIECE ? s->count - o : PIECE;
            at[first] = m->store[0] + s->row + o;
            at[first + 1] = m->adjoint[0] + s->row + o;
            for (Py_ssize_t k = 2; k < r->arrays; k++) at[first + k] = (double *)r->remembered[k - 2].buf + s->place + o;
            for (const RuleOperation *op = ops; op < ops + operations; op++)
                w->apply(op->op, at[op->z], at[op->x], at[op->y], n, r->step[op->x], r->step[op->y]);
            for (Py_ssize_t k = 0; k < ITEMS(r->buffers[RESULTS], Move); k++)
                memcpy(at[results[k].to], at[results[k].from], (size_t)n * sizeof(double));
        }
    }
}

static void apply_rule(const StepObject *self, const Rule *r) {
    if (r->whole >= 0) apply_whole_rule(self, r);
    else apply_in_pieces(self, r);
    double *n = r->buffers[NUMBERS].buf;
    const Move *clock = r->buffers[CLOCK].buf;
    for (Py_ssize_t k = 0; k < ITEMS(r->buffers[CLOCK], Move); k++) n[clock[k].to] = n[clock[k].from];
}

static void keep_examples(const Argument *a, const double *examples, int64_t batch) {
    const int64_t width = padded(a->count);
    if (width == a->count) memcpy(a->kept->examples, examples, (size_t)(batch * width) * sizeof *examples);
    else
        for (int64_t l = 0; l < batch; l++) memcpy(a->kept->examples + l * width, examples + l * a->count, (size_t)a->count * sizeof *examples);
    a->kept->given = 1;
}

/* The numbers of a batch, example by example. */
static const double *examples_of(const Argument *a, int64_t skipped, int64_t batch) {
    const int64_t size = batch * a->count;
    if (!a->is_whole) return (const double *)a->buffer.buf + skipped * size;
    const int64_t *whole = (const int64_t *)a->buffer.buf + skipped * size;
    for (int64_t i = 0; i < size; i++) a->floats[i] = (double)whole[i];
    return a->floats;
}

static double mean_of(const StepObject *self, int varies, int64_t row) {
    const Machine *m = &self->machine->machine;
    return varies ? self->machine->width->mean(m->store[1] + row * m->stride, m->batch) : m->store[0][row];
}

static int is_as_required(const StepObject *self) {
    const Requirement *r = self->required.buf;
    for (Py_ssize_t i = 0; i < ITEMS(self->required, Requirement); i++, r++)
        if (!holds((int64_t)r->relation, mean_of(self, r->varies != 0.0, (int64_t)r->row), r->bound)) return 0;
    return 1;
}

/* One step on the examples that the arguments' memory holds, `batch` of them after `skipped` batches; 0 if something is not as required, or
   a gradient not finite. */
static int take_step(const StepObject *self, int64_t skipped, double *loss) {
    MachineObject *object = self->machine;
    const Machine *m = &object->machine;
    const Width *w = object->width;
    for (const Argument *a = self->arguments; a < self->arguments + self->argument_count; a++) {
        const double *examples = examples_of(a, skipped, m->batch);
        w->spread(m->store[1] + a->row * m->stride, m->stride, examples, a->count, m->batch);
        if (a->kept != NULL) keep_examples(a, examples, m->batch);
    }
    object->machine.lean = 1;
    run_calls(&m->values_and_partials);
    const int goes_on = is_as_required(self);
    if (goes_on) {
        clear_adjoints(object);
        seed_adjoint(object, self->loss_varies, self->loss_row, self->loss_varies ? 1.0 / (double)m->batch : 1.0);
        run_calls(&m->contributions);
    }
    object->machine.lean = 0;
    if (!goes_on) return 0;
    *loss = mean_of(self, self->loss_varies, self->loss_row);
    if (self->check_finite && !w->all_finite(m->adjoint[0], self->parameters)) return 0;
    for (Py_ssize_t i = 0; i < self->rule_count; i++) apply_rule(self, &self->rules[i]);
    return 1;
}

/* Hold on to an array of examples: `leading` axes, then those of the example. 0 without an error where it is not as it must be. */
static int hold_argument(Argument *a, PyObject *given, int leading, int64_t batch) {
    if (a->given == given && a->buffer.ndim == leading + a->dimensions) return 1;
    forget_argument(a);
    if (PyObject_GetBuffer(given, &a->buffer, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) < 0) {
        PyErr_Clear();
        return 0;
    }
    a->given = Py_NewRef(given);
    a->is_whole = a->buffer.itemsize == sizeof(int64_t) && (strcmp(a->buffer.format, "l") == 0 || strcmp(a->buffer.format, "q") == 0);
    int fits = (a->is_whole || strcmp(a->buffer.format, "d") == 0) && a->buffer.ndim == leading + a->dimensions && a->buffer.shape[leading - 1] == batch;
    for (int i = 0; fits && i < a->dimensions; i++) fits = a->buffer.shape[leading + i] == a->shape[i];
    if (!fits) forget_argument(a);
    return fits;
}

static PyObject *step_call(StepObject *self, PyObject *const *args, size_t flags, PyObject *keywords) {
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    int quick = keywords == NULL && is_undisturbed(self) && count == self->argument_count;
    for (Py_ssize_t i = 0; quick && i < count; i++) quick = hold_argument(&self->arguments[i], args[i], 1, self->machine->machine.batch);
    double loss;
    if (quick && work_out_all(self) && take_step(self, 0, &loss)) return PyFloat_FromDouble(loss);
    return PyErr_Occurred() ? NULL : PyObject_Vectorcall(self->owner, args, flags, keywords);
}

/* take(losses, *arrays): a step for each batch of the arrays, which have two leading axes. How many were taken: fewer where a condition
   of a rule has changed, or a gradient is not finite, in which case the loss of that step is there too. */
static PyObject *step_take(StepObject *self, PyObject *args) {
    Py_buffer losses;
    if (self->machine == NULL || PyTuple_GET_SIZE(args) != self->argument_count + 1) {
        PyErr_SetString(PyExc_RuntimeError, "Step: it is not bound to these arguments.");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < self->argument_count; i++)
        if (!hold_argument(&self->arguments[i], PyTuple_GET_ITEM(args, i + 1), 2, self->machine->machine.batch)) {
            PyErr_Format(PyExc_ValueError, "Step: argument %zd is no array of batches.", i);
            return NULL;
        }
    if (PyObject_GetBuffer(PyTuple_GET_ITEM(args, 0), &losses, PyBUF_WRITABLE) < 0) return NULL;
    double *loss = losses.buf;
    Py_ssize_t taken = 0;
    int interrupted = 0;
    for (; taken < ITEMS(losses, double); taken++) {
        if (taken % 64 == 63 && (interrupted = PyErr_CheckSignals() < 0)) break;
        if (!work_out_all(self) || !take_step(self, taken, loss + taken)) break;
    }
    PyBuffer_Release(&losses);
    for (Py_ssize_t i = 0; i < self->argument_count; i++) forget_argument(&self->arguments[i]);
    return interrupted ? NULL : PyLong_FromSsize_t(taken);
}

/* A rule from (numbers, on_numbers, conditions, clock, on_arrays, results, stretches, used, remembered, pieces, whole). */
static int bind_rule(Rule *r, PyObject *described) {
    PyObject *arrays[RULE_BUFFERS], *remembered;
    if (!PyArg_ParseTuple(described, "OOOOOOOOO!nn", &arrays[0], &arrays[1], &arrays[2], &arrays[3], &arrays[4], &arrays[5], &arrays[6],
                          &arrays[7], &PyList_Type, &remembered, &r->pieces, &r->whole))
        return -1;
    const Py_ssize_t count = PyList_GET_SIZE(remembered);
    r->arrays = 2 + count;
    r->remembered = PyMem_Calloc((size_t)count + 1, sizeof *r->remembered);
    if (r->remembered == NULL) return -1;
    for (; r->held < RULE_BUFFERS; r->held++)
        if (PyObject_GetBuffer(arrays[r->held], &r->buffers[r->held], r->held == NUMBERS ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) return -1;
    for (; r->held < RULE_BUFFERS + count; r->held++)
        if (PyObject_GetBuffer(PyList_GET_ITEM(remembered, r->held - RULE_BUFFERS), &r->remembered[r->held - RULE_BUFFERS], PyBUF_WRITABLE) < 0)
            return -1;
    const Py_ssize_t numbers = ITEMS(r->buffers[NUMBERS], double), slots = numbers + r->arrays + r->pieces;
    r->scratch = PyMem_Calloc((size_t)r->pieces * PIECE + 1, sizeof *r->scratch);
    r->at = PyMem_Calloc((size_t)slots, sizeof *r->at);
    r->step = PyMem_Calloc((size_t)slots, sizeof *r->step);
    if (r->scratch == NULL || r->at == NULL || r->step == NULL) return -1;
    if (ITEMS(r->buffers[USED], int64_t) > MOST_NUMBERS || count > MOST_REMEMBERED) r->whole = -1;
    for (Py_ssize_t i = 0; i < slots; i++) {
        r->step[i] = i >= numbers;
        if (i < numbers) r->at[i] = (double *)r->buffers[NUMBERS].buf + i;
        else if (i >= numbers + r->arrays) r->at[i] = r->scratch + (i - numbers - r->arrays) * PIECE;
    }
    return 0;
}

/* An argument from the shape of its example. */
static int bind_argument(Argument *a, PyObject *shape, int64_t row) {
    a->row = row;
    a->count = 1;
    a->dimensions = (int)PyTuple_GET_SIZE(shape);
    if (a->dimensions > 8) {
        PyErr_SetString(PyExc_ValueError, "Step: an example has more than 8 axes.");
        return -1;
    }
    for (int i = 0; i < a->dimensions; i++) {
        a->shape[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, i));
        if (a->shape[i] < 0) return -1;
        a->count *= a->shape[i];
    }
    return 0;
}

static int bind(StepObject *self, PyObject *args) {
    PyObject *machine, *shapes, *ahead[2], *modes, *usual, *groups, *settings, *rules, *required;
    int loss_varies, check_finite;
    Py_ssize_t loss_row, parameters;
    if (!PyArg_ParseTuple(args, "O!O!OOOOO!O!pnOnpO!", machine_type, &machine, &PyTuple_Type, &shapes, &ahead[0], &ahead[1], &modes, &usual,
                          &PyList_Type, &groups, &PyTuple_Type, &settings, &loss_varies, &loss_row, &required, &parameters, &check_finite, &PyList_Type, &rules))
        return -1;
    unbind(self);
    self->loss_varies = loss_varies;
    self->loss_row = loss_row;
    self->parameters = parameters;
    self->check_finite = check_finite;
    for (; self->held < 2; self->held++)
        if (PyObject_GetBuffer(ahead[self->held], &self->ahead[self->held], PyBUF_SIMPLE) < 0) return -1;
    if (PyObject_GetBuffer(required, &self->required, PyBUF_SIMPLE) < 0) return -1;
    self->held++;
    self->arguments = PyMem_Calloc((size_t)PyTuple_GET_SIZE(shapes) + 1, sizeof *self->arguments);
    self->rules = PyMem_Calloc((size_t)PyList_GET_SIZE(rules) + 1, sizeof *self->rules);
    if (self->arguments == NULL || self->rules == NULL) return -1;
    int64_t row = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(shapes); i++) {
        self->argument_count++;
        if (bind_argument(&self->arguments[i], PyTuple_GET_ITEM(shapes, i), row) < 0) return -1;
        row += self->arguments[i].count;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(rules); i++) {
        self->rule_count++;
        if (bind_rule(&self->rules[i], PyList_GET_ITEM(rules, i)) < 0) return -1;
    }
    const Machine *m = &((MachineObject *)machine)->machine;
    for (Argument *a = self->arguments; a < self->arguments + self->argument_count; a++) {
        a->floats = PyMem_Calloc((size_t)(m->batch * a->count) + 1, sizeof *a->floats);
        if (a->floats == NULL) return -1;
        for (Batch *b = m->batch_of; b < m->batch_of + m->batches; b++)
            if (b->wanted && b->start == a->row && b->count == a->count) a->kept = b;
    }
    self->groups = Py_NewRef(groups);
    self->group_count = PyList_GET_SIZE(groups);
    self->settings = Py_NewRef(settings);
    self->modes = Py_NewRef(modes);
    self->usual = Py_NewRef(usual);
    self->machine = (MachineObject *)Py_NewRef(machine);
    return 0;
}

static PyObject *step_bind(StepObject *self, PyObject *args) {
    if (bind(self, args) < 0) {
        unbind(self);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

static int step_init(StepObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"owner", NULL};
    PyObject *owner;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", names, &owner)) return -1;
    Py_XSETREF(self->owner, Py_NewRef(owner));
    self->call = (vectorcallfunc)step_call;
    return 0;
}

/* What a Step does not have itself, its owner has. */
static PyObject *step_getattro(StepObject *self, PyObject *name) {
    PyObject *found = PyObject_GenericGetAttr((PyObject *)self, name);
    if (found != NULL || self->owner == NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
    PyErr_Clear();
    return PyObject_GetAttr(self->owner, name);
}

static PyObject *step_repr(StepObject *self) {
    return PyObject_Repr(self->owner ? self->owner : Py_None);
}

static int step_traverse(StepObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->owner);
    Py_VISIT(self->groups);
    Py_VISIT(self->settings);
    Py_VISIT(self->modes);
    Py_VISIT(self->usual);
    Py_VISIT(self->machine);
    for (Py_ssize_t i = 0; i < self->argument_count; i++) Py_VISIT(self->arguments[i].given);
    return 0;
}

static int step_clear(StepObject *self) {
    unbind(self);
    Py_CLEAR(self->owner);
    return 0;
}

static void step_dealloc(StepObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    step_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef step_methods[] = {
    {"bind", (PyCFunction)step_bind, METH_VARARGS, "Take the quick way from now on, with this machine and these rules."},
    {"take", (PyCFunction)step_take, METH_VARARGS, "A step for each batch; how many were taken."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef step_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(StepObject, call), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot step_slots[] = {
    {Py_tp_doc, "A training step that takes the quick way where nothing has happened since the last."},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, step_init},
    {Py_tp_dealloc, step_dealloc},
    {Py_tp_traverse, step_traverse},
    {Py_tp_clear, step_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_getattro, step_getattro},
    {Py_tp_repr, step_repr},
    {Py_tp_methods, step_methods},
    {Py_tp_members, step_members},
    {0, NULL},
};

static PyType_Spec step_spec = {"autograd.replay.native._native.Step", sizeof(StepObject), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, step_slots};

int add_step_type(PyObject *module) {
    PyObject *type = PyType_FromSpec(&step_spec);
    const int result = type == NULL ? -1 : PyModule_AddObjectRef(module, "Step", type);
    Py_XDECREF(type);
    return result;
}
