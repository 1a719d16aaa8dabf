#include "limit.h"

#include <string.h>

static struct bucket *bucket_of(struct limit *limit, const struct address *host) {
  if (!limit->per_host) return &limit->buckets[0];
  struct bucket *oldest = &limit->buckets[0];
  for (int i = 0; i < LIMIT_HOSTS; i++) {
    struct bucket *bucket = &limit->buckets[i];
    if (bucket->at && !memcmp(&bucket->host, host, sizeof *host)) return bucket;
    if (bucket->at < oldest->at) oldest = bucket;
  }
  oldest->host = *host;
  oldest->at = 0;
  return oldest;
}

bool limit_allows(struct limit *limit, const struct address *host, int64_t now) {
  struct bucket *bucket = bucket_of(limit, host);
  double tokens = limit->burst;
  if (bucket->at) tokens = bucket->tokens + (double)(now - bucket->at) * limit->per_second / 1e9;
  if (tokens > limit->burst) tokens = limit->burst;
  bool allowed = tokens >= 1 - 1e-9;
  bucket->tokens = allowed ? tokens - 1 : tokens;
  bucket->at = now;
  return allowed;
}
