#include "checksum.h"

uint64_t sum_bytes(uint64_t sum, const uint8_t *bytes, size_t length) {
  for (; length > 1; bytes += 2, length -= 2) sum += get16(bytes);
  if (length) sum += (uint64_t)bytes[0] << 8;
  return sum;
}

uint16_t fold(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

uint64_t sum_pseudo(const uint8_t *packet, int family, uint8_t protocol, size_t length) {
  uint64_t sum = family == 4 ? sum_bytes(0, packet + 12, 8) : sum_bytes(0, packet + 8, 32);
  return sum + protocol + length;
}
