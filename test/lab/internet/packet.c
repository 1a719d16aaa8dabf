#include "packet.h"

#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "random.h"

uint64_t packets_in_flight;
static struct packet *pool;

struct packet *packet_new(void) {
  if (!pool) {
    enum { BATCH = 256 };
    struct packet *batch = calloc(BATCH, sizeof *batch);
    if (!batch) abort();
    for (int i = 0; i < BATCH; i++) batch[i].next = pool, pool = &batch[i];
  }
  struct packet *packet = pool;
  pool = packet->next;
  packets_in_flight++;
  memset(packet, 0, offsetof(struct packet, trail));
  packet->depth = packet->left = packet->length = 0;
  packet->delay = 0;
  packet->narrowest = 0;
  packet->responder = 0;
  packet->reply_type = packet->reply_code = 0;
  memset(&packet->from, 0, sizeof packet->from);
  return packet;
}

void packet_free(struct packet *packet) {
  packet->next = pool;
  pool = packet;
  packets_in_flight--;
}

int packet_header_length(const struct packet *packet) {
  return packet->family == 4 ? (packet->bytes[0] & 15) * 4 : 40;
}

static uint64_t hash_address(uint64_t hash, const struct address *address) {
  uint64_t halves[2];
  memcpy(halves, address->bytes, 16);
  return mix64(mix64(hash ^ halves[0]) ^ halves[1]);
}

static bool read_ip(struct packet *packet) {
  const uint8_t *p = packet->bytes;
  if (packet->length < 20) return false;
  packet->family = p[0] >> 4;
  if (packet->family == 4) {
    int header = packet_header_length(packet), total = get16(p + 2);
    if (header < 20 || total < header || total > packet->length || fold(sum_bytes(0, p, (size_t)header))) return false;
    packet->length = total;
    packet->ip_id = get16(p + 4);
    packet->hop_limit = p[8];
    packet->protocol = p[9];
    memset(packet->source.bytes + 10, 0xff, 2), memcpy(packet->source.bytes + 12, p + 12, 4);
    memset(packet->destination.bytes + 10, 0xff, 2), memcpy(packet->destination.bytes + 12, p + 16, 4);
    return true;
  }
  if (packet->family != 6 || packet->length < 40 || get16(p + 4) + 40 > packet->length) return false;
  packet->length = get16(p + 4) + 40;
  packet->flow_label = get32(p) & 0xfffff;
  packet->protocol = p[6];
  packet->hop_limit = p[7];
  memcpy(packet->source.bytes, p + 8, 16), memcpy(packet->destination.bytes, p + 24, 16);
  return true;
}

bool packet_read(struct packet *packet) {
  if (!read_ip(packet)) return false;
  packet->probe_length = (uint16_t)packet->length;
  packet->pair_hash =
      hash_address(hash_address(packet->protocol, &packet->source), &packet->destination);
  packet->flow_hash = packet->pair_hash ^ packet->flow_label;
  const uint8_t *transport = packet->bytes + packet_header_length(packet);
  if (packet->bytes + packet->length < transport + 8) return true;
  bool icmp = packet->protocol == PROTOCOL_ICMP || packet->protocol == PROTOCOL_ICMP6;
  packet->identifier = get16(transport + (icmp ? 4 : 0));
  packet->sequence = get16(transport + (icmp ? 6 : 2));
  bool tcp = packet->protocol == PROTOCOL_TCP;
  if (!tcp || packet->bytes + packet->length >= transport + 18)
    packet->checksum = get16(transport + (icmp ? 2 : tcp ? 16 : 6));
  /* Routers balance over the first four bytes behind the IP header: ports, or ICMP type, code and checksum
     (Augustin et al., "Avoiding traceroute anomalies with Paris traceroute", 2006). */
  packet->flow_hash = mix64(packet->flow_hash ^ get32(transport));
  return true;
}

bool packet_intact(const struct packet *packet) {
  int header = packet_header_length(packet);
  const uint8_t *transport = packet->bytes + header;
  size_t length = (size_t)(packet->length - header);
  uint64_t sum = sum_bytes(0, transport, length);
  switch (packet->protocol) {
    case PROTOCOL_ICMP: return length >= 8 && !fold(sum);
    case PROTOCOL_UDP:
      if (length < 8 || get16(transport + 4) != length) return false;
      if (!get16(transport + 6)) return packet->family == 4; /* none: IPv4 only, RFC 768 and 8200 */
      break;
    case PROTOCOL_TCP:
      if (length < 20) return false;
      break;
    case PROTOCOL_ICMP6:
      if (length < 8) return false;
      break;
    default: return true;
  }
  return !fold(sum + sum_pseudo(packet->bytes, packet->family, packet->protocol, length));
}

bool packet_age(struct packet *packet) {
  uint8_t *p = packet->bytes, *ttl = p + (packet->family == 4 ? 8 : 7);
  if (*ttl <= 1) return false;
  --*ttl;
  if (packet->family == 4) {
    put16(p + 10, 0);
    put16(p + 10, fold(sum_bytes(0, p, (size_t)packet_header_length(packet))));
  }
  return true;
}
