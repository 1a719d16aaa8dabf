#include "queue.h"

#include <stdbool.h>
#include <stdlib.h>

static bool before(const struct event *a, const struct event *b) {
  return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void queue_push(struct queue *queue, struct event event) {
  if (queue->size == queue->room) {
    queue->room = queue->room ? queue->room * 2 : 4096;
    queue->heap = realloc(queue->heap, queue->room * sizeof *queue->heap);
    if (!queue->heap) abort();
  }
  event.order = queue->order++;
  size_t hole = queue->size++;
  while (hole) {
    size_t parent = (hole - 1) / 4;
    if (!before(&event, &queue->heap[parent])) break;
    queue->heap[hole] = queue->heap[parent];
    hole = parent;
  }
  queue->heap[hole] = event;
}

struct event queue_pop(struct queue *queue) {
  struct event first = queue->heap[0], last = queue->heap[--queue->size];
  size_t hole = 0;
  for (;;) {
    size_t child = hole * 4 + 1, end = child + 4, least = child;
    if (child >= queue->size) break;
    if (end > queue->size) end = queue->size;
    for (size_t i = child + 1; i < end; i++)
      if (before(&queue->heap[i], &queue->heap[least])) least = i;
    if (!before(&queue->heap[least], &last)) break;
    queue->heap[hole] = queue->heap[least];
    hole = least;
  }
  queue->heap[hole] = last;
  return first;
}
