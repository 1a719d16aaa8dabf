/* Receiving: data queue and error queue, a batch per system call, ancillary data flattened into records. */
#include "locator.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

static void copy_address(uint8_t *to, const struct sockaddr *from) {
  if (from->sa_family == AF_INET) memcpy(to, &((const struct sockaddr_in *)from)->sin_addr, 4);
  if (from->sa_family == AF_INET6) memcpy(to, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
}

static void read_stamp(struct arrival *record, const struct cmsghdr *c) {
  /* struct scm_timestamping: software, unused, hardware. */
  struct timespec software;
  memcpy(&software, CMSG_DATA(c), sizeof software);
  if (software.tv_sec == 0 && software.tv_nsec == 0) return;
  record->stamp = (int64_t)software.tv_sec * 1000000000 + software.tv_nsec;
  record->kernel = 1;
}

static void read_error(struct arrival *record, const struct cmsghdr *c) {
  struct {
    struct sock_extended_err error;
    struct sockaddr_in6 offender;
  } queued = {0};
  const size_t given = c->cmsg_len - CMSG_LEN(0);
  memcpy(&queued, CMSG_DATA(c), given < sizeof queued ? given : sizeof queued);

  const struct sock_extended_err *error = &queued.error;
  if (error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING && error->ee_info == SCM_TSTAMP_SND) {
    record->kind = SENT_STAMP;
    record->id = error->ee_data;
    return;
  }
  if (error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6) return;
  record->kind = ICMP_ERROR;
  record->type = error->ee_type;
  record->code = error->ee_code;
  record->info = error->ee_info;
  /* struct sock_ee_data_rfc4884 lies over ee_data: 16 bits offset, 8 bits flags (1: invalid). */
  uint16_t offset;
  memcpy(&offset, &error->ee_data, sizeof offset);
  const uint8_t flags = ((const uint8_t *)&error->ee_data)[2];
  if (offset != 0 && flags == 0) record->extension = offset;
  copy_address(record->offender, (const struct sockaddr *)&queued.offender);
}

static void read_control(struct arrival *record, const struct cmsghdr *c) {
  if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPING) {
    read_stamp(record, c);
  } else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
             (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
    int limit;
    memcpy(&limit, CMSG_DATA(c), sizeof limit);
    record->hop_limit = limit;
  } else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
             (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)) {
    read_error(record, c);
  } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
    struct in_pktinfo to;
    memcpy(&to, CMSG_DATA(c), sizeof to);
    memcpy(record->local, &to.ipi_addr, 4);
  } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
    struct in6_pktinfo to;
    memcpy(&to, CMSG_DATA(c), sizeof to);
    memcpy(record->local, &to.ipi6_addr, 16);
  }
}

static void read_message(struct arrival *record, struct mmsghdr *received, bool error_queue, int64_t now) {
  struct msghdr *message = &received->msg_hdr;
  *record = (struct arrival){
      .stamp = now,
      .length = received->msg_len,
      .kind = error_queue ? OTHER : DATA,
      .hop_limit = NONE,
      .extension = NONE,
  };
  if (message->msg_namelen > 0) {
    const struct sockaddr *name = message->msg_name;
    copy_address(record->peer, name);
    /* The port is at the same place in both families. */
    record->port = ntohs(((const struct sockaddr_in *)name)->sin_port);
  }
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    read_control(record, c);
  }
}

int receive_batch(struct set *set, struct channel *channel, bool error_queue, uint32_t first, uint32_t count) {
  const struct region *region = &set->regions[error_queue];
  if (first >= RECEIVE_BATCH) return 0;
  if (count > RECEIVE_BATCH - first) count = RECEIVE_BATCH - first;
  const size_t stride = HEADROOM + region->capacity;
  for (uint32_t i = 0; i < count; i++) {
    set->vectors[i] = (struct iovec){region->slots + (first + i) * stride + HEADROOM, region->capacity};
    set->messages[i].msg_hdr = (struct msghdr){
        .msg_name = &set->names[i],
        .msg_namelen = sizeof set->names[i],
        .msg_iov = &set->vectors[i],
        .msg_iovlen = 1,
        .msg_control = set->control.receive[i],
        .msg_controllen = RECEIVE_CONTROL,
    };
  }

  /* An ICMP error leaves its errno behind for the next call; the call after that one reads. */
  int received = -1;
  for (int attempt = 0; received < 0 && attempt < 8; attempt++) {
    received = recvmmsg(channel->fd, set->messages, count, MSG_DONTWAIT | (error_queue ? MSG_ERRQUEUE : 0), NULL);
    if (received < 0 && (errno == EAGAIN || errno == EBADF)) break;
  }
  if (received < 0) return errno == EAGAIN ? 0 : -errno;

  const int64_t now = realtime_ns();
  for (int i = 0; i < received; i++) {
    read_message(&region->records[first + (uint32_t)i], &set->messages[i], error_queue, now);
  }
  return received;
}
