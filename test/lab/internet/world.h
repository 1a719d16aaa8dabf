#pragma once
#include <stdio.h>

#include "limit.h"
#include "packet.h"
#include "pipe.h"
#include "random.h"
#include "table.h"

enum { NODE_ADDRESSES = 8, NODE_LABELS = 8, ROUTE_WAYS = 16 };

/* A router or a host. */
struct node {
  struct address addresses[2][NODE_ADDRESSES]; /* IPv4, IPv6: answers take turns */
  int addresses_count[2];
  unsigned turn;
  double silent;        /* how often it answers nothing */
  struct limit limits[2];
  int limits_count;
  struct noise service; /* time to make an ICMP error: one at a time, in order */
  int64_t busy_until;
  int quote;            /* bytes quoted behind the IP header; 0: as many as the RFCs allow */
  uint32_t labels[NODE_LABELS];
  int labels_count;     /* MPLS label stack entries in the answer, RFC 4950 */
  int hop_limit;        /* of its answers */
  int detour;           /* routers that only the way back passes */
  enum { BALANCE_FLOW, BALANCE_PAIR, BALANCE_PACKET } balance;
  uint64_t balance_seed;
  enum { UDP_UNREACHABLE, UDP_REPLY, UDP_SILENT } udp;
  enum { TCP_RESET, TCP_ACCEPT, TCP_SILENT } tcp;
  bool echo_silent;
  uint16_t ip_id;
  struct random random;
};

/* What a node does with packets to a destination. */
struct route {
  enum { ROUTE_FORWARD, ROUTE_REFUSE, ROUTE_DISCARD } kind;
  uint32_t ways[ROUTE_WAYS]; /* pipes */
  int ways_count;
  uint8_t type[2], code[2];  /* of the refusal: ICMP, ICMPv6 */
};

struct change {
  int64_t after; /* nanoseconds from the first probe on */
  char *line;
};

struct world {
  uint64_t seed;
  struct node *nodes;
  int nodes_count;
  struct pipe *pipes;
  int pipes_count;
  struct route *routes;
  int routes_used, routes_room;
  struct table owners;   /* address → node */
  struct table routing;  /* node and destination → route */
  struct change *changes;
  int changes_used, changes_room;
};

/* Node 0 is the host that probes. */
enum { HOME = 0 };

/* Takes in one line of the description (its grammar: compile.ts) and writes what is wrong with it to stderr. A
   line about something that is there already changes only what it names. */
bool world_take(struct world *world, const char *line);

/* These make what is not there yet. */
struct node *world_node(struct world *world, int number);
struct pipe *world_pipe(struct world *world, int number);
struct route *world_route_new(struct world *world, int node, int destination);
void world_own(struct world *world, const struct address *address, int node);
void world_later(struct world *world, int64_t after, const char *line);

/* -1 when nobody has it. */
int world_owner(const struct world *world, const struct address *address);
/* NULL where there is none. */
const struct route *world_route(const struct world *world, int node, int destination);
