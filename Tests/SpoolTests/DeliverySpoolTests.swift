// The spool against real files: what was taken is there, whatever happens to the process.

import BrokerLink
import Foundation
import Spool
import TestSupport
import Testing
import Traffic

/// What is read back of a delivery.
private struct Seen: Hashable {
    var topic: [UInt8]
    var payload: [UInt8]
    var packetID: UInt16?
    var isDuplicate = false
    var isRetained = false
    var qos = QoS.atLeastOnce
}

private func delivery(_ text: String, packetID: UInt16? = nil, isDuplicate: Bool = false) -> Delivery {
    Delivery(
        receivedAt: Timestamp(nanoseconds: 1_790_000_000_123_456_789),
        receivedMonotonic: .now,
        topic: Array("t/\(text)".utf8),
        payload: [0] + Array(text.utf8),
        qos: packetID == nil ? .atMostOnce : .atLeastOnce,
        isRetained: text == "kept",
        isDuplicate: isDuplicate,
        packetID: packetID
    )
}

private func copied(_ span: RawSpan) -> [UInt8] {
    span.withUnsafeBytes { Array($0) }
}

private func seen(in batch: SpooledBatch) -> [Seen] {
    batch.entries.map { entry in
        Seen(
            topic: copied(batch.topic(of: entry)),
            payload: copied(batch.payload(of: entry)),
            packetID: entry.packetID,
            isDuplicate: entry.isDuplicate,
            isRetained: entry.isRetained,
            qos: entry.qos
        )
    }
}

private func texts(_ batch: SpooledBatch) -> [String] {
    seen(in: batch).map { String(decoding: $0.payload.dropFirst(), as: UTF8.self) }
}

struct DeliverySpoolTests {
    private let scratch: ScratchFolder
    private let folder: String

    init() throws {
        scratch = try ScratchFolder()
        folder = scratch.path("spool/a")
    }

    private func spool(_ limits: SpoolLimits = SpoolLimits(), recording: Int64 = 1) throws -> DeliverySpool {
        try DeliverySpool(folder: folder, recordingID: recording, limits: limits)
    }

    private func read(_ spool: DeliverySpool) async throws -> [String] {
        var all: [String] = []
        try await spool.read { all += texts($0) }
        return all
    }

    private func left(of recording: Int64, from position: Int64 = 0) async throws -> [String] {
        var all: [String] = []
        try await SpoolRemains(folder: folder).read(of: recording, from: position) { all += texts($0) }
        return all
    }

    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    }

    @Test func `gives back every delivery as it came`() async throws {
        let spool = try spool()
        #expect(spool.append(DeliveryBatch([delivery("a"), delivery("kept", packetID: 7)])))
        #expect(spool.append(DeliveryBatch([delivery("b", packetID: 65_535, isDuplicate: true)])))
        spool.close()
        var all: [Seen] = []
        var times: Set<Timestamp> = []
        try await spool.read { batch in
            all += seen(in: batch)
            times.formUnion(batch.entries.map(\.receivedAt))
        }
        let expected = [
            Seen(topic: Array("t/a".utf8), payload: [0, 0x61], qos: .atMostOnce),
            Seen(
                topic: Array("t/kept".utf8),
                payload: [0] + Array("kept".utf8),
                packetID: 7,
                isRetained: true
            ),
            Seen(topic: Array("t/b".utf8), payload: [0, 0x62], packetID: 65_535, isDuplicate: true),
        ]
        #expect(all == expected)
        #expect(times == [Timestamp(nanoseconds: 1_790_000_000_123_456_789)])
    }

    @Test func `reads while it is written, over many segments, and gives their room back`() async throws {
        let spool = try spool(SpoolLimits(segmentBytes: 4_096))
        let names = (0..<2_000).map { "m\($0)" }
        async let writing: Bool = {
            defer { spool.close() }
            return names.allSatisfy { spool.append(DeliveryBatch([delivery($0, packetID: 1)])) }
        }()
        var all: [String] = []
        try await spool.read { batch in
            all += texts(batch)
            #expect(batch.endPosition == Int64(all.count))
            spool.release(before: batch.endPosition)
        }
        #expect(await writing)
        #expect(all == names)
        #expect(try files.count == 1)
        #expect(spool.state.waitingCount == 0)
    }

    @Test func `knows what comes again when packet ids have come round since, and after a death`()
        async throws
    {
        let ids = (1...UInt16.max).map(\.self)
        func round(_ name: String, isDuplicate: Bool = false) -> DeliveryBatch {
            DeliveryBatch(ids.map { delivery("\(name)\($0)", packetID: $0, isDuplicate: isDuplicate) })
        }
        do {
            let spool = try spool()
            for name in ["a", "b", "c"] { #expect(spool.append(round(name))) }
        }
        let spool = try spool()
        for name in ["a", "b", "c"] { #expect(spool.append(round(name, isDuplicate: true))) }
        #expect(spool.state.redelivered == 3 * Int64(ids.count))
        // What was never taken is taken, marked or not.
        #expect(spool.append(round("d", isDuplicate: true)))
        #expect(spool.state.redelivered == 3 * Int64(ids.count))
    }

    @Test func `takes again what a death kept from its segment, whose head was written already`() async throws
    {
        let batch = DeliveryBatch((1...50 as ClosedRange<UInt16>).map { delivery("m\($0)", packetID: $0) })
        let again = DeliveryBatch(
            (1...50 as ClosedRange<UInt16>).map { delivery("m\($0)", packetID: $0, isDuplicate: true) }
        )
        do {
            let spool = try spool(SpoolLimits(segmentBytes: 64))
            #expect(spool.append(DeliveryBatch([delivery("first", packetID: 100)])))
            #expect(spool.append(batch))
        }
        let last = try #require(try files.last)
        let path = folder + "/" + last
        let whole = try Data(contentsOf: URL(filePath: path))
        // The head of a segment before which one delivery was taken: fixed part, one print, checksum.
        try whole.prefix(32 + 6 + 4).write(to: URL(filePath: path))
        let spool = try spool()
        #expect(spool.append(again))
        #expect(spool.state.redelivered == 0)
        #expect(spool.append(again))
        #expect(spool.state.redelivered == 50)
    }

    @Test func `takes anything in a session that the broker has begun anew`() throws {
        let spool = try spool()
        #expect(spool.append(DeliveryBatch([delivery("beat", packetID: 1)])))
        spool.forgetTaken()
        #expect(spool.append(DeliveryBatch([delivery("beat", packetID: 1, isDuplicate: true)])))
        #expect(spool.state.redelivered == 0)
    }

    @Test func `reads a delivery that is longer than it reads at once`() async throws {
        let spool = try spool()
        let long = String(repeating: "x", count: 3 << 20)
        #expect(spool.append(DeliveryBatch([delivery("a"), delivery(long), delivery("b")])))
        spool.close()
        #expect(try await read(spool) == ["a", long, "b"])
    }

    @Test func `keeps a dead process's deliveries for the next, from any position on`() async throws {
        do {
            let spool = try spool(SpoolLimits(segmentBytes: 256))
            for number in 0..<20 {
                #expect(spool.append(DeliveryBatch([delivery("m\(number)", packetID: 1)])))
            }
        }
        #expect(try SpoolRemains(folder: folder).recordingIDs == [1])
        #expect(try await left(of: 1) == (0..<20).map { "m\($0)" })
        #expect(try await left(of: 1, from: 13) == (13..<20).map { "m\($0)" })
        #expect(try await left(of: 1, from: 20) == [])
        #expect(try await left(of: 2) == [])
    }

    @Test func `reads whatever is whole after a crash at any byte`() async throws {
        do {
            let spool = try spool()
            for name in ["a", "b", "c"] {
                #expect(spool.append(DeliveryBatch([delivery(name, packetID: 9)])))
            }
        }
        let path = try #require(try files.first.map { folder + "/" + $0 })
        let whole = try Data(contentsOf: URL(filePath: path))
        var counts: Set<Int> = []
        for length in 0...whole.count {
            try whole.prefix(length).write(to: URL(filePath: path))
            let names = try await left(of: 1)
            #expect(["a", "b", "c"].starts(with: names))
            counts.insert(names.count)
        }
        #expect(counts == [0, 1, 2, 3])
        for place in 36..<whole.count {
            var damaged = whole
            damaged[place] ^= 0x10
            try damaged.write(to: URL(filePath: path))
            #expect(["a", "b", "c"].starts(with: try await left(of: 1)))
        }
    }

    @Test func `takes once what the broker sends again since it missed the acknowledgement`() async throws {
        do {
            let spool = try spool()
            #expect(spool.append(DeliveryBatch([delivery("a", packetID: 1), delivery("b", packetID: 2)])))
        }
        // Two runs later: the run between acknowledged nothing and was killed, too.
        do { _ = try spool(recording: 2) }
        let spool = try spool(recording: 3)
        let again = [
            delivery("b", packetID: 2, isDuplicate: true),
            delivery("other", packetID: 1, isDuplicate: true),
            delivery("b", packetID: 2),
            delivery("b", packetID: 2, isDuplicate: true),
        ]
        #expect(spool.append(DeliveryBatch(again)))
        spool.close()
        #expect(try await read(spool) == ["other", "b"])
        #expect(spool.state.redelivered == 2)
        // Positions go on: the store compares them.
        #expect(spool.state.waitingCount == 2)
    }

    @Test func `takes nothing beyond its limit until there is room, and nothing at all once it closes`()
        async throws
    {
        let spool = try spool(SpoolLimits(bytes: 4_096, segmentBytes: 1_024))
        var count = 0
        // The writer waits when the spool is full: it goes on when the reader gives room back.
        async let taken: Int = {
            var taken = 0
            while spool.append(DeliveryBatch([delivery("m\(taken)", packetID: 1)])) { taken += 1 }
            return taken
        }()
        try await spool.read { batch in
            count += batch.entries.count
            #expect(spool.state.byteCount <= 4_096)
            if count < 500 {
                spool.release(before: batch.endPosition)
            } else {
                spool.beginClosing()
                spool.close()
            }
        }
        #expect(await taken == count)
        #expect(count >= 500)
    }

    @Test func `says what is wrong with a folder that cannot be made`() throws {
        let file = scratch.path("file")
        try Data().write(to: URL(filePath: file))
        let error = #expect(throws: SpoolError.self) {
            try DeliverySpool(folder: file + "/spool", recordingID: 1)
        }
        #expect(error?.description.contains("beside the store") == true)
    }

    @Test func `leaves nothing behind when the broker forgets us`() async throws {
        let spool = try spool()
        #expect(spool.append(DeliveryBatch([delivery("a", packetID: 1)])))
        spool.close()
        #expect(try await read(spool) == ["a"])
        // What the store does not have yet stays to be recovered.
        spool.remove(forgetting: true)
        #expect(try await left(of: 1) == ["a"])
        spool.release(before: 1)
        spool.remove(forgetting: true)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a settled spool holds nothing, and still knows what was taken`() async throws {
        let first = try spool()
        #expect(first.append(DeliveryBatch([delivery("a", packetID: 1), delivery("b", packetID: 2)])))
        first.close()
        try DeliverySpool.settle(folder: folder)
        try DeliverySpool.settle(folder: folder)
        #expect(try await left(of: 1).isEmpty)
        #expect(try SpoolRemains(folder: folder).recordingIDs == [0])
        // The same recording's number in another store.
        let second = try spool()
        #expect(
            second.append(
                DeliveryBatch([delivery("b", packetID: 2, isDuplicate: true), delivery("c", packetID: 3)])
            )
        )
        second.close()
        #expect(second.state.redelivered == 1)
        #expect(try await read(second) == ["c"])
        #expect(try await left(of: 1) == ["c"])
    }
}
