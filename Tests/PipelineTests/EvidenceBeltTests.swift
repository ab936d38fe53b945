// Evidence between the task that reads it and the task that files it.

import Dialects
import Synchronization
import Testing
import Traffic

@testable import Pipeline

private struct DiskFull: Error {}

struct EvidenceBeltTests {
    private let belt = EvidenceBelt()

    /// A batch that is told from others by its one connection.
    private static func batch(_ number: Int) throws -> ReadEvidence {
        let end = Endpoint(address: IPAddress(ipv4: 1), port: 1)
        let connection = Connection(number: number, client: end, server: end, openedAt: Timestamp(seconds: 0))
        var raw = EvidenceBatch()
        raw.connections.append((connection, 1))
        var reader = EvidenceReader(try BuiltInDialects.load())
        var evidence = ReadEvidence()
        reader.read(&raw, into: &evidence)
        return evidence
    }

    @Test func `files every batch, in the order they were sent`() async throws {
        let numbers = Mutex<[Int]>([])
        async let filed: Void = belt.run { evidence in
            numbers.withLock { $0 += evidence.connections.map(\.connection.number) }
            return RecordingProgress()
        }
        for number in 1...40 { await belt.send(try Self.batch(number)) }
        belt.end()
        try await filed
        #expect(numbers.withLock { $0 } == Array(1...40))
    }

    @Test func `lets the sender go when filing fails, and says why`() async throws {
        let filing = Task { [belt] in
            try await belt.run { _ in throw DiskFull() }
        }
        for number in 1...40 { await belt.send(try Self.batch(number)) }
        await #expect(throws: DiskFull.self) { try await filing.value }
        #expect(belt.isOver)
    }

    @Test func `never takes an interrupted filing for a finished one`() async throws {
        let filing = Task { [belt] in
            try await belt.run { _ in RecordingProgress() }
        }
        await belt.send(try Self.batch(1))
        filing.cancel()
        await #expect(throws: CancellationError.self) { try await filing.value }
    }

    @Test func `gives filed batches back empty`() async throws {
        async let filed: Void = belt.run { _ in RecordingProgress() }
        await belt.send(try Self.batch(1))
        belt.end()
        try await filed
        #expect(belt.emptyBatch().isEmpty)
    }
}
