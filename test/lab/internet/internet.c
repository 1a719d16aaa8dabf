#include "internet.h"

#include <string.h>

#include "answer.h"
#include "clock.h"

static void finish(struct internet *internet, struct packet *packet, enum fate fate, uint32_t place, int64_t now) {
  truth_tell(&internet->truth, packet, fate, place, now, now, 0);
  packet_free(packet);
}

/* A router that was passed twice sends the answer home by the way it was reached first. */
static void leave_loops(const struct internet *internet, struct packet *packet) {
  const struct pipe *pipes = internet->world.pipes;
  int number = pipes[packet->trail[packet->left - 1]].to;
  for (int i = 0; i < packet->left; i++)
    if (pipes[packet->trail[i]].to == number) packet->left = i + 1;
}

static void go_back(struct internet *internet, struct packet *packet, int64_t now) {
  leave_loops(internet, packet);
  uint32_t way = packet->trail[--packet->left] ^ 1;
  struct pipe *pipe = &internet->world.pipes[way];
  int full;
  int64_t arrival = pipe_pass(pipe, now, packet->length, &full);
  if (arrival < 0) {
    finish(internet, packet, full ? FATE_QUEUE_BACK : FATE_LOST_BACK, way, now);
    return;
  }
  packet->delay += pipe->delay;
  struct queue *queue = pipe->to == HOME ? &internet->deliveries : &internet->queue;
  queue_push(queue, (struct event){.at = arrival, .kind = EVENT_BACK, .packet = packet});
}

static void come_back(struct internet *internet, struct packet *packet, int64_t now) {
  int number = internet->world.pipes[packet->trail[packet->left] ^ 1].to;
  if (packet_age(packet)) go_back(internet, packet, now);
  else finish(internet, packet, FATE_EXPIRED_BACK, (uint32_t)number, now);
}

static void go_on(struct internet *internet, struct packet *packet, uint32_t way, int64_t now) {
  struct pipe *pipe = &internet->world.pipes[way];
  int full;
  int64_t arrival = pipe_pass(pipe, now, packet->length, &full);
  if (arrival < 0) {
    finish(internet, packet, full ? FATE_QUEUE_THERE : FATE_LOST_THERE, way, now);
    return;
  }
  packet->trail[packet->depth++] = way;
  packet->delay += pipe->delay;
  if (pipe->rate > 0 && (!packet->narrowest || pipe->rate < packet->narrowest)) packet->narrowest = pipe->rate;
  queue_push(&internet->queue, (struct event){.at = arrival, .kind = EVENT_FORWARD, .packet = packet});
}

static void refuse(struct internet *internet, struct packet *packet, int number, uint8_t type, uint8_t code,
                   uint32_t rest, int64_t now) {
  struct node *node = &internet->world.nodes[number];
  if (node->silent > 0 && random_unit(&node->random) < node->silent) {
    finish(internet, packet, FATE_SILENT, (uint32_t)number, now);
    return;
  }
  for (int i = 0; i < node->limits_count; i++)
    if (!limit_allows(&node->limits[i], &packet->source, now)) {
      finish(internet, packet, FATE_LIMITED, (uint32_t)number, now);
      return;
    }
  if (!answer_error(node, packet, type, code, rest)) {
    finish(internet, packet, FATE_SILENT, (uint32_t)number, now);
    return;
  }
  if (node->busy_until < now) node->busy_until = now;
  node->busy_until += noise_draw(&node->service, &node->random);
  packet->responder = (uint32_t)number;
  packet->left = packet->depth;
  queue_push(&internet->queue, (struct event){.at = node->busy_until, .kind = EVENT_ANSWER, .packet = packet});
}

/* The packet is where it wanted to go. */
static void arrive(struct internet *internet, struct packet *packet, int number, int64_t now) {
  struct node *node = &internet->world.nodes[number];
  bool answered = false;
  if (!packet_intact(packet)) {
    finish(internet, packet, FATE_MALFORMED, (uint32_t)number, now);
    return;
  }
  if (packet->protocol == PROTOCOL_UDP && node->udp == UDP_UNREACHABLE) {
    if (packet->family == 4) refuse(internet, packet, number, 3, 3, 0, now);
    else refuse(internet, packet, number, 1, 4, 0, now);
    return;
  }
  if (node->silent > 0 && random_unit(&node->random) < node->silent) /* says nothing */;
  else if (packet->protocol == PROTOCOL_UDP) answered = answer_udp(node, packet);
  else if (packet->protocol == PROTOCOL_TCP) answered = answer_tcp(node, packet);
  else if (packet->protocol == (packet->family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6) && !node->echo_silent)
    answered = answer_echo(node, packet);
  if (!answered) {
    finish(internet, packet, FATE_SILENT, (uint32_t)number, now);
    return;
  }
  packet->responder = (uint32_t)number;
  packet->left = packet->depth;
  go_back(internet, packet, now);
}

static uint32_t choose(struct node *node, const struct route *route, const struct packet *packet) {
  if (route->ways_count == 1) return route->ways[0];
  uint64_t hash = node->balance == BALANCE_FLOW   ? mix64(packet->flow_hash ^ node->balance_seed)
                  : node->balance == BALANCE_PAIR ? mix64(packet->pair_hash ^ node->balance_seed)
                                                  : node->turn++;
  return route->ways[hash % (uint64_t)route->ways_count];
}

static void visit(struct internet *internet, struct packet *packet, int number, int64_t now) {
  struct world *world = &internet->world;
  struct node *node = &world->nodes[number];
  int six = packet->family == 6;
  if (number == packet->goal) {
    arrive(internet, packet, number, now);
    return;
  }
  /* As Linux does it: first the route, then the hop limit, then the MTU. */
  const struct route *route = world_route(world, number, packet->goal);
  if (number == HOME && (!route || route->kind == ROUTE_REFUSE)) { /* no router said so: the host would know */
    finish(internet, packet, FATE_DISCARDED, HOME, now);
  } else if (!route) {
    refuse(internet, packet, number, six ? 1 : 3, 0, 0, now);
  } else if (route->kind == ROUTE_REFUSE) {
    refuse(internet, packet, number, route->type[six], route->code[six], 0, now);
  } else if (route->kind == ROUTE_DISCARD) {
    finish(internet, packet, FATE_DISCARDED, (uint32_t)number, now);
  } else if (number != HOME && packet->bytes[six ? 7 : 8] <= 1) {
    refuse(internet, packet, number, six ? 3 : 11, 0, 0, now);
  } else {
    uint32_t way = choose(node, route, packet);
    int mtu = world->pipes[way].mtu;
    bool whole = six || packet->bytes[6] & 0x40; /* must not be cut up */
    if (mtu && packet->length > mtu && whole) {
      refuse(internet, packet, number, six ? 2 : 3, six ? 0 : 4, (uint32_t)mtu, now);
      return;
    }
    if (number != HOME) packet_age(packet);
    if (packet->depth == TRAIL_ROOM) finish(internet, packet, FATE_DISCARDED, (uint32_t)number, now);
    else go_on(internet, packet, way, now);
  }
}

static void begin(struct internet *internet, int64_t now) {
  const struct world *world = &internet->world;
  internet->begun = true;
  for (int i = 0; i < world->changes_used; i++) {
    const struct change *change = &world->changes[i];
    queue_push(&internet->queue, (struct event){.at = now + change->after, .kind = EVENT_CHANGE, .line = change->line});
  }
}

void internet_enter(struct internet *internet, struct packet *packet) {
  if (!packet_read(packet)) {
    finish(internet, packet, FATE_MALFORMED, HOME, packet->sent);
    return;
  }
  packet->goal = world_owner(&internet->world, &packet->destination);
  if (packet->goal <= HOME) {
    internet->truth.head->strangers++;
    packet_free(packet);
    return;
  }
  if (!internet->begun) begin(internet, packet->sent);
  visit(internet, packet, HOME, packet->sent);
}

void internet_happen(struct internet *internet) {
  struct event event = queue_pop(&internet->queue);
  struct packet *packet = event.packet;
  switch (event.kind) {
    case EVENT_FORWARD:
      visit(internet, packet, internet->world.pipes[packet->trail[packet->depth - 1]].to, event.at);
      break;
    case EVENT_ANSWER: go_back(internet, packet, event.at); break;
    case EVENT_BACK: come_back(internet, packet, event.at); break;
    case EVENT_CHANGE:
      world_take(&internet->world, event.line);
      internet_changed(internet);
      break;
  }
}

/* The kernel's own receive stamp counts, if it is there and the wall clock has not been set meanwhile. */
void internet_deliver(struct internet *internet) {
  struct event event = queue_pop(&internet->deliveries);
  struct packet *packet = event.packet;
  int64_t before = clock_monotonic();
  int64_t stamp = wire_send(&internet->wire, packet);
  int64_t took = clock_monotonic() - before;
  int64_t arrival = packet->sent + (stamp - packet->sent_wall);
  bool stamped = stamp && arrival >= before - 1000 && arrival <= before + took + 1000;
  truth_tell(&internet->truth, packet, FATE_ANSWERED, packet->responder, event.at, stamped ? arrival : before,
             stamped ? 0 : took);
  packet_free(packet);
}

void internet_changed(struct internet *internet) {
  const struct world *world = &internet->world;
  internet->slack = INT64_MAX / 2;
  for (int i = 0; i < world->pipes_count; i++)
    if (world->pipes[i].to == HOME && world->pipes[i].delay < internet->slack) internet->slack = world->pipes[i].delay;
}
