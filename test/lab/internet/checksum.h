#pragma once
#include <stddef.h>
#include <stdint.h>

/* Byte order on the wire, wherever the bytes are aligned. */
static inline uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }
static inline void put16(uint8_t *p, uint32_t value) { p[0] = (uint8_t)(value >> 8), p[1] = (uint8_t)value; }
static inline void put32(uint8_t *p, uint32_t value) { put16(p, value >> 16), put16(p + 2, value); }

/* Internet checksum (RFC 1071): add up, then fold. A range that carries its right checksum folds to 0. */
uint64_t sum_bytes(uint64_t sum, const uint8_t *bytes, size_t length);
uint16_t fold(uint64_t sum);
/* Sum of the pseudo header (RFC 768, RFC 8200 section 8.1) of a whole IP packet's upper layer. */
uint64_t sum_pseudo(const uint8_t *packet, int family, uint8_t protocol, size_t length);
