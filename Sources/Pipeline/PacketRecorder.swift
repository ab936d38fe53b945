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
    /// Why nothing is written at the moment; `nil` as long as all is well.
    private(set) var failure: String?
    /// Why something was not written last.
    private var lastFailure: String?
    /// Packets that are in no file, or may not be.
    private(set) var lost: Int64 = 0
    /// Packets that are not in the kernel's hands yet.
    private var unflushed: Int64 = 0
    /// Whether packets are let go until the next flush: a full disk is not asked for each of them.
    private var isResting = false

    init(_ settings: PacketFileSettings) {
        self.settings = settings
        path = settings.path
        series = PacketFileSeries(path: settings.path, count: settings.count)
    }

    /// Writes one packet; after a failure packets are counted only, until the next flush.
    mutating func receive(_ header: PacketHeader, _ packet: RawSpan) {
        guard !isResting else {
            lost += 1
            return
        }
        unflushed += 1
        do {
            if isFull(at: header.at, packet.byteCount) { try endFile(keeping: 1) }
            if writer == nil { try beginFile(header) }
            try writer?.write(header, packet)
            bytes += Self.recordBytes + Int64(packet.byteCount)
        } catch {
            fail(error)
        }
    }

    /// Hands what was written to the kernel; after a failure the next packet is tried again.
    mutating func flush() {
        guard !isResting else {
            isResting = false
            return
        }
        do {
            try writer?.flush()
            if writer != nil { failure = nil }
            unflushed = 0
        } catch {
            fail(error)
        }
    }

    /// Ends the file at hand: the next packet begins another.
    ///
    /// A file that stands alone is ended only once it was moved away, so that it is not overwritten.
    mutating func reopen() {
        guard settings.isSeries || !FileManager.default.fileExists(atPath: path) else { return flush() }
        do {
            try endFile(keeping: 0)
        } catch {
            fail(error)
        }
    }

    /// Flushes the file; what is missing from the files, and why, if anything is.
    mutating func finish() -> String? {
        flush()
        guard let lastFailure else { return nil }
        return "\(lost) packets are in no file that is whole: \(lastFailure)"
    }

    /// Whether the next packet belongs into another file; each holds one at least.
    private func isFull(at time: Timestamp, _ byteCount: Int) -> Bool {
        guard writer != nil else { return false }
        if let most = settings.maxBytes, bytes + Self.recordBytes + Int64(byteCount) > most { return true }
        return settings.maxDuration.map { time.duration(since: startedAt) >= $0 } ?? false
    }

    private mutating func beginFile(_ header: PacketHeader) throws(PacketSourceError) {
        // What is in a file that could not be written on is let be.
        if settings.isSeries || lastFailure != nil { path = series.next(at: header.at) }
        writer = try CaptureWriter(path: path, linkType: header.linkType)
        (bytes, startedAt) = (Self.headBytes, header.at)
        series.removeOldest()
    }

    /// Ends the file; of the packets that are not with the kernel yet, so many belong into the next one.
    private mutating func endFile(keeping later: Int64) throws(PacketSourceError) {
        try writer.take()?.close()
        unflushed = later
    }

    private mutating func fail(_ error: PacketSourceError) {
        (failure, lastFailure) = (error.description, error.description)
        lost += unflushed
        unflushed = 0
        isResting = true
        writer = nil
    }
}
