#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_ROOM = 2048, TRAIL_ROOM = 256 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMP6 = 58 };

/* IPv4 addresses are kept as ::ffff:a.b.c.d, so one kind of address is enough. */
struct address {
  uint8_t bytes[16];
};

/* What became of a probe. The numbers are part of the truth file: see truth.ts. */
enum fate {
  FATE_ANSWERED,
  FATE_LOST_THERE,  /* by a link's random loss */
  FATE_LOST_BACK,
  FATE_QUEUE_THERE, /* a link's queue was full */
  FATE_QUEUE_BACK,
  FATE_SILENT,      /* the router or host answers nothing to this */
  FATE_LIMITED,     /* its ICMP rate limit was used up */
  FATE_DISCARDED,   /* dropped by a route that says so */
  FATE_MALFORMED,   /* a checksum or length is wrong */
  FATE_EXPIRED_BACK /* the answer's own hop limit ran out */
};

/* A probe on its way there, and then, in the same place, its answer on the way back. */
struct packet {
  struct packet *next; /* in the pool */

  /* The probe, as it was sent. */
  int64_t sent;      /* monotonic */
  int64_t sent_wall; /* the kernel's stamp */
  uint8_t family, protocol, hop_limit;
  uint16_t identifier, sequence; /* or source and destination port */
  uint16_t checksum, ip_id, probe_length;
  uint32_t flow_label;
  struct address source, destination;
  int goal;                  /* node that owns the destination */
  uint64_t pair_hash, flow_hash;

  /* Its way. */
  uint32_t trail[TRAIL_ROOM]; /* pipes walked, in order */
  int depth;                  /* how many there */
  int left;                   /* of which still to walk back */
  int64_t delay;              /* configured delays, there and back */
  double narrowest;           /* bits per second, 0 when no link limits */

  /* Its answer. */
  uint32_t responder;
  uint8_t reply_type, reply_code;
  struct address from;

  int length;
  uint8_t bytes[PACKET_ROOM];
};

struct packet *packet_new(void);
void packet_free(struct packet *packet);
/* How many are under way. */
extern uint64_t packets_in_flight;

/* Reads what `bytes` and `length` hold into the fields above. False for what is no whole IP packet, or has a
   wrong IPv4 header checksum. */
bool packet_read(struct packet *packet);
/* Whether the transport header is whole and its checksum right: only the destination looks. */
bool packet_intact(const struct packet *packet);
/* Of the packet as it is now. */
int packet_header_length(const struct packet *packet);
/* One hop further. False where the hop limit does not allow it. */
bool packet_age(struct packet *packet);
