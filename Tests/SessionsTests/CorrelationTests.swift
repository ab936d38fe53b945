// Which session a message belongs to: dialects.md §5.4.

import Dialects
import Sessions
import Testing
import Traffic

struct CorrelationTests {
    /// Two sessions of one gateway-like device, in slots of their own so that both stay open.
    private static func twoOpen() -> Transcript {
        var transcript = Transcript("B")
        transcript.rules["B"]?.correlation.kindSeparator = "-"
        transcript.offer(at: 0, id: "FW-1", version: "2.0", firmware: "f1")
        transcript.accept(at: 0.1, id: "FW-1")
        transcript.offer(at: 1, id: "AD-1", version: "3.0", firmware: "f2")
        transcript.accept(at: 1.1, id: "AD-1")
        return transcript
    }

    @Test(
        arguments: [
            ("2.0", "f1", 0, false), ("3.0", nil, 1, false), (nil, "f1", 0, false), (nil, nil, 1, true),
        ]
            as [(String?, String?, Int, Bool)]
    )
    func `files progress without an id by firmware and version`(
        version: String?,
        firmware: String?,
        owner: Int,
        isAmbiguous: Bool
    ) {
        var transcript = Self.twoOpen()
        transcript.progress(at: 2, 30, id: nil, version: version, firmware: firmware)
        let sessions = transcript.sessions()
        #expect(sessions.count == 2)
        #expect(sessions.map { $0.claimedPercent != nil } == [owner == 0, owner == 1])
        #expect(sessions.map(\.isAmbiguous) == [isAmbiguous && owner == 0, isAmbiguous && owner == 1])
    }

    @Test func `marks a guess when the firmware agrees and the version does not`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1", version: "2.0", firmware: "f1")
        transcript.progress(at: 1, 30, id: nil, version: "1.0", firmware: "f1")
        #expect(try transcript.session().isAmbiguous)
    }

    @Test func `makes an orphan of progress for another version`() {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1", version: "2.0")
        transcript.progress(at: 1, 30, id: nil, version: "9.9")
        let sessions = transcript.sessions()
        #expect(sessions.map(\.toVersion) == ["2.0", "9.9"])
        #expect(sessions.map(\.isHeadSeen) == [true, false])
    }

    @Test func `files progress by its keys when devices number their reports themselves`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.progress(at: 1, 30, id: "r-881", version: "2.0", firmware: "f1")
        transcript.progress(at: 2, 60, id: "r-882", version: "2.0", firmware: "f1")
        let session = try transcript.session()
        #expect(session.progressCount == 2)
        #expect(session.commandID == "m1")
    }

    @Test func `never files dialect A evidence under another command's session`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 10, id: "other")
        #expect(transcript.sessions().map(\.key.command) == ["c1", "other"])
    }

    @Test func `files a reply without an id under the offer that has no answer yet`() {
        var transcript = Self.twoOpen()
        transcript.offer(at: 2, id: "XX-1", version: "4.0", firmware: "f3")
        transcript.offer(at: 3, id: "YY-1", version: "5.0", firmware: "f4")
        transcript.accept(at: 3.5, id: nil)
        #expect(transcript.sessions().map { $0.acceptedAt != nil } == [true, true, false, true])
    }

    @Test func `takes offers without ids for one session while they repeat`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: nil, firmware: "f1")
        transcript.offer(at: 30, id: nil, firmware: "f1")
        transcript.accept(at: 31, id: nil)
        let session = try transcript.session()
        #expect(session.key.command == "@\(Transcript.at(0.002).nanoseconds)")
        #expect(session.commandID == nil)
        #expect(session.state == .accepted)
    }

    // MARK: - Pull

    @Test func `takes a poll and the offer that answers it for one session`() throws {
        var transcript = Transcript("B")
        transcript.say(.poll, at: 0, id: "p1") { $0.currentVersion = "1.0" }
        #expect(try transcript.session().state == .polled)
        transcript.offer(at: 5, id: "p1")
        transcript.result(at: 9, ok: true, id: "p1")
        let session = try transcript.session()
        #expect(session.offeredAt == Transcript.at(5.002))
        #expect(session.firstSeenAt == Transcript.at(0.002))
        #expect(session.fromVersion == "1.0")
        #expect(session.isHeadSeen)
    }

    @Test func `retracts a pull that is answered with nothing to install`() {
        var transcript = Transcript("B")
        transcript.say(.poll, at: 0, id: "p1")
        transcript.say(.noUpdate, at: 1, id: "p1")
        let notebook = transcript.play(transcript.rows, step: 1)
        #expect(notebook.sessions.isEmpty)
        #expect(notebook.filings.isEmpty)
    }

    @Test func `blames nobody's device for a pull that nobody answers`() throws {
        var transcript = Transcript("B")
        transcript.say(.poll, at: 0, id: "p1")
        let session = try transcript.session(until: 700)
        #expect(session.state == .expired)
        #expect(session.failureClass == .other)
        #expect(session.failureEvidence?.contains("platform did not answer") == true)
    }

    // MARK: - Versions

    @Test func `contradicts a reported success by the old version until the new one comes`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -60, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 2, ok: true, id: "m1")
        transcript.version(at: 5, "1.0")
        let contradicted = try transcript.session()
        #expect(contradicted.state == .contradicted)
        #expect(contradicted.outcome == .failed)
        #expect(contradicted.failureEvidence == "the device reported success, then still ran 1.0")
        transcript.version(at: 20, "2.0")
        #expect(try transcript.session().state == .confirmed)
    }

    @Test(arguments: [("A", Session.State.reportedOK), ("B", .unconfirmed)])
    func `calls a success unconfirmed after the grace where devices report versions`(
        dialect: String,
        state: Session.State
    ) throws {
        var transcript = Transcript(dialect)
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true)
        #expect(try transcript.session(until: 302).state == .reportedOK)
        let session = try transcript.session(until: 303)
        #expect(session.state == state)
        #expect(session.outcome == .ok)
    }

    @Test func `lets version reports stand alone outside an upgrade's end`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.version(at: 1, "1.0")
        transcript.progress(at: 2, 10, id: "m1")
        let notebook = transcript.play(transcript.rows)
        #expect(notebook.filings[2]?.session == nil)
        #expect(notebook.sessions.first?.fromVersion == "1.0")
    }

    @Test func `does not let heartbeats keep a dead session open`() {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        for minute in 1...11 { transcript.version(at: Double(minute) * 60, "1.0") }
        #expect(transcript.sessions().map(\.state) == [.expired])
    }

    // MARK: - Gateways and the rest

    @Test func `reads installing and rebooting from a gateway's phases`() throws {
        var transcript = Transcript("B")
        transcript.gateway = "gw"
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 1, 40, id: "m1") { $0.phase = "distribute" }
        #expect(try transcript.session().state == .installing)
        transcript.progress(at: 2, 90, id: "m1") { $0.phase = "reboot" }
        let session = try transcript.session()
        #expect(session.state == .rebooting)
        #expect(session.gatewayID == "gw")
        transcript.version(at: 3, "2.0")
        #expect(try transcript.session().state == .confirmed)
    }

    @Test(arguments: [(true, Session.State.reportedOK), (false, .cancelled)])
    func `lets a cancelled device's own result stand`(finishes: Bool, state: Session.State) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.say(.cancel, at: 1, id: "c1")
        transcript.progress(at: 2, 80)
        if finishes { transcript.result(at: 3, ok: true) }
        let session = try transcript.session()
        #expect(session.state == state)
        #expect(session.outcome == (finishes ? .ok : .cancelled))
    }

    @Test func `ends a session whose device confirms the cancel`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.say(.cancelAck, at: 1, id: "c1")
        #expect(try transcript.session().outcome == .cancelled)
    }

    @Test func `reports an unreadable message of an idle device, which no session takes`() {
        var transcript = Transcript("A")
        transcript.say(.unknown, at: 0) { $0.reason = "not JSON at byte 3" }
        var tracker = SessionTracker(rules: transcript.rules)
        guard case .message(let message, let id, let event) = transcript.rows[0] else { return }
        let finding = tracker.receive(MessageSight(message, id: id), event: event)
        #expect(finding?.code == .invalidPayload)
        #expect(finding?.text == "payload of unknown cannot be read: not JSON at byte 3")
        #expect(tracker.takeChanges().sessions.isEmpty)
    }
}
