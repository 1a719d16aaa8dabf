#pragma once
#include "queue.h"
#include "truth.h"
#include "wire.h"
#include "world.h"

/* Everything that moves. */
struct internet {
  struct world world;
  struct queue queue;      /* what happens inside */
  struct queue deliveries; /* what the host gets: only this has to be on time */
  int64_t slack;           /* how late an inside event may be looked at: no answer is due sooner after it */
  struct truth truth;
  struct wire wire;
  bool begun; /* the first probe has come: timed changes count from there */
};

/* A packet of the host, just read. */
void internet_enter(struct internet *internet, struct packet *packet);
/* Looks at the earliest inside event. Its own time counts as now, however late it is looked at. */
void internet_happen(struct internet *internet);
/* Hands over the earliest answer. */
void internet_deliver(struct internet *internet);
/* After the world has changed. */
void internet_changed(struct internet *internet);
