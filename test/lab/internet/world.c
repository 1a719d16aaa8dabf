#include "world.h"

#include <stdlib.h>
#include <string.h>

static uint64_t address_key(const struct address *address) {
  uint64_t halves[2];
  memcpy(halves, address->bytes, 16);
  return mix64(mix64(halves[0]) ^ halves[1]);
}

static uint64_t route_key(int node, int destination) {
  return (uint64_t)(uint32_t)node << 32 | (uint32_t)destination;
}

int world_owner(const struct world *world, const struct address *address) {
  return table_get(&world->owners, address_key(address));
}

const struct route *world_route(const struct world *world, int node, int destination) {
  int32_t found = table_get(&world->routing, route_key(node, destination));
  if (found < 0) found = table_get(&world->routing, route_key(node, -1));
  return found < 0 ? NULL : &world->routes[found];
}

/* Makes room for item `number` of a zeroed array. */
static void *reach(void *items, int *count, int number, size_t size) {
  if (number < *count) return items;
  int grown = number + 1 > *count * 2 ? number + 1 : *count * 2;
  items = realloc(items, (size_t)grown * size);
  if (!items) abort();
  memset((char *)items + (size_t)*count * size, 0, (size_t)(grown - *count) * size);
  *count = grown;
  return items;
}

struct node *world_node(struct world *world, int number) {
  int known = world->nodes_count;
  world->nodes = reach(world->nodes, &world->nodes_count, number, sizeof *world->nodes);
  for (int i = known; i < world->nodes_count; i++) {
    random_seed(&world->nodes[i].random, world->seed, 4 * (uint64_t)i + 2);
    world->nodes[i].balance_seed = mix64(world->seed ^ mix64((uint64_t)i + 1));
    world->nodes[i].hop_limit = 64;
  }
  return &world->nodes[number];
}

struct pipe *world_pipe(struct world *world, int number) {
  int known = world->pipes_count;
  world->pipes = reach(world->pipes, &world->pipes_count, number, sizeof *world->pipes);
  for (int i = known; i < world->pipes_count; i++) pipe_seed(&world->pipes[i], world->seed, (uint64_t)i);
  return &world->pipes[number];
}

struct route *world_route_new(struct world *world, int node, int destination) {
  uint64_t key = route_key(node, destination);
  int32_t number = table_get(&world->routing, key);
  if (number < 0) {
    number = world->routes_used++;
    world->routes = reach(world->routes, &world->routes_room, number, sizeof *world->routes);
    table_put(&world->routing, key, number);
  }
  return &world->routes[number];
}

void world_own(struct world *world, const struct address *address, int node) {
  table_put(&world->owners, address_key(address), node);
}

void world_later(struct world *world, int64_t after, const char *line) {
  int number = world->changes_used++;
  world->changes = reach(world->changes, &world->changes_room, number, sizeof *world->changes);
  world->changes[number] = (struct change){after, strdup(line)};
}
