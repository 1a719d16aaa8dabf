/* An independent reading of what the lab does: echo DESTINATION COUNT GAP-US. Sends echo requests, times each with
   the kernel's own stamps (SO_TIMESTAMPING) and prints `sequence rtt` in nanoseconds. IPv4, one thread. */
#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static uint16_t checksum(const uint8_t *bytes, int length) {
  uint32_t sum = 0;
  for (int i = 0; i < length; i += 2) sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

static int64_t *sent, *received;

/* One message with its stamp; an error-queue message is told apart by its number, a reply by its sequence. */
static int receive(int fd, int flags, int count, int identifier) {
  uint8_t bytes[2048], control[512];
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t length = recvmsg(fd, &message, flags | MSG_DONTWAIT);
  if (length < 0) return 0;
  int64_t stamp = 0;
  int number = -1;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
      struct timespec *time = (struct timespec *)CMSG_DATA(c);
      stamp = time->tv_sec * INT64_C(1000000000) + time->tv_nsec;
    }
    if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR)
      number = (int)((struct sock_extended_err *)CMSG_DATA(c))->ee_data;
  }
  if (flags & MSG_ERRQUEUE) {
    if (number >= 0 && number < count) sent[number] = stamp;
  } else if (length >= 28 && bytes[20] == ICMP_ECHOREPLY && (bytes[24] << 8 | bytes[25]) == identifier) {
    int sequence = bytes[26] << 8 | bytes[27];
    if (sequence < count) received[sequence] = stamp;
  }
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 4) return fputs("usage: echo DESTINATION COUNT GAP-US\n", stderr), 2;
  int count = atoi(argv[2]), identifier = getpid() & 0xffff;
  int64_t gap = atoll(argv[3]) * 1000;
  int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
              SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY, room = 1 << 22;
  struct sockaddr_in to = {.sin_family = AF_INET};
  inet_pton(AF_INET, argv[1], &to.sin_addr);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags)) return perror("socket"), 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  sent = calloc((size_t)count, sizeof *sent), received = calloc((size_t)count, sizeof *received);

  int64_t start = now(), end = start + gap * count + 1000000000;
  for (int next = 0; now() < end;) {
    if (next < count && now() >= start + next * gap) {
      uint8_t probe[64] = {8, 0, 0, 0, (uint8_t)(identifier >> 8), (uint8_t)identifier, (uint8_t)(next >> 8), (uint8_t)next};
      uint16_t sum = checksum(probe, sizeof probe);
      probe[2] = (uint8_t)(sum >> 8), probe[3] = (uint8_t)sum;
      if (sendto(fd, probe, sizeof probe, 0, (struct sockaddr *)&to, sizeof to) < 0) return perror("send"), 1;
      next++;
    }
    while (receive(fd, MSG_ERRQUEUE, count, identifier) || receive(fd, 0, count, identifier));
    struct pollfd waited = {fd, POLLIN, 0};
    int64_t wait = next < count ? start + next * gap - now() : 10000000;
    if (wait > 0) ppoll(&waited, 1, &(struct timespec){0, wait > 10000000 ? 10000000 : wait}, NULL);
  }
  for (int i = 0; i < count; i++)
    if (sent[i] && received[i]) printf("%d %lld\n", i, (long long)(received[i] - sent[i]));
  return 0;
}
