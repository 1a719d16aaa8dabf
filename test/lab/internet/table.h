#pragma once
#include <stddef.h>
#include <stdint.h>

/* A hash table from 64-bit keys to small numbers. */
struct table {
  uint64_t *keys;
  int32_t *values; /* -1 where the slot is free */
  size_t size, room;
};

void table_put(struct table *table, uint64_t key, int32_t value);
/* -1 when it is not there. */
int32_t table_get(const struct table *table, uint64_t key);
