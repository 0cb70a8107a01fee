/* The extension module `_native`: its types, and what it was built from. */

#include "objects.h"

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", "The machine that runs lowered kernels.", -1, NULL, NULL, NULL, NULL, NULL};

/* The texts that a function gives for 0, 1, … until NULL. */
static PyObject *listed(const char *text(size_t)) {
    PyObject *texts = PyList_New(0);
    for (size_t i = 0; texts != NULL && text(i) != NULL; i++) {
        PyObject *one = PyUnicode_FromString(text(i));
        if (one == NULL || PyList_Append(texts, one) < 0) Py_CLEAR(texts);
        Py_XDECREF(one);
    }
    return texts;
}

/* Adds a new reference, which may be NULL with an error set. */
static int add(PyObject *to, const char *name, PyObject *thing) {
    const int result = thing == NULL ? -1 : PyModule_AddObjectRef(to, name, thing);
    Py_XDECREF(thing);
    return result;
}

PyMODINIT_FUNC PyInit__native(void) {
    PyObject *self = PyModule_Create(&module);
    if (self == NULL || add_machine_type(self) < 0 || add_step_type(self) < 0 || add_scalars_type(self) < 0 ||
        add(self, "operations", listed(operation_name)) < 0 ||
        add(self, "rules", listed(rule_text)) < 0 || add(self, "digest", PyUnicode_FromString(table_digest)) < 0)
        Py_CLEAR(self);
    return self;
}
