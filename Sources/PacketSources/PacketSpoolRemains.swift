// What a process that was killed left of a recording's packets on the disk.

import Foundation
public import Traffic

/// Packets that were captured and perhaps not decoded.
public struct PacketSpoolRemains: Sendable {
    private let folder: String
    private let segments: [PacketSegment]

    /// Looks at what is there and changes nothing.
    ///
    /// A folder that is missing holds nothing.
    public init(folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        self.folder = folder
        segments = names.compactMap { PacketSegment($0, in: folder) }
            .sorted { ($0.recordingID, $0.first) < ($1.recordingID, $1.first) }
    }

    /// The recordings whose packets are there, the oldest first.
    public var recordingIDs: [Int64] { Set(segments.map(\.recordingID)).sorted() }

    /// Bytes of the files.
    public var byteCount: Int64 {
        segments.reduce(0) { sum, segment in
            var status = stat()
            return unsafe stat(segment.path, &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }

    /// Reads one recording's packets from a position on, in order, each with the position behind it.
    ///
    /// A packet that is not whole, and what comes after it in its file, does not count.
    public func read(
        of recordingID: Int64,
        from position: Int64,
        _ body: (PacketHeader, RawSpan, Int64) async throws -> Void
    ) async throws {
        for segment in segments where segment.recordingID == recordingID {
            guard var file = try? CaptureFile(path: segment.path) else { continue }
            var place = segment.first
            var record: (header: PacketHeader, bytes: [UInt8])?
            repeat {
                record = nil
                // Damage ends the file, as a cut does.
                _ = try? file.next { header, bytes in
                    record = (header, unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) })
                }
                guard let record else { break }
                place += Int64(PacketBlock.headBytes + record.bytes.count)
                if place > position { try await unsafe body(record.header, record.bytes.span.bytes, place) }
            } while record != nil
        }
    }

    /// Removes one recording's packets: they are in the store.
    public func remove(_ recordingID: Int64) {
        for segment in segments where segment.recordingID == recordingID { segment.remove() }
        _ = unsafe rmdir(folder)
    }
}
