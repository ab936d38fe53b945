// One session on one page, and the listing.

import Dialects
import Foundation
import Sessions
import Store
import Testing
import Traffic

@testable import Reports

struct SessionReportTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    private func failed() -> Session {
        let key = Session.Key(
            dialect: "iot-cloud-ota",
            productID: "",
            deviceID: "7",
            command: "c-1",
            attempt: 2
        )
        var session = Session(key: key, firstSeenAt: Self.start)
        session.lastSeenAt = Self.start.advanced(by: .seconds(4))
        session.commandID = "c-1"
        session.toVersion = "2.0"
        session.url = "http://host/fw.bin?Signature=s3cret"
        session.digest = DeclaredDigest(algorithm: "sha256", hex: "ab12", verbatim: "ab12")
        session.sizeBytes = 2_048
        session.state = .failed
        session.outcome = .failed
        session.failureClass = .hashMismatch
        session.failureSource = .measured
        session.failureEvidence = "the body's SHA-256 is cd34, the offer declares ab12"
        session.claimedPercent = 100
        session.claimedBytes = 4_096
        session.claimedBytesPerSecond = 2_048
        session.claimedDuration = .seconds(2)
        session.claimsDigestVerified = true
        session.claimedCode = "FAILED"
        session.claimedReason = "GET http://host/fw.bin?Signature=s3cret\u{1B}[31m failed"
        session.measuredBytes = 1_024
        session.measuredDuration = .seconds(1)
        session.measuredSHA256 = String(repeating: "c", count: 64)
        session.measuredStatus = 200
        session.isDigestMatching = false
        session.transferCount = 1
        session.isHeadSeen = true
        session.anomalies = [
            Anomaly(
                code: .hashMismatchMeasured,
                severity: .error,
                at: Self.start,
                text: "served cd34 from ?token=s3cret"
            )
        ]
        return session
    }

    private func report(showSecrets: Bool = false) -> SessionReport {
        let timeline = [
            TimelineEntry(
                at: Self.start,
                lane: .mqtt,
                what: "offer",
                text: "2.0, 2.0 KiB",
                sources: [.wire, .broker]
            ),
            TimelineEntry(
                at: Self.start.advanced(by: .milliseconds(250)),
                lane: .http,
                what: "GET",
                text: "http://host/fw.bin?Signature=s3cret → 200",
                sources: [.wire]
            ),
            TimelineEntry(
                at: Self.start.advanced(by: .seconds(4)),
                lane: .mqtt,
                what: "result",
                text: "FAILED\u{1B}[2J",
                sources: [.broker],
                isTransportDuplicate: true
            ),
        ]
        return SessionReport(
            StoredSession(id: 12, session: failed()),
            timeline: timeline,
            showSecrets: showSecrets
        )
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test func `the page begins with what failed and the evidence for it`() {
        let lines = lines(report().text())
        #expect(lines[0] == "Session 12: device 7 to version 2.0: failed, hash-mismatch")
        #expect(lines[1] == "  the body's SHA-256 is cd34, the offer declares ab12 (measured)")
    }

    @Test func `claims and measurements stand side by side and none fills the other`() throws {
        let lines = lines(report().text())
        func cells(_ quantity: String) throws -> [String] {
            let line = try #require(lines.first { $0.hasPrefix(quantity + " ") && !$0.contains("http") })
            return line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
        }
        #expect(try cells("bytes") == ["bytes", "2.0 KiB", "4.0 KiB", "1.0 KiB"])
        #expect(try cells("duration") == ["duration", "2.00 s", "1.00 s"])
        #expect(try cells("rate") == ["rate", "2.0 KiB/s", "1.0 KiB/s"])
        #expect(try cells("percent") == ["percent", "100 %"])
        #expect(lines.contains { $0.hasPrefix("digest") && $0.hasSuffix("verified  does not match") })
    }

    @Test func `the timeline shows messages and downloads in one order with who saw them`() {
        let text = lines(report().text()).suffix(3).map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        #expect(
            text == [
                "+0 µs mqtt offer broker+wire 2.0, 2.0 KiB",
                "+250 ms http GET wire http://host/fw.bin?Signature=*** → 200",
                #"+4.00 s mqtt result broker FAILED\u{1b}[2J (redelivered)"#,
            ]
        )
    }

    @Test func `what was not recorded is said`() {
        #expect(report().text().contains("not recorded  end\n"))
    }

    @Test func `a second attempt is told from the first`() {
        #expect(report().text().contains("c-1, attempt 2"))
    }

    @Test func `no credential and no control character leaves the page unless asked for`() {
        for text in [report().text(), report().json] {
            #expect(!text.contains("s3cret"))
            #expect(!text.contains("\u{1B}"))
        }
        let open = report(showSecrets: true)
        #expect(open.text().contains("s3cret") && open.json.contains("s3cret"))
        #expect(!open.text().contains("\u{1B}"))
    }

    @Test func `colour is there only when it is asked for`() {
        #expect(report().text(isColoured: true).contains("\u{1B}[31mfailed, hash-mismatch\u{1B}[0m"))
        #expect(!report().text().contains("\u{1B}"))
    }

    @Test func `the JSON of a session keeps claimed and measured figures apart`() throws {
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(report().json.utf8)) as? [String: Any]
        )
        #expect(object["id"] as? Int == 12)
        #expect(object["failure_class"] as? String == "hash-mismatch")
        #expect(object["claimed_bytes"] as? Int == 4_096)
        #expect(object["measured_bytes"] as? Int == 1_024)
        #expect(object["gateway_id"] is NSNull)
        #expect(
            (object["timeline"] as? [[String: Any]])?.map { $0["sources"] as? String } == [
                "broker+wire", "wire", "broker",
            ]
        )
        #expect(
            (object["anomalies"] as? [[String: Any]])?.first?["code"] as? String == "hash-mismatch-measured"
        )
    }

    @Test func `a session of which nothing is known but that it was offered has no empty blocks`() {
        let key = Session.Key(dialect: "jetlinks", productID: "p", deviceID: "d", command: "1", attempt: 1)
        let stored = StoredSession(id: 1, session: Session(key: key, firstSeenAt: Self.start))
        let text = SessionReport(stored, timeline: []).text()
        #expect(text.hasPrefix("Session 1: device d: open\n"))
        #expect(!text.contains("measured"))
    }

    @Test func `the listing shows figures for people in a table and plain numbers elsewhere`() throws {
        let listing = SessionListReport([StoredSession(id: 12, session: failed())])
        let table = lines(listing.text(as: .table))
        #expect(
            table[0].split(separator: " ")
                == [
                    "id", "device", "dialect", "version", "outcome", "failure", "bytes", "took", "rate",
                    "claimed", "started",
                ]
        )
        #expect(table[2].contains("1.0 KiB  1.00 s  1.0 KiB/s    100 %  2023-11-14T22:13:20Z"))
        let row = listing.text(as: .jsonl)
        #expect(row.contains(#""measured_bytes":1024,"measured_duration_ms":1000.0"#))
        #expect(row.contains(#""failure_class":"hash-mismatch""#))
        #expect(listing.text(as: .csv).hasPrefix("id,device_id,dialect,"))
    }

    @Test func `a rate is not made up from several transfers or from a cut one`() {
        var session = failed()
        #expect(session.measuredRate == 1_024)
        session.transferCount = 2
        #expect(session.measuredRate == nil)
        session.transferCount = 1
        session.measuredSHA256 = nil
        #expect(session.measuredRate == nil)
    }
}
