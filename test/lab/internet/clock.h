#pragma once
#include <stdint.h>
#include <time.h>

static inline int64_t clock_read(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}
static inline int64_t clock_monotonic(void) { return clock_read(CLOCK_MONOTONIC); }
static inline int64_t clock_wall(void) { return clock_read(CLOCK_REALTIME); }
