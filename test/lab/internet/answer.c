#include "answer.h"

#include <string.h>

#include "checksum.h"

enum { NOT_ICMP = 255 };

/* Where the checksum stands in the transport header. */
static int checksum_at(uint8_t protocol) {
  return protocol == PROTOCOL_TCP ? 16 : protocol == PROTOCOL_UDP ? 6 : 2;
}

/* Writes the IP header from `from` to whoever sent the probe, and both checksums. */
static void finish(struct node *node, struct packet *packet, const struct address *from, uint8_t protocol,
                   uint8_t traffic_class, int header, int length) {
  uint8_t *p = packet->bytes;
  int hop_limit = node->hop_limit - node->detour;
  memset(p, 0, (size_t)header);
  if (packet->family == 4) {
    p[0] = 0x45, p[1] = traffic_class;
    put16(p + 2, (uint32_t)length), put16(p + 4, node->ip_id++);
    p[8] = (uint8_t)hop_limit, p[9] = protocol;
    memcpy(p + 12, from->bytes + 12, 4), memcpy(p + 16, packet->source.bytes + 12, 4);
    put16(p + 10, fold(sum_bytes(0, p, 20)));
  } else {
    put32(p, 0x60000000u | (uint32_t)traffic_class << 20 | (packet->flow_label & 0xfffff));
    put16(p + 4, (uint32_t)(length - 40));
    p[6] = protocol, p[7] = (uint8_t)hop_limit;
    memcpy(p + 8, from->bytes, 16), memcpy(p + 24, packet->source.bytes, 16);
  }
  uint8_t *checksum = p + header + checksum_at(protocol);
  size_t upper = (size_t)(length - header);
  uint64_t pseudo = protocol == PROTOCOL_ICMP ? 0 : sum_pseudo(p, packet->family, protocol, upper);
  put16(checksum, 0);
  uint16_t sum = fold(sum_bytes(pseudo, p + header, upper));
  put16(checksum, protocol == PROTOCOL_UDP && !sum ? 0xffff : sum);
  packet->length = length;
  packet->from = *from;
  bool icmp = protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMP6;
  packet->reply_type = icmp ? p[header] : NOT_ICMP;
  packet->reply_code = icmp ? p[header + 1] : 0;
}

/* RFC 4884 section 7: version 2 and a checksum; RFC 4950: one object of class 1, type 1. Returns its length. */
static int write_labels(const struct node *node, uint8_t *p) {
  int object = 4 + 4 * node->labels_count;
  memset(p, 0, 4);
  p[0] = 0x20;
  put16(p + 4, (uint32_t)object), p[6] = 1, p[7] = 1;
  for (int i = 0; i < node->labels_count; i++) put32(p + 8 + 4 * i, node->labels[i]);
  put16(p + 2, fold(sum_bytes(0, p, (size_t)(4 + object))));
  return 4 + object;
}

bool answer_error(struct node *node, struct packet *packet, uint8_t type, uint8_t code, uint32_t rest) {
  enum { PADDED = 128 }; /* an original datagram with an extension behind it is at least this long */
  int six = packet->family == 6;
  if (!node->addresses_count[six]) return false;
  struct address from = node->addresses[six][node->turn++ % (unsigned)node->addresses_count[six]];

  uint8_t quote[1280];
  int quoted = packet->length, header = packet_header_length(packet);
  int most = six ? 1280 - 48 : 576 - 28; /* RFC 4443 section 2.4 (c), RFC 1812 section 4.3.2.3 */
  if (node->quote && quoted > header + node->quote) quoted = header + node->quote;
  if (quoted > most) quoted = most;
  memcpy(quote, packet->bytes, (size_t)quoted);

  int start = six ? 40 : 20;
  uint8_t *icmp = packet->bytes + start;
  bool extended = node->labels_count && (six ? type == 3 || type == 1 : type == 11 || type == 3);
  if (extended) {
    if (quoted < PADDED) memset(quote + quoted, 0, (size_t)(PADDED - quoted));
    quoted = PADDED;
  }
  icmp[0] = type, icmp[1] = code;
  put32(icmp + 4, rest);
  /* Its length, in words of 32 bits (ICMP) or 64 bits (ICMPv6): RFC 4884 section 3. */
  if (extended) icmp[six ? 4 : 5] = (uint8_t)(PADDED / (six ? 8 : 4));
  memcpy(icmp + 8, quote, (size_t)quoted);
  int length = start + 8 + quoted;
  if (extended) length += write_labels(node, packet->bytes + length);
  finish(node, packet, &from, six ? PROTOCOL_ICMP6 : PROTOCOL_ICMP, 0xc0, start, length);
  return true;
}

/* The transport part moves up to where it stands behind a header without options. */
static uint8_t *strip_options(struct packet *packet, int *start, int *length) {
  int header = packet_header_length(packet);
  *start = packet->family == 4 ? 20 : 40;
  *length = packet->length - header + *start;
  memmove(packet->bytes + *start, packet->bytes + header, (size_t)(packet->length - header));
  return packet->bytes + *start;
}

bool answer_echo(struct node *node, struct packet *packet) {
  int six = packet->family == 6, start, length;
  const uint8_t *asked = packet->bytes + packet_header_length(packet);
  if (*asked != (six ? 128 : 8)) return false;
  uint8_t *icmp = strip_options(packet, &start, &length);
  icmp[0] = six ? 129 : 0;
  struct address from = packet->destination;
  finish(node, packet, &from, packet->protocol, 0, start, length);
  return true;
}

bool answer_udp(struct node *node, struct packet *packet) {
  if (node->udp == UDP_SILENT) return false;
  if (node->udp == UDP_UNREACHABLE)
    return packet->family == 4 ? answer_error(node, packet, 3, 3, 0) : answer_error(node, packet, 1, 4, 0);
  int start, length;
  uint8_t *udp = strip_options(packet, &start, &length);
  put16(udp, packet->sequence), put16(udp + 2, packet->identifier);
  struct address from = packet->destination;
  finish(node, packet, &from, PROTOCOL_UDP, 0, start, length);
  return true;
}

bool answer_tcp(struct node *node, struct packet *packet) {
  enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
  int start, length;
  if (node->tcp == TCP_SILENT) return false;
  uint8_t *tcp = strip_options(packet, &start, &length);
  uint32_t sequence = get32(tcp + 4), acknowledged = get32(tcp + 8);
  uint8_t flags = tcp[13];
  if (flags & RST) return false;
  bool open = node->tcp == TCP_ACCEPT && (flags & (SYN | ACK)) == SYN;
  memset(tcp, 0, 20);
  put16(tcp, packet->sequence), put16(tcp + 2, packet->identifier);
  if (flags & ACK) put32(tcp + 4, acknowledged); /* RFC 9293 section 3.5.2: a reset takes the place it was given */
  else put32(tcp + 8, sequence + !!(flags & SYN) + !!(flags & FIN));
  tcp[12] = 5 << 4;
  tcp[13] = (uint8_t)(open ? SYN | ACK : flags & ACK ? RST : RST | ACK);
  if (open) put16(tcp + 14, 65535);
  struct address from = packet->destination;
  finish(node, packet, &from, PROTOCOL_TCP, 0, start, start + 20);
  return true;
}
