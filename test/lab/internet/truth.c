#include "truth.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int truth_open(struct truth *truth, const char *path, uint64_t capacity) {
  size_t size = TRUTH_HEAD + capacity * sizeof(struct truth_record);
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || ftruncate(fd, (off_t)size)) return -1;
  uint8_t *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map == MAP_FAILED) return -1;
  truth->head = (struct truth_head *)map;
  truth->records = (struct truth_record *)(map + TRUTH_HEAD);
  memcpy(truth->head->magic, "truth  1", 8);
  truth->head->capacity = capacity;
  return 0;
}

void truth_tell(struct truth *truth, const struct packet *packet, enum fate fate, uint32_t place, int64_t due,
                int64_t ended, int64_t handover) {
  struct truth_head *head = truth->head;
  bool answered = fate == FATE_ANSWERED;
  truth->records[head->written % head->capacity] = (struct truth_record){
      .sent_wall = (uint64_t)packet->sent_wall,
      .rtt = (uint64_t)(ended - packet->sent),
      .due = (uint64_t)(due - packet->sent),
      .delay = (uint64_t)packet->delay,
      .narrowest = packet->narrowest,
      .handover = (uint32_t)handover,
      .place = place,
      .destination = packet->destination,
      .responder = packet->from,
      .flow_label = packet->flow_label,
      .identifier = packet->identifier,
      .sequence = packet->sequence,
      .checksum = packet->checksum,
      .ip_id = packet->ip_id,
      .length = packet->probe_length,
      .family = packet->family,
      .protocol = packet->protocol,
      .hop_limit = packet->hop_limit,
      .fate = (uint8_t)fate,
      .reply_type = packet->reply_type,
      .reply_code = packet->reply_code,
      .reply_hop_limit = answered ? packet->bytes[packet->family == 4 ? 8 : 7] : 0,
      .hops = (uint8_t)packet->depth,
  };
  __atomic_store_n(&head->written, head->written + 1, __ATOMIC_RELEASE);
}
