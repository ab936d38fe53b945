// Keeps the packets of a live capture beside the store.

import PacketSources
import Traffic

/// Writes packets to a file; the file is made at the first packet, when the link type is known.
struct PacketRecorder: ~Copyable {
    private let path: String
    private var writer: CaptureWriter?
    private var failure: String?

    init(path: String) {
        self.path = path
    }

    /// Writes one packet; after a failure nothing more is written, and `finish` says why.
    mutating func receive(_ header: PacketHeader, _ bytes: RawSpan) {
        guard failure == nil else { return }
        do {
            if writer == nil { writer = try CaptureWriter(path: path, linkType: header.linkType) }
            try writer?.write(header, bytes)
        } catch {
            failure = error.description
        }
    }

    /// Flushes the file; what went wrong, if anything did.
    mutating func finish() -> String? {
        do {
            try writer?.flush()
        } catch {
            failure = failure ?? error.description
        }
        return failure
    }
}
