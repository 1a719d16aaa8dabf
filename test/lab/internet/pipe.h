#pragma once
#include <stdint.h>

#include "packet.h"
#include "random.h"

/* Packets of others that pass this link and no other. */
struct cross {
  enum { CROSS_NONE, CROSS_POISSON, CROSS_ON_OFF } kind;
  double load;     /* share of the capacity, on average */
  double peak;     /* share of it while ON */
  double on, off;  /* mean lengths, nanoseconds */
  int sizes[4], sizes_count;
  int64_t next;    /* when the next of them comes */
  int64_t until;   /* when this ON period ends */
};

/* One direction of a link: processing jitter, then a first-in-first-out queue in front of a transmitter, then
   the wire. Pipe 2n and pipe 2n + 1 are the two directions of link n. */
struct pipe {
  int to;            /* node */
  int64_t delay;     /* nanoseconds on the wire */
  double rate;       /* bits per second of IP packets, 0 for no limit */
  double room;       /* bytes the queue holds, the packet being sent among them */
  double loss;
  int mtu;           /* 0 for no limit */
  struct noise jitter;
  struct cross cross;

  struct random random, cross_random;
  int64_t entered;   /* when the latest packet came to the queue: jitter never lets one overtake */
  int64_t free_at;   /* when the transmitter has sent all it has */
};

void pipe_seed(struct pipe *pipe, uint64_t seed, uint64_t number);
/* Sends `bytes` in at `now`. Returns when they arrive at the other end, or -1: then *full says whether the
   queue was full or the packet was lost on the wire. Must be called in the order of time. */
int64_t pipe_pass(struct pipe *pipe, int64_t now, int bytes, int *full);
