// What a recorder's rows may hold, and what they point to.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Store

struct RecorderRowTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    @Test func `a row that the schema forbids is refused though SQLite does not evaluate its CHECKs`() throws
    {
        var unexplained = Session.sample(outcome: .failed)
        unexplained.failureClass = nil
        var explained = Session.sample(outcome: .open)
        explained.failureClass = .other
        var itself = DerivedSession(session: .sample())
        itself.messages = [MessageLink(id: 1, role: .copy(of: 1))]
        let refused = [
            DerivedSession(session: unexplained), DerivedSession(session: explained), itself,
            DerivedSession(session: .sample(), transferIDs: [1], transferCopies: [1: 1]),
        ]
        for derived in refused {
            let error = try #require(throws: StoreError.self) {
                try store.write {
                    $0.messages = [StoredMessage(id: 1, message: .sample(recording: recording))]
                    $0.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample())]
                    $0.sessions = [derived]
                }
            }
            #expect(error.code == .constraint)
            #expect(try store.nextMessageID() == 1)
        }
        let error = try #require(throws: StoreError.self) {
            var connection = StoredConnection(vantage: Vantage(recordingID: recording, connection: 1))
            connection.protocolVersion = 256
            try store.write { $0.connections = [connection] }
        }
        #expect(error.code == .constraint)
    }

    @Test func `messages of many topics and connections of several recordings come back with their own`()
        throws
    {
        let other = try store.begin()
        let messages = (1...3_000).map { id in
            StoredMessage(
                id: Int64(id),
                message: .sample(
                    recording: id.isMultiple(of: 2) ? recording : other,
                    connection: id % 700,
                    topic: "v1/\(id % 1_300)/topic"
                )
            )
        }
        for part in [messages[..<1_000], messages[1_000...]] {
            try store.write { $0.messages = MessageRows(part) }
        }
        var read: [Int64: Message] = [:]
        try store.forEachEvidence { if case .message(let stored) = $0 { read[stored.id] = stored.message } }
        #expect(read.count == 3_000)
        #expect(messages.allSatisfy { read[$0.id]?.topic == $0.message.topic })
        #expect(messages.allSatisfy { read[$0.id]?.vantage == $0.message.vantage })
    }

    @Test func `a message appended with its event reads as one appended with what was read in it`() throws {
        var event = UpgradeEvent(
            kind: .progress,
            recordedAt: start,
            dialect: "iot-cloud-ota",
            rule: "a rule of more than fifteen letters",
            deviceID: "7"
        )
        event.commandID = "a command of more than fifteen letters"
        event.version = ""
        event.percent = 12.5
        event.downloadedBytes = 1
        event.isOK = false
        let message = Message.sample(recording: recording)
        var batch = StoreBatch()
        batch.messages.append(
            MessageRow(
                id: 1,
                vantage: message.vantage,
                topicHash: 1,
                recordedAt: message.recordedAt,
                direction: message.direction
            ),
            topic: message.topic.span.bytes,
            payload: message.payload.span.bytes,
            event: event
        )
        batch.messages.append(StoredMessage(id: 2, message: message, reading: MessageReading(event)))
        try store.write(batch)
        var readings: [MessageReading?] = []
        try store.forEachEvidence { if case .message(let stored) = $0 { readings.append(stored.reading) } }
        #expect(readings == [MessageReading(event), MessageReading(event)])
    }
}
