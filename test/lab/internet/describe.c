#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct noise read_noise(const char *text) {
  static const char *const names[] = {"none", "uniform", "exponential", "normal", "pareto"};
  struct noise noise = {0};
  char name[16] = "";
  sscanf(text, "%15[^/]/%lf/%lf", name, &noise.a, &noise.b);
  for (int i = 0; i < 5; i++)
    if (!strcmp(name, names[i])) noise.kind = i;
  return noise;
}

static struct cross read_cross(const char *text) {
  struct cross cross = {0};
  char name[16] = "";
  int *size = cross.sizes;
  int found = sscanf(text, "%15[^/]/%lf/%lf/%lf/%lf/%d/%d/%d/%d", name, &cross.load, &cross.peak, &cross.on,
                     &cross.off, size, size + 1, size + 2, size + 3);
  cross.sizes_count = found - 5;
  if (found > 5 && cross.load > 0) cross.kind = strcmp(name, "on-off") ? CROSS_POISSON : CROSS_ON_OFF;
  return cross;
}

static struct limit read_limit(const char *text) {
  struct limit limit = {0};
  char whom[8] = "";
  sscanf(text, "%lf/%lf/%7s", &limit.per_second, &limit.burst, whom);
  limit.per_host = !strcmp(whom, "host");
  return limit;
}

static bool add_address(struct world *world, int number, const char *text) {
  struct node *node = world_node(world, number);
  struct address address = {0};
  int family = strchr(text, ':') ? 1 : 0;
  memset(address.bytes + 10, 0xff, 2);
  if (inet_pton(family ? AF_INET6 : AF_INET, text, address.bytes + (family ? 0 : 12)) != 1) return false;
  if (node->addresses_count[family] == NODE_ADDRESSES) return false;
  node->addresses[family][node->addresses_count[family]++] = address;
  world_own(world, &address, number);
  return true;
}

static bool set_node(struct world *world, int number, const char *key, char *value) {
  struct node *node = world_node(world, number);
  char *rest = value, *item;
  if (!strcmp(key, "address")) return add_address(world, number, value);
  if (!strcmp(key, "silent")) node->silent = atof(value);
  else if (!strcmp(key, "limits")) {
    for (node->limits_count = 0; (item = strsep(&rest, ",")) && *item && node->limits_count < 2;)
      node->limits[node->limits_count++] = read_limit(item);
  } else if (!strcmp(key, "mpls")) {
    for (node->labels_count = 0; (item = strsep(&rest, ",")) && *item && node->labels_count < NODE_LABELS;)
      node->labels[node->labels_count++] = (uint32_t)strtoul(item, NULL, 16);
  } else if (!strcmp(key, "service")) node->service = read_noise(value);
  else if (!strcmp(key, "quote")) node->quote = atoi(value);
  else if (!strcmp(key, "hoplimit")) node->hop_limit = atoi(value);
  else if (!strcmp(key, "detour")) node->detour = atoi(value);
  else if (!strcmp(key, "balance")) node->balance = atoi(value);
  else if (!strcmp(key, "udp")) node->udp = atoi(value);
  else if (!strcmp(key, "tcp")) node->tcp = atoi(value);
  else if (!strcmp(key, "echo")) node->echo_silent = !atoi(value);
  else return false;
  return true;
}

static bool set_pipe(struct pipe *pipe, const char *key, char *value) {
  if (!strcmp(key, "to")) pipe->to = atoi(value);
  else if (!strcmp(key, "delay")) pipe->delay = atoll(value);
  else if (!strcmp(key, "rate")) pipe->rate = atof(value);
  else if (!strcmp(key, "room")) pipe->room = atof(value);
  else if (!strcmp(key, "loss")) pipe->loss = atof(value);
  else if (!strcmp(key, "mtu")) pipe->mtu = atoi(value);
  else if (!strcmp(key, "jitter")) pipe->jitter = read_noise(value);
  else if (!strcmp(key, "cross")) pipe->cross = read_cross(value);
  else return false;
  return true;
}

static bool set_route(struct route *route, const char *key, char *value) {
  char *rest = value, *item;
  if (!strcmp(key, "via")) {
    route->kind = ROUTE_FORWARD;
    for (route->ways_count = 0; (item = strsep(&rest, ",")) && route->ways_count < ROUTE_WAYS;)
      route->ways[route->ways_count++] = (uint32_t)atoi(item);
  } else if (!strcmp(key, "refuse")) {
    route->kind = ROUTE_REFUSE;
    return sscanf(value, "%hhu/%hhu/%hhu/%hhu", &route->type[0], &route->code[0], &route->type[1],
                  &route->code[1]) == 4;
  } else if (!strcmp(key, "discard")) route->kind = ROUTE_DISCARD;
  else return false;
  return true;
}

static bool take_words(struct world *world, const char *kind, char *rest) {
  const char *first = strsep(&rest, " ");
  const char *second = !strcmp(kind, "route") ? strsep(&rest, " ") : "";
  if (!first || !second) return false;
  int number = atoi(first);
  for (char *word; (word = strsep(&rest, " "));) {
    char *key = strsep(&word, "=");
    bool fine = false;
    if (!word) return false;
    if (!strcmp(kind, "node")) fine = set_node(world, number, key, word);
    if (!strcmp(kind, "pipe")) fine = set_pipe(world_pipe(world, number), key, word);
    if (!strcmp(kind, "route")) fine = set_route(world_route_new(world, number, atoi(second)), key, word);
    if (!fine) return false;
  }
  return true;
}

bool world_take(struct world *world, const char *line) {
  char *copy = strdup(line), *rest = copy;
  const char *kind = strsep(&rest, " ");
  bool fine = rest;
  if (fine && !strcmp(kind, "seed")) {
    world->seed = strtoull(rest, NULL, 10);
  } else if (fine && !strcmp(kind, "at")) {
    char *later;
    double ms = strtod(rest, &later);
    world_later(world, (int64_t)(ms * 1e6), later + strspn(later, " "));
  } else if (fine) {
    fine = take_words(world, kind, rest);
  }
  if (!fine) fprintf(stderr, "not understood: %s\n", line);
  free(copy);
  return fine;
}
