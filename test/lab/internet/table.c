#include "table.h"

#include <stdlib.h>

#include "random.h"

static size_t slot_of(const struct table *table, uint64_t key) {
  size_t mask = table->room - 1, slot = mix64(key) & mask;
  while (table->values[slot] >= 0 && table->keys[slot] != key) slot = (slot + 1) & mask;
  return slot;
}

static void grow(struct table *table) {
  struct table old = *table;
  table->room = old.room ? old.room * 2 : 64;
  table->keys = calloc(table->room, sizeof *table->keys);
  table->values = malloc(table->room * sizeof *table->values);
  if (!table->keys || !table->values) abort();
  for (size_t i = 0; i < table->room; i++) table->values[i] = -1;
  for (size_t i = 0; i < old.room; i++) {
    if (old.values[i] < 0) continue;
    size_t slot = slot_of(table, old.keys[i]);
    table->keys[slot] = old.keys[i], table->values[slot] = old.values[i];
  }
  free(old.keys), free(old.values);
}

void table_put(struct table *table, uint64_t key, int32_t value) {
  if (table->size * 2 >= table->room) grow(table);
  size_t slot = slot_of(table, key);
  if (table->values[slot] < 0) table->size++;
  table->keys[slot] = key, table->values[slot] = value;
}

int32_t table_get(const struct table *table, uint64_t key) {
  return table->room ? table->values[slot_of(table, key)] : -1;
}
