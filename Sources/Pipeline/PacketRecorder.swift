// Keeps the packets of a live capture beside the store.

import Foundation
import PacketSources
import Traffic

/// Writes packets to one file or a series of them; a file is made at its first packet, when the link type is known.
struct PacketRecorder: ~Copyable {
    /// Bytes of a pcap file's head, and of each record's. draft-ietf-opsawg-pcap §4, §5
    private static let (headBytes, recordBytes): (Int64, Int64) = (24, 16)

    private let settings: PacketFileSettings
    private var series: PacketFileSeries
    private var writer: CaptureWriter?
    private var path: String
    private var bytes: Int64 = 0
    private var startedAt = Timestamp(nanoseconds: 0)
    /// Why nothing more is written; `nil` as long as all is well.
    private(set) var failure: String?

    init(_ settings: PacketFileSettings) {
        self.settings = settings
        path = settings.path
        series = PacketFileSeries(path: settings.path, count: settings.count)
    }

    /// Writes one packet; after a failure nothing more is written, and `finish` says why.
    mutating func receive(_ header: PacketHeader, _ packet: RawSpan) {
        guard failure == nil else { return }
        do {
            if isFull(at: header.at, packet.byteCount) { try endFile() }
            if writer == nil { try beginFile(header) }
            try writer?.write(header, packet)
            bytes += Self.recordBytes + Int64(packet.byteCount)
        } catch {
            failure = error.description
        }
    }

    /// Hands what was written to the kernel.
    mutating func flush() {
        do {
            try writer?.flush()
        } catch {
            failure = failure ?? error.description
        }
    }

    /// Ends the file at hand: the next packet begins another.
    ///
    /// A file that stands alone is ended only once it was moved away, so that it is not overwritten.
    mutating func reopen() {
        guard settings.isSeries || !FileManager.default.fileExists(atPath: path) else { return flush() }
        do {
            try endFile()
        } catch {
            failure = failure ?? error.description
        }
    }

    /// Flushes the file; what went wrong, if anything did.
    mutating func finish() -> String? {
        flush()
        return failure
    }

    /// Whether the next packet belongs into another file; each holds one at least.
    private func isFull(at time: Timestamp, _ byteCount: Int) -> Bool {
        guard writer != nil else { return false }
        if let most = settings.maxBytes, bytes + Self.recordBytes + Int64(byteCount) > most { return true }
        return settings.maxDuration.map { time.duration(since: startedAt) >= $0 } ?? false
    }

    private mutating func beginFile(_ header: PacketHeader) throws(PacketSourceError) {
        if settings.isSeries { path = series.next(at: header.at) }
        writer = try CaptureWriter(path: path, linkType: header.linkType)
        (bytes, startedAt) = (Self.headBytes, header.at)
        series.removeOldest()
    }

    private mutating func endFile() throws(PacketSourceError) {
        try writer.take()?.close()
    }
}
