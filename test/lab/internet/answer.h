#pragma once
#include "packet.h"
#include "world.h"

/* Each turns the probe into the answer to it, in place. False where the node has no address to answer from, or
   the probe is one that is not answered. */

/* An ICMP error; `rest` is the second word of its header (an MTU, or 0). RFC 792, 4443, 4884, 4950. */
bool answer_error(struct node *node, struct packet *packet, uint8_t type, uint8_t code, uint32_t rest);
bool answer_echo(struct node *node, struct packet *packet);
bool answer_udp(struct node *node, struct packet *packet);
bool answer_tcp(struct node *node, struct packet *packet);
