#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

enum { LIMIT_HOSTS = 8 };

/* A router's limit on the ICMP errors it makes: a token bucket, one for all or one for each asking host. One
   form covers the common routers: Linux 1/s with 6 at once per host, and 1000/s with 50 at once over all;
   Cisco IOS one per 500 ms; Junos 1000 per second. */
struct limit {
  double per_second, burst;
  bool per_host;
  struct bucket {
    struct address host;
    double tokens;
    int64_t at; /* when the tokens were counted; 0 while unused */
  } buckets[LIMIT_HOSTS];
};

bool limit_allows(struct limit *limit, const struct address *host, int64_t now);
