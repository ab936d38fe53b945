// Evidence comes back as it went in, in the order it was recorded.

import CustomDump
import Testing
import Traffic

@testable import Store

struct EvidenceTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    private func everything() throws -> [StoredEvidence] {
        var all: [StoredEvidence] = []
        try store.forEachEvidence { all.append($0) }
        return all
    }

    @Test func `a message comes back byte for byte, with topics and payloads that are not UTF-8`() throws {
        var reading = MessageReading.progress(42.5)
        reading.commandID = "c-1"
        reading.version = "2.0"
        reading.claimedAt = .after(-3)
        reading.downloadedBytes = 425
        reading.totalBytes = 1_000
        reading.bytesPerSecond = 99.5
        reading.isOK = false
        reading.code = "E7"
        let message = Message(
            recordedAt: .after(1),
            vantage: Vantage(recordingID: recording, connection: 3),
            direction: .fromBroker,
            clientID: "device-7",
            client: Endpoint(address: IPAddress(high: 0xFE80 << 48, low: 1), port: 40_000),
            topic: [0x76, 0xFF, 0x00],
            payload: [0, 1, 0xFE, 0xFF],
            qos: .exactlyOnce,
            isRetained: true,
            isDuplicate: true,
            packetID: 65_535
        )
        let stored = StoredMessage(id: 1, message: message, reading: reading)
        var connection = StoredConnection(vantage: message.vantage)
        connection.clientID = message.clientID
        connection.client = message.client
        try store.write {
            $0.connections = [connection]
            $0.messages = [stored]
        }
        #expect(diff(try everything(), [.message(stored)]) == nil)
    }

    @Test func `a message that no dialect claims comes back without a reading`() throws {
        let stored = StoredMessage(id: 1, message: .sample(recording: recording, payload: ""))
        try store.write { $0.messages = [stored] }
        #expect(diff(try everything(), [.message(stored)]) == nil)
    }

    @Test func `a transfer comes back with its rate curve`() throws {
        var transfer = Transfer.sample(status: 206, end: .gap)
        transfer.exchange.range = "bytes=10-"
        transfer.exchange.contentRange = "bytes 10-19/20"
        transfer.exchange.contentEncoding = "gzip"
        transfer.exchange.location = "/other"
        transfer.exchange.missingBytes = 3
        transfer.sha256 = String(repeating: "a", count: 64)
        transfer.md5 = String(repeating: "b", count: 32)
        transfer.decoding = .complete
        transfer.decodedBytes = 4
        transfer.decodedSHA256 = String(repeating: "c", count: 64)
        transfer.decodedMD5 = String(repeating: "d", count: 32)
        var assembly = DownloadAssembly(number: 7, at: .after(0.5))
        (assembly.exchanges, assembly.connections, assembly.ignoredRanges) = (4, 3, 1)
        (assembly.totalBytes, assembly.coveredBytes, assembly.receivedBytes) = (20, 20, 25)
        (assembly.endedAt, assembly.digesting) = (.after(2), .whole)
        assembly.sha256 = String(repeating: "e", count: 64)
        assembly.md5 = String(repeating: "f", count: 32)
        transfer.assembly = assembly
        transfer.samples = [
            Transfer.Sample(offset: .zero, bytes: 1),
            Transfer.Sample(offset: .nanoseconds(1_500_000_001), bytes: 1_000),
        ]
        let stored = StoredTransfer(id: 5, recordingID: recording, transfer: transfer)
        try store.write { $0.transfers = [stored] }
        #expect(diff(try everything(), [.transfer(stored)]) == nil)
    }

    @Test(arguments: DownloadAssembly.Digesting.allCases)
    func `a part of a file comes back whatever is known of the file`(digesting: DownloadAssembly.Digesting)
        throws
    {
        var transfer = Transfer.sample(status: 206)
        transfer.assembly = DownloadAssembly(number: 1, at: .after(0))
        transfer.assembly?.digesting = digesting
        let stored = StoredTransfer(id: 1, recordingID: recording, transfer: transfer)
        try store.write { $0.transfers = [stored] }
        #expect(diff(try everything(), [.transfer(stored)]) == nil)
    }

    @Test func `a request without a response comes back without one`() throws {
        let stored = StoredTransfer(id: 1, recordingID: recording, transfer: .sample(status: nil))
        try store.write { $0.transfers = [stored] }
        #expect(diff(try everything(), [.transfer(stored)]) == nil)
    }

    @Test func `all evidence is handed over in one order, but for messages at its end`() throws {
        try store.write {
            $0.messages = MessageRows(
                [(3, 4.0), (1, 0.0), (2, 2.0)].map { id, at in
                    StoredMessage(id: id, message: .sample(recording: recording, at: at))
                }
            )
            // Begins before message 2 and ends with message 3: known only then.
            $0.transfers = [
                StoredTransfer(id: 1, recordingID: recording, transfer: .sample(at: 1, taking: .seconds(3))),
                StoredTransfer(id: 2, recordingID: recording, transfer: .sample(at: 9)),
                StoredTransfer(id: 3, recordingID: recording, transfer: .sample(at: 2, taking: .seconds(1))),
            ]
            // At equal times downloads come first.
            $0.unreached = [(3, 10.0), (1, 2.5), (2, 4)].map { count, at in
                StoredUnreached(recordingID: recording, server: .sample(at: at, count: count))
            }
        }
        let order = try everything().map { evidence in
            switch evidence {
            case .message(let stored): "m\(stored.id)"
            case .transfer(let stored): "t\(stored.id)"
            case .unreached(let stored): "u\(stored.server.count)"
            }
        }
        #expect(order == ["m1", "m2", "u1", "t3", "m3", "t1", "u2", "t2", "u3"])
    }

    @Test(arguments: UnreachedServer.Cause.allCases)
    func `a server that was not reached comes back as it was, with and without a name`(
        cause: UnreachedServer.Cause
    ) throws {
        var all = [UnreachedServer.sample(at: 1, count: 1), .sample(at: 2, count: 255)]
        all[0].name = "ota.example"
        for index in all.indices { all[index].cause = cause }
        let stored = all.map { StoredUnreached(recordingID: recording, server: $0) }
        try store.write { $0.unreached = stored }
        #expect(diff(try everything(), stored.map { .unreached($0) }) == nil)
        #expect(try store.unreached(from: .after(1.5), to: .after(9)) == [stored[1]])
        #expect(try store.unreached(from: .after(0), to: .after(0.5)).isEmpty)
        // What is not wanted takes no place among the first.
        let wanted = try store.unreached(from: .after(0), to: .after(9), limit: 1) { $0.count == 255 }
        #expect(wanted == [stored[1]])
        #expect(throws: StoreError.self) {
            try store.write { $0.unreached = [StoredUnreached(recordingID: 99, server: all[0])] }
        }
    }

    @Test func `the evidence of a session holds its copies and nothing of other sessions`() throws {
        let broker = try store.begin(.broker)
        try store.write {
            $0.messages = [
                StoredMessage(id: 1, message: .sample(recording: recording, at: 1)),
                StoredMessage(id: 2, message: .sample(recording: broker, connection: 0, at: 1.01)),
                StoredMessage(id: 3, message: .sample(recording: recording, at: 2)),
            ]
            $0.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample(at: 0))]
            $0.sessions = [
                DerivedSession(
                    session: .sample(),
                    messageIDs: [1, 2],
                    messageCopies: [2: 1],
                    transferIDs: [1]
                ),
                DerivedSession(session: .sample(device: "8"), messageIDs: [3]),
            ]
        }
        let evidence = try store.evidence(ofSession: 1)
        let seen = evidence.compactMap { if case .message(let stored) = $0 { stored } else { nil } }
        #expect(seen.map(\.id) == [1, 2])
        #expect(seen.map(\.message.vantage.recordingID) == [recording, broker])
        #expect(seen.map(\.copyOf) == [nil, 1])
        #expect(evidence.count == 3)
    }

    @Test func `reading all evidence in order sorts no rows, and of messages their ids only`() throws {
        let isSorted = "TEMP B-TREE"
        #expect(try plan(Statements.allTransfers).first?.contains("USING INDEX") == true)
        #expect(try !plan(Statements.allTransfers).contains { $0.contains(isSorted) })
        #expect(try plan(Statements.messageIDs).contains { $0.contains(isSorted) })
        #expect(Statements.messageIDs.hasPrefix("SELECT id FROM message"))
        for byID in [
            Statements.messageRow, Statements.connectionRow, Statements.topicBytes, Statements.ruleRow,
        ] {
            #expect(try plan(byID).allSatisfy { $0.contains("USING INTEGER PRIMARY KEY") })
        }
    }

    @Test func `the evidence of a session is found by its links`() throws {
        let plan = try plan(Statements.sessionMessages)
        #expect(plan.first?.hasPrefix("SEARCH session_message USING PRIMARY KEY") == true)
        #expect(!plan.contains { $0.hasPrefix("SCAN") })
    }

    private func plan(_ sql: String) throws -> [String] {
        let numbered = sql.replacing("= ?", with: "= 1")
        return try store.query(sql: "EXPLAIN QUERY PLAN \(numbered)").rows.map { row in
            if case .text(let step)? = row.last { step } else { "" }
        }
    }

    @Test func `an error of the reader ends the reading and passes unchanged`() throws {
        struct Enough: Error {}
        try store.write {
            for id in Int64(1)...3 {
                $0.messages.append(StoredMessage(id: id, message: .sample(recording: recording)))
            }
        }
        var count = 0
        #expect(throws: Enough.self) {
            try store.forEachEvidence { _ in
                count += 1
                if count == 2 { throw Enough() }
            }
        }
        #expect(count == 2)
    }

    @Test(arguments: [
        "127.0.0.1:1883", "[::1]:1883", "[2001:db8::ff]:65535", "0.0.0.0:0", "[fe80::1:0:0:1]:1",
    ])
    func `an endpoint reads back from its own text`(text: String) throws {
        #expect(try #require(Endpoint(text: text)).description == text)
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "[zz]:1", "::1:1", "[127.0.0.1]:1",
    ])
    func `what is no endpoint is not read as one`(text: String) {
        #expect(Endpoint(text: text) == nil)
    }
}
