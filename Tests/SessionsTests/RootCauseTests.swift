// Each root cause: what yields it, and a neighbour that must not.

import Dialects
import Sessions
import Testing
import Traffic

struct RootCauseTests {
    /// An accepted offer, what happened, and the device's report of a failure.
    private static func failure(
        offering url: String = Transcript.url,
        claims: FailureClass? = nil,
        at seconds: Double = 5,
        _ happening: (inout Transcript) -> Void = { _ in }
    ) throws -> Session {
        var transcript = Transcript("A")
        transcript.offer(at: 0, url: url)
        transcript.accept(at: 0.1)
        happening(&transcript)
        transcript.result(at: seconds, ok: false, code: "FAILED", claims: claims)
        return try transcript.session()
    }

    // MARK: - Expired URLs

    /// `Transcript.start` is 2023-11-14T22:13:20Z.
    @Test(
        arguments: [
            ("X-Amz-Date=20231114T221000Z&X-Amz-Expires=60&X-Amz-Signature=s", 403, FailureClass.urlExpired),
            ("X-Amz-Date=20231114T221000Z&X-Amz-Expires=900&X-Amz-Signature=s", 403, .httpError),
            ("X-Amz-Date=20231114T221000Z&X-Amz-Expires=60&X-Amz-Signature=s", 404, .httpError),
            ("Expires=1699999990&Signature=s", 403, .urlExpired),
            ("Expires=1700009990&Signature=s", 403, .httpError),
            ("se=2023-11-14T22%3A13%3A00Z&sig=s", 403, .urlExpired),
            ("se=2023-11-14T23%3A13%3A00Z&sig=s", 401, .httpError),
        ]
    )
    func `blames an expired URL by the time in its query`(query: String, status: Int, failure: FailureClass)
        throws
    {
        let url = "http://fw.example/fw/x.bin?" + query
        let session = try Self.failure(offering: url) {
            $0.fetch(url, from: 1, to: 2, status: status)
        }
        #expect(session.failureClass == failure)
        #expect(session.failureEvidence?.hasPrefix("HTTP \(status) for /fw/x.bin") == true)
        #expect(session.failureEvidence?.contains("after the URL expired") == (failure == .urlExpired))
        #expect(session.failureTransferIDs == [3])
    }

    @Test(arguments: [(700.0, FailureClass.urlExpired), (500, .httpError)])
    func `blames the usual ten minutes of a signed URL that does not say`(
        seconds: Double,
        failure: FailureClass
    ) throws {
        let session = try Self.failure(at: seconds + 2) {
            $0.progress(at: 300, 0)
            $0.fetch(Transcript.url, from: seconds, to: seconds + 1, status: 403)
        }
        #expect(session.failureClass == failure)
    }

    @Test(arguments: [(FailureClass.urlExpired, FailureClass.urlExpired), (.other, .httpError)])
    func `takes the device's word for an expired URL beside a refusal`(
        claims: FailureClass,
        failure: FailureClass
    ) throws {
        let session = try Self.failure(offering: "http://fw.example/x.bin", claims: claims) {
            $0.fetch("http://fw.example/x.bin", from: 1, to: 2, status: 403)
        }
        #expect(session.failureClass == failure)
    }

    // MARK: - Claims

    @Test(arguments: [FailureClass.dnsFailure, .connectFailure])
    func `takes the device's word for a server it could not reach, unless it reached one`(
        claims: FailureClass
    ) throws {
        #expect(try Self.failure(claims: claims).failureClass == claims)
        let reached = try Self.failure(claims: claims) {
            $0.fetch(Transcript.url, from: 1, to: 2, status: 500)
        }
        #expect(reached.failureClass == .httpError)
    }

    @Test func `names the evidence of a measured cause by its ids`() throws {
        let session = try Self.failure {
            $0.fetch(Transcript.url, from: 1, to: 2, bytes: 1_000, sha256: Transcript.otherSHA)
        }
        #expect(session.failureClass == .hashMismatch)
        #expect(session.failureMessageIDs == [1, 4])
        #expect(session.failureTransferIDs == [3])
    }

    // MARK: - Willed

    @Test(arguments: [(nil, FailureClass.cancelled), (FailureClass.hashMismatch, .hashMismatch)])
    func `blames the cancel for a failure that the device gives no cause of`(
        claims: FailureClass?,
        failure: FailureClass
    ) throws {
        let session = try Self.failure(claims: claims) { $0.say(.cancel, at: 3, id: "c1") }
        #expect(session.outcome == .failed)
        #expect(session.failureClass == failure)
    }

    @Test func `names what took a superseded session's place`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.offer(at: 3, id: "c2")
        let session = try #require(transcript.sessions().first)
        #expect(session.failureClass == .superseded)
        #expect(session.failureEvidence == "command c2 took its place")
        #expect(session.failureMessageIDs == [1, 2])
        #expect(transcript.sessions().last?.failureClass == nil)
    }

    @Test func `blames the other upgrade when the superseded one then fails`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.offer(at: 3, id: "c2")
        transcript.result(at: 4, ok: false, code: "FAILED")
        let session = try #require(transcript.sessions().first)
        #expect(session.outcome == .failed)
        #expect(session.failureClass == .superseded)
        #expect(session.failureEvidence == "command c2 took its place, then the device reported FAILED")
    }

    // MARK: - Gateways

    @Test func `names the gateway's phase with its round and what is missing`() throws {
        var transcript = Transcript("B")
        transcript.gateway = "gw"
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 1, 60, id: "m1") {
            $0.phase = "distribute"
            $0.round = 5
            $0.missingCount = 37
        }
        let silent = try transcript.session(until: 700)
        #expect(silent.failureClass == .gatewayPhase)
        #expect(
            silent.failureEvidence == "no sign of life after phase distribute, round 5, 37 blocks missing"
        )
        transcript.result(at: 2, ok: false, id: "m1", reason: "gave up")
        let session = try transcript.session()
        #expect(session.failureClass == .gatewayPhase)
        #expect(
            session.failureEvidence
                == "failed in phase distribute, round 5, 37 blocks missing: the device reported gave up"
        )
    }

    @Test(arguments: [
        ("fetch", "gw", nil), ("install", nil, nil), ("distribute", "gw", FailureClass.hashMismatch),
    ])
    func `blames no gateway for a fetch, for a device's own phase, nor for a cause in the image`(
        phase: String,
        gateway: String?,
        claims: FailureClass?
    ) throws {
        var transcript = Transcript("B")
        transcript.gateway = gateway
        transcript.offer(at: 0, id: "m1")
        transcript.progress(at: 1, 10, id: "m1") { $0.phase = phase }
        transcript.result(at: 2, ok: false, id: "m1", reason: "gave up", claims: claims)
        #expect(try transcript.session().failureClass == claims ?? .other)
    }

    // MARK: - Silence and doubts

    @Test(arguments: [(100.0, FailureClass.hundredPercentWithoutResult), (99, .stalled)])
    func `blames silence after 100 percent for what it is`(percent: Double, failure: FailureClass) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, percent)
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == failure)
        #expect(session.failureEvidence?.contains("\(Int(percent)) %") == true)
        #expect(session.failureMessageIDs == [1, 2])
    }

    @Test(arguments: [true, false])
    func `doubts a success without a download only where downloads are seen`(seesHTTP: Bool) throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true)
        let host = seesHTTP ? "fw.example" : "elsewhere.example"
        transcript.fetch("http://\(host)/other", from: 1, to: 2, bytes: 5)
        let session = try transcript.session()
        #expect(session.outcome == .ok)
        #expect(session.failureClass == nil)
        #expect(session.doubt == (seesHTTP ? .claimedSuccessWithoutDownload : nil))
        #expect(session.failureMessageIDs == (seesHTTP ? [1, 2] : []))
    }

    @Test func `doubts a success after nothing but errors, and not after the image`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 0.5, to: 0.6, status: 404)
        transcript.result(at: 2, ok: true)
        let session = try transcript.session()
        #expect(session.doubt == .claimedSuccessWithoutDownload)
        #expect(
            session.failureEvidence
                == "the device reported success, and the image was answered with HTTP 404 only"
        )
        transcript.fetchWhole(from: 1, to: 1.5)
        #expect(try transcript.session().doubt == nil)
    }

    @Test func `doubts a success that no version confirms, and not a confirmed one`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 2, ok: true, id: "m1")
        #expect(try transcript.session().doubt == nil)
        #expect(try transcript.session(until: 400).doubt == .versionNotConfirmed)
        transcript.version(at: 10, "2.0")
        #expect(try transcript.session(until: 400).doubt == nil)
    }

    // MARK: - What nobody can see

    @Test func `holds no missing answer against a device whose answers nobody sees`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        #expect(try transcript.session(until: 700).failureClass == .notAcked)
        transcript.rules["A"]?.unseen = [.accept]
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == .resultMissing)
        #expect(session.failureEvidence?.contains("cannot be seen") == true)
    }

    @Test func `calls the end unknown where no result can be seen`() throws {
        var transcript = Transcript("A")
        transcript.rules["A"]?.unseen = [.result]
        transcript.offer(at: 0)
        transcript.progress(at: 1, 100)
        let session = try transcript.session(until: 700)
        #expect(session.state == .expired)
        #expect(session.outcome == .unknown)
        #expect(session.failureClass == nil)
    }

    @Test(arguments: [true, false])
    func `misses no beginning where no offer can be seen`(isUnseen: Bool) throws {
        var transcript = Transcript("A")
        if isUnseen { transcript.rules["A"]?.unseen = [.offer] }
        transcript.progress(at: 1, 10)
        #expect(try transcript.session().isHeadSeen == isUnseen)
    }

    @Test func `waits for no version where none can be seen`() throws {
        var transcript = Transcript("B")
        transcript.rules["B"]?.unseen = [.version]
        transcript.offer(at: 0, id: "m1")
        transcript.result(at: 2, ok: true, id: "m1")
        let session = try transcript.session(until: 400)
        #expect(session.state == .reportedOK)
        #expect(session.doubt == nil)
    }
}
