#include "pipe.h"

#include <stdbool.h>

/* Cross traffic is made up only when somebody looks. After a long time with nobody looking it starts afresh
   this many packets back, far enough for the queue to have forgotten how it began. */
enum { CROSS_MEMORY = 2000 };

void pipe_seed(struct pipe *pipe, uint64_t seed, uint64_t number) {
  random_seed(&pipe->random, seed, 4 * number);
  random_seed(&pipe->cross_random, seed, 4 * number + 1);
}

static bool enqueue(struct pipe *pipe, int64_t now, int bytes) {
  int64_t start = pipe->free_at > now ? pipe->free_at : now;
  double waiting = (double)(start - now) * pipe->rate / 8e9;
  if (waiting > 0 && waiting + bytes > pipe->room) return false;
  pipe->free_at = start + (int64_t)(bytes * 8e9 / pipe->rate + 0.5);
  return true;
}

static double mean_size(const struct cross *cross) {
  double sum = 0;
  for (int i = 0; i < cross->sizes_count; i++) sum += cross->sizes[i];
  return sum / cross->sizes_count;
}

static void begin_period(struct cross *cross, struct random *random, int64_t now, double gap) {
  cross->until = now + (int64_t)random_exponential(random, cross->on);
  cross->next = now + (int64_t)random_exponential(random, gap);
}

/* The next packet at or after `from`, with OFF periods stepped over. */
static void schedule_cross(struct cross *cross, struct random *random, int64_t from, double gap) {
  cross->next = from + (int64_t)random_exponential(random, gap);
  while (cross->kind == CROSS_ON_OFF && cross->next > cross->until)
    begin_period(cross, random, cross->until + (int64_t)random_exponential(random, cross->off), gap);
}

static void cross_until(struct pipe *pipe, int64_t now) {
  struct cross *cross = &pipe->cross;
  struct random *random = &pipe->cross_random;
  double busy = cross->kind == CROSS_ON_OFF ? cross->peak : cross->load;
  double size = mean_size(cross), gap = size * 8e9 / (pipe->rate * busy);
  int64_t memory = (int64_t)(CROSS_MEMORY * size * 8e9 / (pipe->rate * cross->load));
  if (cross->next < now - memory) {
    int64_t start = now - memory;
    bool on = random_unit(random) * (cross->on + cross->off) < cross->on;
    /* Exponential periods have no memory: what is left of one is as long as a whole one. */
    cross->until = on ? start + (int64_t)random_exponential(random, cross->on) : start;
    schedule_cross(cross, random, start, gap);
  }
  while (cross->next <= now) {
    int bytes = cross->sizes[(int)(random_unit(random) * cross->sizes_count)];
    enqueue(pipe, cross->next, bytes);
    schedule_cross(cross, random, cross->next, gap);
  }
}

int64_t pipe_pass(struct pipe *pipe, int64_t now, int bytes, int *full) {
  now += noise_draw(&pipe->jitter, &pipe->random);
  if (now < pipe->entered) now = pipe->entered;
  pipe->entered = now;
  *full = 0;
  if (pipe->rate > 0) {
    if (pipe->cross.kind != CROSS_NONE) cross_until(pipe, now);
    if (!enqueue(pipe, now, bytes)) {
      *full = 1;
      return -1;
    }
    now = pipe->free_at;
  }
  if (pipe->loss > 0 && random_unit(&pipe->random) < pipe->loss) return -1;
  return now + pipe->delay;
}
