// A store in a folder of its own, and evidence to put into it.

import Dialects
import Foundation
import Sessions
import Subprocess
import TestSupport
import Testing
import Traffic

@testable public import Store

extension ScratchFolder {
    var storePath: String { path("otatape.sqlite") }

    func store() throws -> UpgradeStore { try UpgradeStore.open(path: storePath, .createIfMissing) }
}

/// A new store with one recording begun, gone with the test.
struct ScratchStore {
    let folder: ScratchFolder
    let store: UpgradeStore
    let recording: Int64

    init() throws {
        folder = try ScratchFolder()
        store = try folder.store()
        recording = try store.begin()
    }
}

/// Tests that each have a store of their own.
protocol StoreSuite {
    var scratch: ScratchStore { get }
}

extension StoreSuite {
    var store: UpgradeStore { scratch.store }
    var recording: Int64 { scratch.recording }
}

/// The output of the real `sqlite3` reading `sql` from its standard input.
func sqlite3(_ path: String, _ sql: String, options: [String] = []) async throws -> String {
    let result = try await run(
        .name("sqlite3"),
        arguments: Arguments(["-bail"] + options + [path]),
        input: .string(sql),
        output: .string(limit: 1 << 22),
        error: .string(limit: 1 << 16)
    )
    let complaint = result.standardError
    try #require(complaint.isEmpty, "sqlite3: \(complaint)")
    return result.standardOutput.trimmingCharacters(in: .newlines)
}

/// 2023-11-14T22:13:20Z, when everything here begins.
let start = Timestamp(seconds: 1_700_000_000)

extension Timestamp {
    static func after(_ seconds: Double) -> Timestamp { start.advanced(by: .seconds(seconds)) }
}

extension UpgradeStore {
    func begin(_ kind: RecordingStart.Kind = .interface, sha256: String? = nil) throws -> Int64 {
        try beginRecording(
            RecordingStart(
                source: "lo",
                kind: kind,
                startedAt: start,
                fileSHA256: sha256,
                toolVersion: "1.0.0"
            )
        )
    }

    func write(_ fill: (inout StoreBatch) -> Void) throws {
        var batch = StoreBatch()
        fill(&batch)
        try write(batch)
        try expectNoDanglingReference()
    }

    /// The recorder's own connection does not enforce foreign keys; what it wrote keeps them nevertheless.
    func expectNoDanglingReference() throws {
        #expect(try query(sql: "SELECT * FROM pragma_foreign_key_check").rows.isEmpty)
    }
}

extension MessageRows: ExpressibleByArrayLiteral {
    /// The messages of a literal.
    public init(arrayLiteral messages: StoredMessage...) { self.init(messages) }
}

extension DerivedSession {
    init(
        session: Session,
        messageIDs: [Int64],
        messageCopies: [Int64: Int64] = [:],
        duplicateIDs: [Int64] = [],
        transferIDs: [Int64] = []
    ) {
        let links = messageIDs.map { id in
            let copy = messageCopies[id].map { MessageLink.Role.copy(of: $0) }
            let isDuplicate = duplicateIDs.contains(id)
            return MessageLink(
                id: id,
                role: copy ?? (isDuplicate ? .transportDuplicate(of: messageIDs[0]) : .original)
            )
        }
        self.init(session: session, messages: links, transferIDs: transferIDs)
    }
}

extension Endpoint {
    static let device = Endpoint(address: IPAddress(ipv4: 0x0A00_0007), port: 40_001)
    static let host = Endpoint(address: IPAddress(ipv4: 0x0A00_0001), port: 8_080)
}

extension Message {
    static func sample(
        recording: Int64,
        connection: Int = 1,
        at seconds: Double = 0,
        topic: String = "v1/7/firmware/download/progress",
        payload: String = "{}"
    ) -> Message {
        Message(
            recordedAt: .after(seconds),
            vantage: Vantage(recordingID: recording, connection: connection),
            direction: connection == 0 ? .fromBroker : .toBroker,
            topic: Array(topic.utf8),
            payload: Array(payload.utf8)
        )
    }
}

extension MessageReading {
    static func progress(_ percent: Double) -> MessageReading {
        var reading = MessageReading(
            dialect: "iot-cloud-ota",
            rule: "progress",
            event: .progress,
            deviceID: "7"
        )
        reading.percent = percent
        return reading
    }
}

extension Transfer {
    static func sample(
        at seconds: Double = 0,
        taking duration: Duration = .seconds(1),
        bytes: Int64 = 1_000,
        status: Int? = 200,
        end: Exchange.End = .complete
    ) -> Transfer {
        var exchange = Exchange(
            client: .device,
            server: .host,
            method: "GET",
            host: "host:8080",
            target: "/fw.bin?Signature=s3cret",
            requestedAt: .after(seconds)
        )
        exchange.status = status
        exchange.respondedAt = status.map { _ in .after(seconds) }
        exchange.contentLength = bytes
        exchange.bodyBytes = bytes
        exchange.endedAt = exchange.requestedAt.advanced(by: duration)
        exchange.end = end
        return Transfer(exchange: exchange, evidence: .wire)
    }
}

extension Session {
    static func sample(
        device: String = "7",
        command: String = "c-1",
        attempt: Int = 1,
        at seconds: Double = 0,
        outcome: Outcome = .ok,
        failure: FailureClass? = nil
    ) -> Session {
        let key = Key(
            dialect: "iot-cloud-ota",
            productID: "",
            deviceID: device,
            command: command,
            attempt: attempt
        )
        var session = Session(key: key, firstSeenAt: .after(seconds))
        session.commandID = command
        session.toVersion = "2.0"
        session.outcome = outcome
        session.failureClass = failure
        return session
    }
}

extension RecordingFinding {
    static func sample(recording: Int64) -> RecordingFinding {
        RecordingFinding(
            recordingID: recording,
            anomaly: Anomaly(code: .connectionGivenUp, severity: .warning, at: .after(1), text: "given up")
        )
    }
}

extension UnreachedServer {
    static func sample(at seconds: Double, count: Int) -> UnreachedServer {
        UnreachedServer(
            client: Endpoint(address: IPAddress(ipv4: 0x0A00_0001), port: 40_000),
            server: Endpoint(address: IPAddress(high: 0xFE80 << 48, low: 1), port: 80),
            name: nil,
            startedAt: .after(seconds),
            endedAt: .after(seconds),
            count: count,
            cause: .refused
        )
    }
}

extension ImportEnd {
    static func sample(of recording: Int64, _ digests: [String], isWhole: Bool = true) -> ImportEnd {
        ImportEnd(
            recordingID: recording,
            endedAt: .after(9),
            counts: RecordingCounts(packets: 1),
            isWhole: isWhole,
            files: digests.map { FileRecording.File(path: "/" + $0.prefix(1), sha256: $0) },
            hasSessions: true
        )
    }
}
