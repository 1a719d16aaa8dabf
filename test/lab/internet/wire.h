#pragma once
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

/* A packet ring: the kernel puts packets into shared memory with the moment they passed. Looking whether there is
   one is one look at memory, and however late it is looked at, its stamp tells the time. */
struct ring {
  int fd;
  uint8_t *frames;
  unsigned size, count, at;
};

/* The host's only cable, a veth. At its far end we read what the host sends, as the kernel sent it; a second
   ring at the near end tells when the kernel took in what we send back: the very stamp the host's sockets get. */
struct wire {
  struct ring from_host, to_host;
  unsigned owed;      /* packets sent back whose stamp has not been read */
  uint8_t header[14]; /* Ethernet, for what goes to the host */
};

/* Device names of the host's end and of ours. 0, or -1 with errno set and *what telling what failed. */
int wire_open(struct wire *wire, const char *near, const char *far, const char **what);
/* The next packet the host has sent, with its stamps, or NULL. *adrift counts stamps that could not be used. */
struct packet *wire_receive(struct wire *wire, uint64_t *adrift);
/* Hands the packet to the host. The kernel's receive stamp, nanoseconds since 1970, or 0 when there is none yet. */
int64_t wire_send(struct wire *wire, const struct packet *packet);
/* When nothing is on its way: stamps still owed will never come. */
void wire_rest(struct wire *wire);
/* Packets the ring had no room for since the last call. */
unsigned wire_unread(struct wire *wire);
