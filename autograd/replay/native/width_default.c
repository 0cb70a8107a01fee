/* The machine for any processor: vectors of two numbers. */

#include "machine.h"

#define LANES 2
#define TILE_COLUMNS 2
#define TILE_SUMS 8
#define WIDTH width_default
#define INTERPRETER scalars_default
#define WIDTH_NAME "default"
#include "kernels.h"
#include "nodes.h"

const char *operation_name(size_t i) {
    return i < sizeof operations / sizeof *operations ? operations[i].name : NULL;
}

const char *rule_text(size_t i) {
    return rules[i].text;
}

const char table_digest[] = TABLE_DIGEST;
