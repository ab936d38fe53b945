// Writes the packets of the last while when a session fails.

import PacketSources
import Synchronization
public import Traffic

/// The packets of the last while as files: one for each time that sessions failed.
final class PacketSnapshots: Sendable {
    private let series: Mutex<PacketFileSeries>
    private let losses = Mutex(Int64(0))

    /// Snapshots named after the settings' path.
    init(_ settings: PacketFileSettings) {
        let count = settings.count ?? PacketFileSettings.snapshotCount
        series = Mutex(
            PacketFileSeries(path: settings.path, count: count, bytes: settings.keepLastDiskBytes)
        )
    }

    /// Packets that were to be written and are in no file that is whole.
    var lost: Int64 { losses.withLock(\.self) }

    /// Writes packets into a file of their own.
    ///
    /// - Returns: where; `nil` when there is no packet.
    func write(_ ring: PacketRing) throws(PacketSourceError) -> PacketSnapshot? {
        guard let startedAt = ring.startedAt else { return nil }
        let path = series.withLock { $0.next(at: startedAt) }
        do {
            try Self.write(ring, to: path)
        } catch {
            losses.withLock { $0 += Int64(ring.count) }
            throw error
        }
        series.withLock { $0.removeOldest() }
        return PacketSnapshot(
            path: path,
            packets: ring.count,
            startedAt: startedAt,
            isCutShort: ring.isCutShort
        )
    }

    private static func write(_ ring: PacketRing, to path: String) throws(PacketSourceError) {
        var writer: CaptureWriter?
        try ring.forEach { header, packet throws(PacketSourceError) in
            if writer == nil { writer = try CaptureWriter(path: path, linkType: header.linkType) }
            try writer?.write(header, packet)
        }
        try writer.take()?.close()
    }
}

/// A file of packets that was written since a session failed.
public struct PacketSnapshot: Hashable, Sendable {
    /// Where it is.
    public let path: String
    /// Packets in it.
    public let packets: Int
    /// When the first of them was captured.
    public let startedAt: Timestamp
    /// Whether there was too little memory for all packets of the time asked for.
    public let isCutShort: Bool
}
