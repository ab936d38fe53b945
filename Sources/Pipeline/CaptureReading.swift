// Reads a capture file through Wire into any sink, counting as it goes.

import PacketSources
public import Traffic
import Wire

/// What reading a capture came to.
public struct CaptureSummary: Hashable, Sendable {
    /// Packets read.
    public var packets: Int64 = 0
    /// Captured bytes of those packets.
    public var bytes: Int64 = 0
    /// Time of the first packet; `nil` when there was none.
    public var startedAt: Timestamp?
    /// Time of the last packet.
    public var endedAt: Timestamp?
    /// What could not be read.
    public var losses = Losses()
    /// Why reading stopped before the end, when the file is damaged.
    public var damage: String?
}

/// A capture file on its way through Wire.
struct CaptureReading: ~Copyable {
    private var file: CaptureFile
    private var decoder = WireDecoder()
    private(set) var summary = CaptureSummary()

    /// Opens the file; errors name the remedy.
    init(path: String) throws(RunError) {
        do {
            file = try CaptureFile(path: path)
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
    }

    /// When the first packet of a capture was captured; `nil` when it holds none.
    static func startTime(path: String) throws(RunError) -> Timestamp? {
        var first: Timestamp?
        do {
            var file = try CaptureFile(path: path)
            _ = try file.next { header, _ in first = header.at }
        } catch  where error.code == .damaged {
            return nil
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
        return first
    }

    /// Decodes up to `count` packets into `sink`; `false` when the capture is at its end and `sink` has all of it.
    ///
    /// A file that is cut or damaged gives what it holds before that point, and says so in `summary`.
    mutating func read(_ count: Int, into sink: inout some WireSink) -> Bool {
        for _ in 0..<count where !readPacket(into: &sink) {
            decoder.finish(at: summary.endedAt ?? Timestamp(nanoseconds: 0), into: &sink)
            updateLosses()
            return false
        }
        updateLosses()
        return true
    }

    private mutating func readPacket(into sink: inout some WireSink) -> Bool {
        do {
            return try file.next { header, bytes in
                summary.packets += 1
                summary.bytes += Int64(bytes.byteCount)
                summary.startedAt = min(summary.startedAt ?? header.at, header.at)
                summary.endedAt = max(summary.endedAt ?? header.at, header.at)
                decoder.receive(bytes, header: header, into: &sink)
            }
        } catch {
            summary.damage = error.description
            return false
        }
    }

    private mutating func updateLosses() {
        summary.losses = decoder.losses
        summary.losses.isCaptureCut = file.isCut || summary.damage != nil
    }
}
