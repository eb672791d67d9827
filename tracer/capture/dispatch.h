#ifndef DISPATCH_H
#define DISPATCH_H

#include <stdint.h>
#include <pcap/pcap.h>

/* packet is one that was copied. */
struct packet {
	int64_t time;    /* nanoseconds since 1970 */
	uint32_t length; /* on the wire */
	uint32_t end;    /* of its bytes; they begin where those of the packet before end */
};

/* copy_packets waits for packets, copies those that are there, at most room of
 * them and size bytes, and returns how many, or what pcap_dispatch returns for a
 * failure. size must be at least the snaplen for each of room. */
int copy_packets(pcap_t *p, struct packet *packets, int room, uint8_t *bytes, uint32_t size);

#endif
