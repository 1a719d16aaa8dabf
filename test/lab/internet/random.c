#include "random.h"

#include <math.h>

uint64_t mix64(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

void random_seed(struct random *random, uint64_t seed, uint64_t stream) {
  random->state = mix64(seed + 0x9e3779b97f4a7c15u * (stream + 1));
}

double random_unit(struct random *random) {
  random->state += 0x9e3779b97f4a7c15u;
  return (double)(mix64(random->state) >> 11) * 0x1p-53;
}

double random_exponential(struct random *random, double mean) { return -mean * log1p(-random_unit(random)); }

/* Box and Muller, one of the pair. */
static double normal(struct random *random) {
  double radius = sqrt(-2 * log1p(-random_unit(random)));
  return radius * cos(2 * M_PI * random_unit(random));
}

int64_t noise_draw(const struct noise *noise, struct random *random) {
  double value = 0;
  switch (noise->kind) {
    case NOISE_NONE: return 0;
    case NOISE_UNIFORM: value = noise->a + (noise->b - noise->a) * random_unit(random); break;
    case NOISE_EXPONENTIAL: value = random_exponential(random, noise->a); break;
    case NOISE_NORMAL: value = noise->a + noise->b * normal(random); break;
    /* Lomax: a Pareto tail that starts at zero. */
    case NOISE_PARETO: value = noise->a * (pow(1 - random_unit(random), -1 / noise->b) - 1); break;
  }
  return value > 0 ? (int64_t)value : 0;
}
