#pragma once
#include <stdint.h>

/* One stream of pseudo-random numbers (splitmix64). Every link direction and router has its own, so what
   happens at one place does not depend on how often another was asked. */
struct random {
  uint64_t state;
};

/* How much longer something takes, in nanoseconds. Text form: kind/a/b. */
struct noise {
  enum { NOISE_NONE, NOISE_UNIFORM, NOISE_EXPONENTIAL, NOISE_NORMAL, NOISE_PARETO } kind;
  double a; /* lowest, mean, mean, scale */
  double b; /* highest, unused, standard deviation, shape */
};

void random_seed(struct random *random, uint64_t seed, uint64_t stream);
/* In [0, 1). */
double random_unit(struct random *random);
/* Exponentially distributed with this mean. */
double random_exponential(struct random *random, double mean);
/* Nanoseconds, never negative. */
int64_t noise_draw(const struct noise *noise, struct random *random);
/* A well mixed hash of 64 bits (the finaliser of splitmix64). */
uint64_t mix64(uint64_t value);
