// The same evidence gives the same sessions, whatever the order of arrival.

import CustomDump
import Dialects
import Sessions
import Testing
import Traffic

struct OrderTests {
    /// A small deterministic generator (SplitMix64).
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Three devices at once: a success, a failure with a retry, and a pull, each seen from several vantages.
    private static func busy() -> Transcript {
        var transcript = Transcript("B")
        transcript.views = [.subscription, .device, .platform]
        transcript.version(at: -10, "1.0")
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.accept(at: 0.01, id: "m1")
        transcript.fetchWhole(from: 0.02, to: 1.9)
        for step in 1...9 {
            transcript.progress(
                at: Double(step) / 5,
                Double(step * 10),
                id: nil,
                version: "2.0",
                firmware: "f1"
            )
        }
        transcript.result(at: 2, ok: true, id: nil, version: "2.0", firmware: "f1")
        transcript.version(at: 30, "2.0")

        transcript.device = "dev-2"
        transcript.address = IPAddress(ipv4: 0x0A00_0002)
        transcript.offer(at: 0.5, id: "n1", url: "http://fw.example/fw/y.bin?s=1")
        transcript.accept(at: 0.6, id: "n1")
        transcript.fetch("http://fw.example/fw/y.bin?s=1", from: 0.61, to: 0.62, status: 404)
        transcript.result(at: 0.63, ok: false, id: "n1", code: "FAILED", reason: "HTTP 404")
        transcript.offer(at: 20, id: "n1", url: "http://fw.example/fw/y.bin?s=1")
        transcript.accept(at: 20.1, id: "n1")
        transcript.offer(at: 25, id: "n2", version: "3.0")

        transcript.device = "dev-3"
        transcript.address = IPAddress(ipv4: 0x0A00_0003)
        transcript.say(.poll, at: 3, id: "p1")
        transcript.offer(at: 3.2, id: "p1", url: "http://fw.example/fw/z.bin?s=1")
        transcript.fetch(
            "http://fw.example/fw/z.bin?s=1",
            from: 3.3,
            to: 9,
            bytes: 1_000,
            sha256: Transcript.otherSHA
        )
        transcript.result(at: 9.1, ok: false, id: "p1", reason: "bad hash", claims: .hashMismatch)
        return transcript
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `gives the same sessions live and from the store`(step: Int) {
        let transcript = Self.busy()
        let stored = transcript.play(transcript.storedRows)
        #expect(stored.sessions.count == 5)
        expectNoDifference(transcript.play(transcript.liveRows, step: step).sessions, stored.sessions)
    }

    @Test(arguments: 1...20)
    func `gives the same sessions when sources deliver late`(seed: UInt64) {
        let transcript = Self.busy()
        let stored = transcript.play(transcript.storedRows)
        var dice = Dice(state: seed)
        // Each source keeps its own order; the subscription lags by up to 1.5 seconds.
        let lag = Double.random(in: 0...1.5, using: &dice)
        let late = transcript.rows.sorted { left, right in
            (left.arrival(lag: lag), left.id) < (right.arrival(lag: lag), right.id)
        }
        let step = Int.random(in: 1...12, using: &dice)
        let live = transcript.play(late, step: step)
        expectNoDifference(live.sessions, stored.sessions)
        #expect(live.filings == stored.filings)
        #expect(live.transfers == stored.transfers)
    }

    @Test(arguments: 1...10)
    func `gives the same sessions when downloads arrive before or after everything else`(seed: UInt64) {
        let transcript = Self.busy()
        let stored = transcript.play(transcript.storedRows)
        var dice = Dice(state: seed)
        var downloads: [Transcript.Row] = []
        var messages: [Transcript.Row] = []
        for row in transcript.liveRows {
            if case .transfer = row { downloads.append(row) } else { messages.append(row) }
        }
        downloads.shuffle(using: &dice)
        let step = Int.random(in: 1...12, using: &dice)
        expectNoDifference(transcript.play(downloads + messages, step: step).sessions, stored.sessions)
        expectNoDifference(transcript.play(messages + downloads, step: step).sessions, stored.sessions)
    }

    @Test func `withdraws a session that earlier evidence dissolves`() {
        var transcript = Transcript("B")
        transcript.progress(at: 1, 10, id: nil, version: "2.0")
        transcript.offer(at: 0, id: "m1")
        let notebook = transcript.play(transcript.rows, step: 1)
        #expect(notebook.sessions.map(\.key.command) == ["m1"])
        #expect(notebook.sessions.first?.claimedPercent == 10)
    }

    @Test func `files a message that arrives late by its recorded time`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true)
        transcript.progress(at: 1, 90)
        let notebook = transcript.play(transcript.rows, step: 1)
        #expect(notebook.sessions.first?.claimedPercent == 90)
        #expect(notebook.filings[3]?.isAfterEnd == false)
    }

    @Test func `files a download that is known before its offer`() throws {
        var transcript = Transcript("A")
        transcript.fetchWhole()
        transcript.offer(at: 0)
        let notebook = transcript.play(transcript.rows, step: 1)
        #expect(notebook.transfers[1]?.owner == notebook.sessions.first?.key)
        #expect(notebook.sessions.first?.measuredBytes == 1_000)
    }
}

extension Transcript.Row {
    /// When a live source delivers it, the recorder's own subscription late by `lag` seconds.
    func arrival(lag: Double) -> Timestamp {
        guard case .message(let message, _, _) = self, message.vantage.connection == 0 else {
            return arrivesAt
        }
        return message.recordedAt.advanced(by: .seconds(lag))
    }
}
