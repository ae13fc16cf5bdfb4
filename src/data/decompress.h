/* decompress.h - gzip and xz data to plain bytes, recognised by magic. Knows nothing of what is inside. */
#ifndef DATA_DECOMPRESS_H
#define DATA_DECOMPRESS_H

#include "base/diag.h"
#include "base/file.h"
#include "base/region.h"

/* Unpacks gzip (RFC 1952) or xz data, several members or streams behind each other included, into the region; any
 * other data is passed on as it is. BAD_INPUT if it is damaged or cut short, if something else follows it (zeros
 * may), or if it unpacks to more than `limit` bytes (sink.h has the usual one). `where` names it in messages. */
int decompress(struct region *r, struct bytes in, const char *where, size_t limit, struct bytes *out, struct diag *d);

#endif
