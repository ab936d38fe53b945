// Gateways and their children; commands without a device.

import Dialects
import Sessions
import Testing
import Traffic

struct FamiliesTests {
    /// A gateway's own upgrade and two children's, of one firmware; the children's offers are left out in mode M2.
    private static func broadcast(firmware: String = "f1", childOffers: Bool = true) -> Transcript {
        var transcript = Transcript("B")
        transcript.device = "gw"
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.accept(at: 0.1, id: "m1")
        for number in 1...2 {
            transcript.device = "c\(number)"
            transcript.gateway = "gw"
            if childOffers { transcript.offer(at: Double(number), id: "m1\(number)", firmware: firmware) }
            transcript.progress(at: 10 + Double(number), 50, id: nil, version: "2.0", firmware: firmware)
        }
        transcript.device = "gw"
        transcript.gateway = nil
        transcript.result(at: 30, ok: true, id: "m1")
        return transcript
    }

    @Test(arguments: [1, 2, 100])
    func `links the children of one broadcast to their gateway's session`(step: Int) {
        let transcript = Self.broadcast()
        let sessions = transcript.play(transcript.rows, step: step).sessions
        #expect(sessions.map(\.key.deviceID) == ["gw", "c1", "c2"])
        #expect(sessions.map { $0.parent?.deviceID } == [nil, "gw", "gw"])
        #expect(sessions.map { $0.parent?.command } == [nil, "m1", "m1"])
        #expect(transcript.play(transcript.rows.reversed(), step: step).sessions == sessions)
    }

    @Test func `links children whose upgrade was offered to the gateway alone, and misses no beginning`() {
        let sessions = Self.broadcast(childOffers: false).sessions()
        #expect(sessions.map { $0.parent?.command } == [nil, "m1", "m1"])
        #expect(sessions.map(\.isHeadSeen) == [true, true, true])
    }

    @Test func `links no child to a gateway's upgrade to other firmware, nor to one long past`() {
        #expect(Self.broadcast(firmware: "f9").sessions().allSatisfy { $0.parent == nil })
        var transcript = Transcript("B")
        transcript.device = "gw"
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.result(at: 5, ok: true, id: "m1")
        transcript.device = "c1"
        transcript.gateway = "gw"
        transcript.offer(at: 5_000, id: "m2", firmware: "f1")
        #expect(transcript.sessions().allSatisfy { $0.parent == nil })
    }

    @Test func `tells a child again once its gateway's session is known`() {
        let transcript = Self.broadcast()
        var tracker = SessionTracker(rules: transcript.rules)
        for row in transcript.rows.dropFirst(2) { tracker.receive(row) }
        _ = tracker.takeChanges()
        for row in transcript.rows.prefix(2) { tracker.receive(row) }
        var told: Set<String> = []
        var changes = tracker.takeChanges()
        while !changes.isEmpty {
            for tracked in changes.sessions where tracked.session.parent != nil {
                told.insert(tracked.session.key.deviceID)
            }
            changes = tracker.takeChanges()
        }
        #expect(told == ["c1", "c2"])
    }

    // MARK: - Commands without a device

    /// A request that names the device, and an answer that names only the command.
    private static func asked(scope: CorrelationRules.Scope) -> Transcript {
        var transcript = Transcript("B")
        transcript.rules["B"]?.correlation.scope = scope
        transcript.offer(at: 0, id: "t-1")
        transcript.device = ""
        transcript.result(at: 5, ok: false, id: "t-1", reason: "busy")
        return transcript
    }

    @Test func `finds the device of an answer that names only its command`() throws {
        let transcript = Self.asked(scope: .global)
        let session = try transcript.session()
        #expect(session.key.deviceID == "dev-1")
        #expect(session.state == .failed)
        let late = transcript.play(transcript.rows.reversed(), step: 1)
        #expect(late.sessions == [session])
    }

    @Test func `finds no device where ids are each device's own, nor for a command nobody asked for`() {
        #expect(Self.asked(scope: .device).sessions().map(\.key.deviceID).sorted() == ["", "dev-1"])
        var transcript = Self.asked(scope: .global)
        transcript.result(at: 6, ok: true, id: "t-2")
        #expect(transcript.sessions().count == 1)
    }

    @Test(
        arguments: [
            ("FW-1", "-", "FW"), ("FW-1", nil, ""), ("c1", "-", ""), ("firmware/9", "/", "firmware"),
            ("550e8400-e29b-41d4", "-", ""), ("abcdefab-e29b-41d4", "-", ""), ("-1", "-", ""),
        ] as [(String, String?, String)]
    )
    func `runs upgrades of different kinds side by side`(id: String, separator: String?, kind: String) {
        var transcript = Transcript("B")
        transcript.rules["B"]?.correlation.kindSeparator = separator
        transcript.offer(at: 0, id: id)
        transcript.offer(at: 1, id: "zz")
        // Of one kind, the later offer of the same image takes the place of the earlier.
        #expect((transcript.sessions().first?.state == .superseded) == kind.isEmpty)
    }
}
