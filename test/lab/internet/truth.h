#pragma once
#include <stdint.h>

#include "packet.h"

/* What became of one probe. The layout is read by truth.ts; all numbers little-endian. */
struct truth_record {
  uint64_t sent_wall;    /* the kernel's stamp of the probe, nanoseconds since 1970 */
  uint64_t rtt;          /* from then to the kernel's stamp of the answer, nanoseconds; of a lost one, to its end */
  uint64_t due;          /* the same as the description and its queues have it, to the nanosecond */
  uint64_t delay;        /* the configured delays of its links alone, there and back */
  double narrowest;      /* least capacity so far, bits per second; 0 when no link limits */
  uint32_t handover;     /* 0 with the kernel's stamp; without, nanoseconds within which it is, from rtt on */
  uint32_t place;        /* node that answered, limited or discarded it; pipe that lost it */
  struct address destination, responder;
  uint32_t flow_label;
  uint16_t identifier, sequence, checksum, ip_id, length;
  uint8_t family, protocol, hop_limit, fate, reply_type, reply_code, reply_hop_limit, hops;
  uint8_t unused[2];
};
_Static_assert(sizeof(struct truth_record) == 104, "truth.ts reads records of 104 bytes");

/* The first page of the file; records follow, number n at n modulo capacity. */
struct truth_head {
  char magic[8]; /* "truth  1" */
  uint64_t capacity;
  uint64_t written;   /* records so far */
  uint64_t in_flight; /* probes without a record yet */
  uint64_t strangers; /* packets to addresses that nobody has */
  uint64_t unread;    /* packets that came faster than they were read */
  uint64_t adrift;    /* probes whose stamp was no good because the wall clock was set */
};
enum { TRUTH_HEAD = 4096 };

struct truth {
  struct truth_head *head;
  struct truth_record *records;
};

/* A file shared with whoever wants to know: what is in it is complete at any time, with no call on either side. */
int truth_open(struct truth *truth, const char *path, uint64_t capacity);
void truth_tell(struct truth *truth, const struct packet *packet, enum fate fate, uint32_t place, int64_t due,
                int64_t ended, int64_t handover);
