#include "wire.h"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "clock.h"

enum { BLOCK = 65536, SNAP = 64 };

/* A veth leaves checksums to hardware that is not there: let the host compute them. */
static int compute_checksums(int fd, const char *device) {
  struct ethtool_value off = {.cmd = ETHTOOL_STXCSUM, .data = 0};
  struct ifreq request = {.ifr_data = (char *)&off};
  strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return ioctl(fd, SIOCETHTOOL, &request);
}

static int hardware_address(int fd, const char *device, uint8_t *address) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  if (ioctl(fd, SIOCGIFHWADDR, &request)) return -1;
  memcpy(address, request.ifr_hwaddr.sa_data, 6);
  return 0;
}

/* A ring of what comes in at a device; what goes out there is left out. */
static int ring_open(struct ring *ring, const char *device, unsigned size, unsigned count) {
  int version = TPACKET_V2, yes = 1;
  struct tpacket_req request = {BLOCK, count * size / BLOCK, size, count};
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  *ring = (struct ring){.size = size, .count = count};
  if ((ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) < 0) return -1;
  if (setsockopt(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) ||
      setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) ||
      setsockopt(ring->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) ||
      /* Stamps as packets arrive, not as they reach this socket; and no queue where we send. */
      setsockopt(ring->fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes) ||
      setsockopt(ring->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes))
    return -1;
  ring->frames = mmap(NULL, (size_t)size * count, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
  if (ring->frames == MAP_FAILED || !(address.sll_ifindex = (int)if_nametoindex(device))) return -1;
  return bind(ring->fd, (struct sockaddr *)&address, sizeof address);
}

/* The frame that is next, or NULL while there is none. */
static struct tpacket2_hdr *ring_look(const struct ring *ring) {
  struct tpacket2_hdr *frame = (struct tpacket2_hdr *)(ring->frames + (size_t)ring->at * ring->size);
  return __atomic_load_n(&frame->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER ? frame : NULL;
}

static void ring_next(struct ring *ring, struct tpacket2_hdr *frame) {
  __atomic_store_n(&frame->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  ring->at = (ring->at + 1) % ring->count;
}

static int64_t stamp_of(const struct tpacket2_hdr *frame) {
  return frame->tp_sec * INT64_C(1000000000) + frame->tp_nsec;
}

int wire_open(struct wire *wire, const char *near, const char *far, const char **what) {
  /* Of what comes back to the host only the stamp matters: keep a few bytes. */
  struct sock_filter keep = BPF_STMT(BPF_RET | BPF_K, SNAP);
  struct sock_fprog filter = {1, &keep};
  wire->owed = 0;
  *what = far;
  if (ring_open(&wire->from_host, far, 2048, 8192)) return -1;
  *what = near;
  if (ring_open(&wire->to_host, near, 256, 4096)) return -1;
  if (setsockopt(wire->to_host.fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter)) return -1;
  if (compute_checksums(wire->from_host.fd, near)) return -1;
  *what = "hardware address";
  return hardware_address(wire->from_host.fd, near, wire->header) ||
                 hardware_address(wire->from_host.fd, far, wire->header + 6)
             ? -1
             : 0;
}

struct packet *wire_receive(struct wire *wire, uint64_t *adrift) {
  for (struct tpacket2_hdr *frame; (frame = ring_look(&wire->from_host)); ring_next(&wire->from_host, frame)) {
    const uint8_t *bytes = (uint8_t *)frame + frame->tp_mac;
    int length = (int)frame->tp_snaplen - ETH_HLEN;
    uint16_t kind = length > 0 ? ntohs(*(const uint16_t *)(bytes + 12)) : 0;
    if ((kind != ETH_P_IP && kind != ETH_P_IPV6) || length > PACKET_ROOM) continue;
    struct packet *packet = packet_new();
    packet->length = length;
    memcpy(packet->bytes, bytes + ETH_HLEN, (size_t)length);
    /* The stamp is on the wall clock, and that can be set: only its age is used. */
    int64_t now = clock_monotonic(), age = clock_wall() - stamp_of(frame);
    if (age < 0 || age > 1000000000) age = 0, ++*adrift;
    packet->sent_wall = stamp_of(frame);
    packet->sent = now - age;
    ring_next(&wire->from_host, frame);
    return packet;
  }
  return NULL;
}

int64_t wire_send(struct wire *wire, const struct packet *packet) {
  uint8_t bytes[ETH_HLEN + PACKET_ROOM];
  memcpy(bytes, wire->header, 12);
  *(uint16_t *)(bytes + 12) = htons(packet->family == 4 ? ETH_P_IP : ETH_P_IPV6);
  memcpy(bytes + ETH_HLEN, packet->bytes, (size_t)packet->length);
  /* A full receive queue of the host is the host's loss: nothing to do about it here. */
  if (send(wire->from_host.fd, bytes, ETH_HLEN + (size_t)packet->length, MSG_DONTWAIT) < 0) return 0;
  wire->owed++;
  for (struct tpacket2_hdr *frame; wire->owed && (frame = ring_look(&wire->to_host)); wire->owed--) {
    int64_t stamp = stamp_of(frame);
    ring_next(&wire->to_host, frame);
    if (wire->owed == 1) {
      wire->owed = 0;
      return stamp;
    }
  }
  return 0;
}

void wire_rest(struct wire *wire) {
  for (struct tpacket2_hdr *frame; (frame = ring_look(&wire->to_host));) ring_next(&wire->to_host, frame);
  wire->owed = 0;
}

unsigned wire_unread(struct wire *wire) {
  struct tpacket_stats stats = {0};
  socklen_t length = sizeof stats;
  getsockopt(wire->from_host.fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length);
  return stats.tp_drops;
}
