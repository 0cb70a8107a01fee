/* The extension's types, as its files see each other's. */

#ifndef OBJECTS_H
#define OBJECTS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "machine.h"

enum { UNIFORM, VARYING, UNIFORM_ADJOINT, VARYING_ADJOINT, INDEX, SCRATCH, CLEARED, EXAMPLES, BUFFERS };

/* Rows whose adjoints a backward pass starts from 0. */
typedef struct {
    int64_t varying, start, count;
} ClearedRows;

typedef struct {
    PyObject_HEAD
    Machine machine;
    const Width *width;
    Py_buffer buffers[BUFFERS];
    int held;
} MachineObject;

/* Sets adjoints to 0 where they are added to, and adds what every lane of an output is worth. */
void clear_adjoints(const MachineObject *self);
void seed_adjoint(const MachineObject *self, int varying, int64_t row, double seed);

/* Adds the type to the module; -1 with an error set. */
int add_machine_type(PyObject *module);
int add_step_type(PyObject *module);
int add_scalars_type(PyObject *module);
extern PyTypeObject *machine_type;

#endif
