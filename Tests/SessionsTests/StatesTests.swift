// The states and soft ends of dialects.md §5.3, as transcripts.

import Dialects
import Sessions
import Testing
import Traffic

struct StatesTests {
    @Test func `goes through every state on the way`() throws {
        var transcript = Transcript("B")
        transcript.gateway = "gw"
        var states: [Session.State] = []
        transcript.say(.poll, at: 0, id: "p1")
        states.append(try transcript.session().state)
        transcript.offer(at: 1, id: "p1")
        states.append(try transcript.session().state)
        transcript.accept(at: 2, id: "p1")
        states.append(try transcript.session().state)
        for (step, phase) in [nil, "unpack", "distribute", "reboot"].enumerated() {
            transcript.progress(at: 3 + Double(step), Double(step * 20), id: "p1") { $0.phase = phase }
            states.append(try transcript.session().state)
        }
        transcript.result(at: 8, ok: true, id: "p1")
        states.append(try transcript.session().state)
        transcript.version(at: 9, "2.0")
        states.append(try transcript.session().state)
        #expect(
            states == [
                .polled, .offered, .accepted, .transferring, .verifying, .installing, .rebooting,
                .reportedOK, .confirmed,
            ]
        )
    }

    @Test func `a download alone moves an offer to transferring`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetchWhole()
        #expect(try transcript.session().state == .transferring)
    }

    // MARK: - Soft ends

    @Test(arguments: [(true, Session.State.reportedOK), (false, .failed)])
    func `an expired session takes the end that its device claims late`(ok: Bool, state: Session.State) throws
    {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        #expect(try transcript.session(until: 650).state == .expired)
        transcript.result(at: 650, ok: ok)
        #expect(try transcript.session(until: 660).state == state)
    }

    @Test(arguments: [
        ("REFUSED", UpgradeEvent.Kind.reject, Session.State.rejected), ("", .cancelAck, .cancelled),
    ])
    func `an expired session takes a late refusal and a late confirmation of a cancel`(
        code: String,
        kind: UpgradeEvent.Kind,
        state: Session.State
    ) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.say(kind, at: 700, id: "c1") { $0.code = code }
        #expect(try transcript.session(until: 800).state == state)
    }

    @Test func `an expired session is confirmed by a late report of the offered version`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.accept(at: 0.1, id: "m1")
        transcript.version(at: 690, "2.0")
        #expect(try transcript.session(until: 800).state == .confirmed)
    }

    @Test func `a soft failure goes on, and fails for good when nothing more comes`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 5, ok: false, id: "m1", isSoft: true)
        #expect(try transcript.session().state == .failed)
        transcript.progress(at: 6, 50, id: "m1")
        #expect(try transcript.session().state == .transferring)
        #expect(try transcript.session().outcome == .open)
        #expect(try transcript.session(until: 700).state == .expired)
    }

    // MARK: - Versions

    @Test func `confirms by the version alone where no result came`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 5, 80, id: "m1")
        transcript.version(at: 60, "2.0")
        let session = try transcript.session()
        #expect(session.state == .confirmed)
        #expect(session.outcome == .ok)
        #expect(session.resultAt == nil)
        #expect(session.endedAt == session.confirmedAt)
    }

    @Test func `is not confirmed by a device that runs the offered version already`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "2.0")
        transcript.offer(at: 0, id: "m1")
        transcript.accept(at: 0.1, id: "m1")
        transcript.version(at: 1, "2.0")
        #expect(try transcript.session().state == .accepted)
    }

    @Test func `is contradicted by a version that was reported while it ran`() throws {
        var transcript = Transcript("B")
        transcript.gateway = "gw"
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 1, 60, id: "m1") { $0.phase = "distribute" }
        transcript.version(at: 2, "1.0")
        transcript.result(at: 3, ok: true, id: "m1")
        transcript.version(at: 9, "1.0")
        let session = try transcript.session()
        #expect(session.state == .contradicted)
        #expect(session.failureClass == .rolledBack)
    }

    @Test func `believes the device's result more than the version it reported before`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 1, 80, id: "m1")
        transcript.version(at: 2, "2.0")
        transcript.result(at: 3, ok: false, id: "m1", reason: "self test failed, rolled back")
        transcript.version(at: 9, "1.0")
        let session = try transcript.session()
        #expect(session.outcome == .failed)
        #expect(session.claimedReason == "self test failed, rolled back")
    }

    @Test func `stays confirmed when the success is told after the version`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 1, 80, id: "m1")
        transcript.version(at: 2, "2.0")
        transcript.result(at: 3, ok: true, id: "m1")
        #expect(try transcript.session().state == .confirmed)
    }

    @Test func `is contradicted by the old version soon after the new one, and not by the new one again`()
        throws
    {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 3, ok: true, id: "m1")
        transcript.version(at: 20, "2.0")
        transcript.version(at: 25, "2.0")
        #expect(try transcript.session().state == .confirmed)
        transcript.version(at: 50, "1.0")
        let session = try transcript.session()
        #expect(session.state == .contradicted)
        #expect(session.failureClass == .rolledBack)
        #expect(session.failureEvidence == "the device reported success, then ran 1.0 again")
    }

    @Test func `takes the last version report before it says that the device was left unchanged`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 3, ok: true, id: "m1")
        transcript.version(at: 4, "1.0")
        transcript.version(at: 60, "2.0")
        let session = try transcript.session()
        #expect(session.state == .confirmed)
        #expect(!session.anomalies.contains { $0.code == .versionUnchanged })
    }

    @Test func `is contradicted by any version that ran before, not only the last`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -9, "1.0")
        transcript.version(at: -5, "1.5")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 3, ok: true, id: "m1")
        transcript.version(at: 9, "1.0")
        #expect(try transcript.session().state == .contradicted)
    }

    @Test func `a third version neither confirms nor contradicts, and is named`() throws {
        var transcript = Transcript("B")
        transcript.version(at: -5, "1.0")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 3, ok: true, id: "m1")
        transcript.version(at: 9, "1.7")
        transcript.version(at: 19, "1.7")
        #expect(try transcript.session().state == .reportedOK)
        let session = try transcript.session(until: 400)
        #expect(session.state == .unconfirmed)
        #expect(session.outcome == .ok)
        #expect(session.doubt == .versionNotConfirmed)
        #expect(session.failureEvidence == "the device reported success, then ran 1.7, not the offered 2.0")
    }

    // MARK: - Willed ends

    @Test(arguments: ["CANCELED", "CANCELLED"])
    func `is cancelled by a result that says so`(code: String) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 3, ok: false, code: code)
        let session = try transcript.session()
        #expect(session.state == .cancelled)
        #expect(session.outcome == .cancelled)
        #expect(session.failureClass == .cancelled)
    }

    @Test func `a cancel ends it, and its confirmation is late evidence of the same end`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.say(.cancel, at: 1, id: "c1")
        #expect(try transcript.session().failureEvidence?.contains("did not say that it heard") == true)
        transcript.say(.cancelAck, at: 2, id: "c1")
        let session = try transcript.session()
        #expect(session.state == .cancelled)
        #expect(session.failureEvidence == "the platform cancelled, and the device confirmed it")
        #expect(session.failureMessageIDs == [2, 3])
    }

    @Test func `a busy device's silence rejects the second offer, and not where answers cannot be seen`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.offer(at: 5, id: "c2", version: "3.0")
        for second in 6...30 { transcript.progress(at: Double(second), Double(second)) }
        #expect(transcript.sessions().map(\.state) == [.transferring, .rejected])
        transcript.rules["A"]?.unseen = [.accept]
        #expect(transcript.sessions().map(\.state) == [.transferring, .offered])
    }
}
