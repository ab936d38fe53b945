// Drift over days: what a changed firmware looks like in a store, and since when.

import Dialects
import Foundation
import Sessions
import Store
import TestSupport
import Testing
import Traffic

@testable import Pipeline

struct DriftScanTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore

    /// Ten days from 1 March 2026: the firmware changes on the sixth.
    init() throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("drift.sqlite"), .createIfMissing)
        let recording = try store.beginRecording(
            RecordingStart(source: "test", kind: .file, startedAt: Self.day(1), toolVersion: "1")
        )
        var batch = StoreBatch()
        let vantage = Vantage(recordingID: recording, connection: 0)
        batch.connections.append(StoredConnection(vantage: vantage))
        let dialects = try BuiltInDialects.load()
        for day in 1...10 {
            for (number, text) in Self.progress(on: day).enumerated() {
                let id = try store.nextMessageID() + Int64(day * 10 + number)
                let message = Message(
                    recordedAt: Self.day(day),
                    vantage: vantage,
                    direction: .fromBroker,
                    topic: Array("v1/\(day)/firmware/download/progress".utf8),
                    payload: Array(text.utf8)
                )
                let reading = dialects.read(message).map(MessageReading.init)
                batch.messages.append(StoredMessage(id: id, message: message, reading: reading))
            }
        }
        try store.write(batch)
    }

    @Test func `tells the day on which the protocol changed`() throws {
        let scan = try DriftScan(store, dialects: BuiltInDialects.load())
        #expect(scan.messages == 15)
        let told = scan.findings.map { "\($0.kind.rawValue) \($0.field) \($0.count)" }
        #expect(
            told.sorted() == [
                "unknown-field battery 5", "unknown-field token 5",
                "unreadable field progress: expected integer, got string 5", "vanished-field eta_seconds 5",
            ]
        )
        for finding in scan.findings where finding.kind != .vanishedField {
            #expect(finding.topic == "v1/{device}/firmware/download/progress")
            #expect(finding.firstSeen == Self.day(6))
            #expect(finding.lastSeen == Self.day(10))
        }
        let vanished = try #require(scan.findings.first { $0.kind == .vanishedField })
        #expect(vanished.lastSeen == Self.day(5))
    }

    @Test func `masks credentials in examples`() throws {
        let scan = try DriftScan(store, dialects: BuiltInDialects.load())
        let token = try #require(scan.findings.first { $0.field == "token" })
        #expect(token.example.contains("s3cr3t"))
        #expect(scan.findings.allSatisfy { !$0.maskedExample.contains("s3cr3t") })
        #expect(scan.findings.first { $0.field == "battery" }?.maskedExample == "7")
    }

    @Test func `leaves out what is older than asked for`() throws {
        let scan = try DriftScan(store, dialects: BuiltInDialects.load(), since: Self.day(8))
        #expect(scan.messages == 6)
        #expect(scan.findings.allSatisfy { $0.firstSeen == Self.day(8) })
    }

    @Test func `counts a message once, from however many vantages and how often it was delivered`() throws {
        let text = #"{"command_id":"c","progress":"5"}"#
        func seen(_ seconds: Double, _ leg: Int, _ change: (inout Message) -> Void = { _ in }) -> Message {
            var message = Message(
                recordedAt: Self.day(20).advanced(by: .seconds(seconds)),
                vantage: Vantage(recordingID: 1, connection: leg),
                direction: leg == 1 ? .toBroker : .fromBroker,
                topic: Array("v1/7/firmware/download/progress".utf8),
                payload: Array(text.utf8),
                qos: .atLeastOnce
            )
            change(&message)
            return message
        }
        let messages = [
            // One message on its publisher's leg, a subscriber's and our own subscription.
            seen(0, 1), seen(0.01, 2), seen(0.02, 0),
            // Delivered again on two of them, before and after an acknowledgement was given up.
            seen(1, 2) { $0.isDuplicate = true }, seen(90, 0) { $0.isDuplicate = true },
            // Sent once more by the device.
            seen(200, 1), seen(200.01, 0),
            // The broker's memory, at two beginnings of our subscription.
            seen(400, 0) { $0.isRetained = true }, seen(600, 0) { $0.isRetained = true },
            // Never acknowledged, and so never redelivered: two messages.
            seen(700, 1) { $0.qos = .atMostOnce }, seen(700.5, 1) { $0.qos = .atMostOnce },
        ]
        var batch = StoreBatch()
        for leg in 1...2 {
            batch.connections.append(
                StoredConnection(vantage: Vantage(recordingID: 1, connection: leg))
            )
        }
        for (number, message) in messages.enumerated() {
            batch.messages.append(StoredMessage(id: 10_000 + Int64(number), message: message))
        }
        try store.write(batch)
        let scan = try DriftScan(store, dialects: BuiltInDialects.load(), since: Self.day(19))
        #expect(scan.findings.map(\.count) == [4])
        #expect(scan.messages == 4)
    }

    @Test func `leaves out what a session knows to be a redelivery`() throws {
        var batch = StoreBatch()
        let vantage = Vantage(recordingID: 1, connection: 0)
        for (number, seconds) in [0.0, 300].enumerated() {
            let message = Message(
                recordedAt: Self.day(20).advanced(by: .seconds(seconds)),
                vantage: vantage,
                direction: .fromBroker,
                topic: Array("v1/7/firmware/download/progress".utf8),
                payload: Array(#"{"command_id":"c","progress":"5"}"#.utf8)
            )
            batch.messages.append(StoredMessage(id: 10_000 + Int64(number), message: message))
        }
        let key = Session.Key(
            dialect: "iot-cloud-ota",
            productID: "",
            deviceID: "7",
            command: "c",
            attempt: 1
        )
        let session = Session(key: key, firstSeenAt: Self.day(20))
        batch.sessions = [
            DerivedSession(
                session: session,
                messages: [
                    MessageLink(id: 10_000, role: .original),
                    MessageLink(id: 10_001, role: .transportDuplicate(of: 10_000)),
                ]
            )
        ]
        try store.write(batch)
        let scan = try DriftScan(store, dialects: BuiltInDialects.load(), since: Self.day(19))
        #expect(scan.findings.map(\.count) == [1])
    }

    @Test func `finds nothing in what the definitions know`() async throws {
        let imported = try await ImportedStore([
            Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap"),
            Fixtures.captures.appending(path: "jetlinks-success.pcap"),
        ])
        let scan = try DriftScan(imported.store, dialects: BuiltInDialects.load())
        #expect(scan.messages > 20)
        #expect(scan.findings == [])
    }

    private static func day(_ number: Int) -> Timestamp {
        Timestamp(seconds: 1_772_323_200 + Int64(number) * 86_400)
    }

    /// One message a day; of the changed firmware another that cannot be read.
    private static func progress(on day: Int) -> [String] {
        let known = #""command_id":"c","progress":5,"downloaded_bytes":5,"total_bytes":100,"speed_kbps":1.0"#
        if day < 6 { return ["{\(known),\"eta_seconds\":9}"] }
        return [
            "{\(known),\"battery\":7,\"token\":\"s3cr3t\"}",
            #"{"command_id":"c","progress":"5","token":"s3cr3t"}"#,
        ]
    }
}
