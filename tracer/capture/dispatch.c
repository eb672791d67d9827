#include "dispatch.h"

#include <string.h>

struct copy {
	struct packet *next;
	uint8_t *bytes;
	uint32_t used, size;
	int64_t fraction; /* nanoseconds in a unit of tv_usec */
};

static void keep(u_char *user, const struct pcap_pkthdr *h, const u_char *data)
{
	struct copy *c = (struct copy *)user;
	uint32_t n = h->caplen, left = c->size - c->used;

	if (n > left)
		n = left; /* never, by what copy_packets asks for; but it is a buffer */
	memcpy(c->bytes + c->used, data, n);
	c->used += n;
	c->next->time = (int64_t)h->ts.tv_sec * 1000000000 + h->ts.tv_usec * c->fraction;
	c->next->length = h->len;
	c->next->end = c->used;
	c->next++;
}

int copy_packets(pcap_t *p, struct packet *packets, int room, uint8_t *bytes, uint32_t size)
{
	struct copy c = {packets, bytes, 0, size, 1000};

	if (pcap_get_tstamp_precision(p) == PCAP_TSTAMP_PRECISION_NANO)
		c.fraction = 1;
	return pcap_dispatch(p, room, keep, (u_char *)&c);
}
