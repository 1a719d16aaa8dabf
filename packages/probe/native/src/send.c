/* Sending: one system call for a whole batch, with source, hop limit and stamp identifier per packet. */
#include "locator.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#ifndef SCM_TS_OPT_ID
#define SCM_TS_OPT_ID 81 /* since Linux 6.13 */
#endif

int64_t realtime_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct cmsghdr *put(struct msghdr *message, struct cmsghdr *at, int level, int type, const void *value,
                           size_t size) {
  /* As a whole: musl's has padding that the kernel reads. */
  *at = (struct cmsghdr){.cmsg_len = CMSG_LEN(size), .cmsg_level = level, .cmsg_type = type};
  memcpy(CMSG_DATA(at), value, size);
  message->msg_controllen += CMSG_SPACE(size);
  return (struct cmsghdr *)((uint8_t *)at + CMSG_SPACE(size));
}

static void address_v4(struct msghdr *message, struct cmsghdr **control, const struct departure *packet) {
  struct sockaddr_in *to = message->msg_name;
  memset(to, 0, sizeof *to);
  to->sin_family = AF_INET;
  memcpy(&to->sin_port, packet->port, 2);
  memcpy(&to->sin_addr, packet->destination, 4);
  message->msg_namelen = sizeof *to;

  struct in_pktinfo from = {0};
  memcpy(&from.ipi_spec_dst, packet->source, 4);
  const int ttl = packet->hop_limit;
  *control = put(message, *control, IPPROTO_IP, IP_PKTINFO, &from, sizeof from);
  *control = put(message, *control, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
}

static void address_v6(struct msghdr *message, struct cmsghdr **control, const struct departure *packet) {
  struct sockaddr_in6 *to = message->msg_name;
  memset(to, 0, sizeof *to);
  to->sin6_family = AF_INET6;
  memcpy(&to->sin6_port, packet->port, 2);
  memcpy(&to->sin6_addr, packet->destination, 16);
  message->msg_namelen = sizeof *to;

  struct in6_pktinfo from = {0};
  memcpy(&from.ipi6_addr, packet->source, 16);
  const int limit = packet->hop_limit;
  *control = put(message, *control, IPPROTO_IPV6, IPV6_PKTINFO, &from, sizeof from);
  *control = put(message, *control, IPPROTO_IPV6, IPV6_HOPLIMIT, &limit, sizeof limit);
}

int send_batch(struct set *set, struct channel *channel, uint32_t first, uint32_t count, bool identify) {
  if (count > SEND_BATCH) count = SEND_BATCH;
  for (uint32_t i = 0; i < count; i++) {
    const struct departure *packet = &channel->ring[(first + i) & channel->mask];
    if ((uint64_t)packet->offset + packet->length > set->payload_size) return -EINVAL;
    struct msghdr *message = &set->messages[i].msg_hdr;
    set->vectors[i] = (struct iovec){set->payload + packet->offset, packet->length};
    *message = (struct msghdr){
        .msg_name = &set->names[i],
        .msg_iov = &set->vectors[i],
        .msg_iovlen = 1,
        .msg_control = set->control.send[i],
    };
    struct cmsghdr *control = message->msg_control;
    (channel->family == AF_INET ? address_v4 : address_v6)(message, &control, packet);
    if (identify) put(message, control, SOL_SOCKET, SCM_TS_OPT_ID, &packet->id, sizeof packet->id);
  }

  /* An error that an earlier packet met would be given to this one. Its details are in the error queue. */
  if (channel->errors) {
    int pending;
    socklen_t size = sizeof pending;
    (void)getsockopt(channel->fd, SOL_SOCKET, SO_ERROR, &pending, &size);
  }

  look_away(set, channel);
  const int64_t before = realtime_ns();
  int sent;
  do sent = sendmmsg(channel->fd, set->messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  const int error = errno;
  const int64_t took = realtime_ns() - before;
  look_again(set, channel);
  if (sent < 0) return -error;
  /* Should the kernel give no stamp: packets of one call leave one after the other, about evenly. */
  for (int i = 0; i < sent; i++) {
    channel->ring[(first + (uint32_t)i) & channel->mask].stamp = before + took * (2 * i + 1) / (2 * sent);
  }
  return sent;
}
