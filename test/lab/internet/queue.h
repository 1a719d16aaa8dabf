#pragma once
#include <stddef.h>
#include <stdint.h>

struct packet;

/* Something that happens at a time, nanoseconds on the monotonic clock. */
struct event {
  int64_t at;
  uint64_t order; /* set by queue_push: of equals, the first pushed comes first */
  enum { EVENT_FORWARD, EVENT_ANSWER, EVENT_BACK, EVENT_CHANGE } kind;
  union {
    struct packet *packet;
    const char *line; /* of a change */
  };
};

/* A heap with four children a node: flat, and a node's children share a cache line or two. */
struct queue {
  struct event *heap;
  size_t size, room;
  uint64_t order;
};

void queue_push(struct queue *queue, struct event event);
/* The earliest; the queue must not be empty. */
struct event queue_pop(struct queue *queue);
