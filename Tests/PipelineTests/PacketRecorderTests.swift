// Packets kept beside the store: one file, a series of them, and what becomes of files that were there before.

import Foundation
import PacketSources
import TestSupport
import Testing
import Traffic

@testable import Pipeline

struct PacketRecorderTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func settings(_ change: (inout PacketFileSettings) -> Void = { _ in }) -> PacketFileSettings {
        var settings = PacketFileSettings(path: folder.path("field.pcap"))
        change(&settings)
        return settings
    }

    /// Records a packet of 100 bytes a second; its second is its first byte.
    private func record(_ seconds: ClosedRange<UInt8>, into recorder: inout PacketRecorder) {
        for second in seconds {
            let header = PacketHeader(
                at: Timestamp(seconds: 1_788_091_200 + Int64(second)),
                linkType: .ethernet,
                originalLength: 100
            )
            recorder.receive(header, ([second] + Array(repeating: 0, count: 99)).span.bytes)
        }
    }

    private func record(_ seconds: ClosedRange<UInt8>, _ settings: PacketFileSettings) -> String? {
        var recorder = PacketRecorder(settings)
        record(seconds, into: &recorder)
        return recorder.finish()
    }

    /// The files there are, with the seconds of their packets.
    private func files() throws -> [(name: String, seconds: [UInt8])] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted().map { name in
            var seconds: [UInt8] = []
            var file = try CaptureFile(path: folder.path(name))
            while try file.next({ _, bytes in seconds.append(bytes.unsafeLoad(as: UInt8.self)) }) {}
            return (name, seconds)
        }
    }

    @Test func `one file keeps all packets under its own name`() throws {
        #expect(record(1...9, settings()) == nil)
        let found = try files()
        #expect(found.map(\.name) == ["field.pcap"])
        #expect(found.map(\.seconds) == [Array(1...9)])
    }

    @Test func `begins the next file when one has its size, and loses no packet between them`() throws {
        #expect(record(1...9, settings { $0.maxBytes = 24 + 4 * 116 }) == nil)
        let found = try files()
        #expect(found.map(\.seconds) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]])
        #expect(
            found.map(\.name) == [
                "field-20260830T120001Z-000001.pcap", "field-20260830T120005Z-000002.pcap",
                "field-20260830T120009Z-000003.pcap",
            ]
        )
    }

    @Test func `begins the next file after the time asked for`() throws {
        #expect(record(1...9, settings { $0.maxDuration = .seconds(5) }) == nil)
        #expect(try files().map(\.seconds) == [[1, 2, 3, 4, 5], [6, 7, 8, 9]])
    }

    @Test func `a packet larger than a file still has one of its own`() throws {
        #expect(record(1...3, settings { $0.maxBytes = 1 }) == nil)
        #expect(try files().map(\.seconds) == [[1], [2], [3]])
    }

    @Test func `leaves the newest files, those of earlier runs counted, and touches no other`() throws {
        let others = [
            "field-notes.pcap", "field-20260830T120001Z-000001.txt", "other-20200101T000000Z-000001.pcap",
        ]
        for other in others { try Data().write(to: folder.url.appending(path: other)) }
        let bounds = settings {
            $0.maxBytes = 1; $0.count = 3
        }
        for run: ClosedRange<UInt8> in [1...4, 5...6] { #expect(record(run, bounds) == nil) }
        for other in others { try FileManager.default.removeItem(at: folder.url.appending(path: other)) }
        #expect(try files().map(\.seconds) == [[4], [5], [6]])
    }

    @Test func `a file moved away is followed by another of the name, one that was not is gone on with`()
        throws
    {
        var recorder = PacketRecorder(settings())
        record(1...2, into: &recorder)
        recorder.reopen()
        record(3...4, into: &recorder)
        recorder.flush()
        try FileManager.default.moveItem(atPath: folder.path("field.pcap"), toPath: folder.path("a.pcap"))
        recorder.reopen()
        record(5...6, into: &recorder)
        #expect(recorder.finish() == nil)
        #expect(try files().map(\.seconds) == [[1, 2, 3, 4], [5, 6]])
    }

    @Test func `a hangup begins the next file of a series`() throws {
        var recorder = PacketRecorder(settings { $0.count = 10 })
        record(1...2, into: &recorder)
        recorder.reopen()
        record(3...4, into: &recorder)
        #expect(recorder.finish() == nil)
        #expect(try files().map(\.seconds) == [[1, 2], [3, 4]])
    }

    @Test func `a clock that is set back removes no file but the oldest`() throws {
        let bounds = settings {
            $0.maxBytes = 1; $0.count = 2
        }
        var recorder = PacketRecorder(bounds)
        for second: UInt8 in [9, 8, 3, 1] { record(second...second, into: &recorder) }
        #expect(recorder.finish() == nil)
        #expect(Set(try files().map(\.seconds)) == [[3], [1]])
    }

    @Test func `goes on in another file when the disk has room again, and says how many are missing`() throws
    {
        // A folder of that name stands for a disk that takes nothing.
        let away = folder.path("field.pcap")
        try FileManager.default.createDirectory(atPath: away, withIntermediateDirectories: false)
        var other = PacketRecorder(settings())
        record(3...5, into: &other)
        #expect(other.failure?.contains("field.pcap") == true)
        other.flush()
        record(6...7, into: &other)
        other.flush()
        #expect(other.failure == nil)
        #expect(other.finish()?.hasPrefix("3 packets are in no file that is whole: ") == true)
        try FileManager.default.removeItem(atPath: away)
        #expect(try files().map(\.seconds) == [[6, 7]])
    }

    @Test func `a disk that stands still holds up no packet, and what does not fit is counted`() throws {
        let disk = DispatchQueue(label: "disk")
        let queue = PacketFileQueue(settings(), blockBytes: 232, blockCount: 2, queue: disk)
        disk.suspend()
        for second: UInt8 in 1...9 {
            let header = PacketHeader(
                at: Timestamp(seconds: 1_788_091_200 + Int64(second)),
                linkType: .ethernet,
                originalLength: 100
            )
            queue.append(header, ([second] + Array(repeating: 0, count: 99)).span.bytes)
        }
        #expect(queue.flush()?.contains("too slow") == true)
        disk.resume()
        #expect(queue.finish()?.hasPrefix("3 packets are in no file: ") == true)
        #expect(queue.lost == 3)
        #expect(try files().map(\.seconds) == [[1, 2, 3, 4, 5, 6]])
    }

    @Test func `counts what a disk does not take, while it goes on`() throws {
        let disk = DispatchQueue(label: "disk")
        let queue = PacketFileQueue(PacketFileSettings(path: "/dev/full"), queue: disk)
        let header = PacketHeader(
            at: Timestamp(seconds: 1_788_091_200),
            linkType: .ethernet,
            originalLength: 100
        )
        for _ in 1...3 { queue.append(header, Array(repeating: 0, count: 100).span.bytes) }
        _ = queue.flush()
        disk.sync {}
        #expect(queue.lost == 3)
    }

    /// Five packets of 100 bytes in memory.
    private func ring(from second: UInt8) -> PacketRing {
        var ring = PacketRing(span: .seconds(60), limit: 1 << 20)
        for second in second..<second + 5 {
            let header = PacketHeader(
                at: Timestamp(seconds: 1_788_091_200 + Int64(second)),
                linkType: .ethernet,
                originalLength: 100
            )
            ring.append(header, ([second] + Array(repeating: 0, count: 99)).span.bytes)
        }
        return ring
    }

    @Test func `files of failures take so much disk and no more, but for the newest`() throws {
        let fileBytes = Int64(24 + 5 * 116)
        for (limit, kept): (Int64, [UInt8]) in [(fileBytes * 2, [20, 30]), (fileBytes, [30]), (1, [30])] {
            let snapshots = PacketSnapshots(settings { $0.keepLastDiskBytes = limit })
            for second: UInt8 in [10, 20, 30] { _ = try snapshots.write(ring(from: second)) }
            #expect(try files().compactMap(\.seconds.first) == kept)
            #expect(snapshots.lost == 0)
        }
    }

    @Test func `counts packets of a failure that could not be written`() {
        let snapshots = PacketSnapshots(PacketFileSettings(path: folder.path("no/such/folder.pcap")))
        #expect(throws: PacketSourceError.self) { try snapshots.write(ring(from: 1)) }
        #expect(snapshots.lost == 5)
    }

    @Test func `says why packets cannot be kept`() {
        #expect(
            record(1...1, PacketFileSettings(path: folder.path("no/such/folder.pcap")))?.contains("folder")
                == true
        )
        #expect(record(1...1, PacketFileSettings(path: "/dev/full"))?.contains("space") == true)
    }
}
