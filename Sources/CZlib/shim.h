#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not import. Window bits: zlib.h, "inflateInit2". */
static inline int otatape_inflate_init(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}
