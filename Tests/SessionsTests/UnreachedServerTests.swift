// Servers that were not reached: whom they excuse, and whom not.

import Dialects
import Testing
import Traffic

@testable import Sessions

struct UnreachedServerTests {
    private static let device = IPAddress(ipv4: 0x0A00_0001)

    private static func unreached(
        _ cause: UnreachedServer.Cause,
        name: String? = nil,
        port: UInt16 = 80,
        at seconds: Double = 2,
        from client: IPAddress = device
    ) -> UnreachedServer {
        UnreachedServer(
            client: Endpoint(address: client, port: 30_000),
            server: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: cause.isOfName ? 53 : port),
            name: name,
            startedAt: Transcript.at(seconds),
            endedAt: Transcript.at(seconds + 1),
            count: 3,
            cause: cause
        )
    }

    /// An accepted offer, what was not reached, and the device's report of a failure at 10 s.
    private static func session(
        _ unreached: [UnreachedServer],
        of url: String = "http://fw.example/fw/x.bin",
        claims: FailureClass? = nil,
        views: [Transcript.View] = [.device],
        _ happening: (inout Transcript) -> Void = { _ in }
    ) throws -> Session {
        var transcript = Transcript("A")
        transcript.views = views
        transcript.unreached = unreached
        transcript.offer(at: 1, url: url)
        transcript.accept(at: 1.1)
        happening(&transcript)
        transcript.result(at: 10, ok: false, code: "FAILED", claims: claims)
        return try transcript.session()
    }

    @Test(arguments: [(0.001, 808), (10, 0)])
    func `counts what it forgets before its time, and not what is too old to matter`(
        pause: Double,
        count: Int64
    ) {
        var servers = UnreachedServers()
        for number in 0..<9_000 {
            servers.receive(
                Self.unreached(.noSuchName, name: "host\(number).example", at: Double(number) * pause)
            )
        }
        #expect(servers.letGoEarly == count)
    }

    @Test func `blames a name that did not resolve, and says who was asked by whom`() throws {
        let session = try Self.session([Self.unreached(.noSuchName, name: "fw.example")])
        #expect(session.failureClass == .dnsFailure && session.failureSource == .measured)
        #expect(
            session.failureEvidence
                == "there is no name fw.example, 192.0.2.1 told 10.0.0.1, asked 3 times in 1.0 s, "
                + "then the device reported FAILED"
        )
        #expect(session.failureMessageIDs.count == 2)
    }

    @Test func `blames a server that refused or did not answer, by its address or the name it was given for`()
        throws
    {
        let refused = try Self.session(
            [Self.unreached(.refused, port: 8_080)],
            of: "http://192.0.2.1:8080/x.bin"
        )
        #expect(refused.failureClass == .connectFailure)
        #expect(
            refused.failureEvidence?.hasPrefix("192.0.2.1:8080 refused the connection from 10.0.0.1") == true
        )
        let silent = try Self.session([Self.unreached(.unanswered, name: "fw.example")])
        #expect(silent.failureClass == .connectFailure)
        #expect(
            silent.failureEvidence?.hasPrefix("fw.example (192.0.2.1:80) did not answer 10.0.0.1, asked 3")
                == true
        )
    }

    @Test(
        arguments: [
            "https://192.0.2.1/x", "http://user@192.0.2.1:443/x", "HTTP://192.0.2.1:443?x",
            "coap://192.0.2.1/x",
        ]
    )
    func `takes the usual port of a scheme, and any port where none is known`(url: String) throws {
        #expect(
            try Self.session([Self.unreached(.refused, port: 443)], of: url).failureClass == .connectFailure
        )
    }

    @Test func `knows addresses of IPv6 and names with a last dot`() throws {
        var server = Self.unreached(.refused)
        server.server = Endpoint(address: IPAddress(high: 0x2001_0DB8 << 32, low: 1), port: 81)
        #expect(try Self.session([server], of: "http://[2001:db8::1]:81/x").failureClass == .connectFailure)
        let name = Self.unreached(.resolverSilent, name: "fw.example")
        #expect(try Self.session([name], of: "http://FW.example./x").failureClass == .dnsFailure)
    }

    /// Of each what was not reached, and what makes it count for nothing.
    @Test(
        arguments: [
            unreached(.noSuchName, name: "other.example"),
            unreached(.refused, name: "fw.example", port: 8_080),
            unreached(.noSuchName, name: "fw.example", at: -3),
            unreached(.refused, name: "fw.example", at: 11),
            unreached(.noSuchName, name: "fw.example", from: IPAddress(ipv4: 0x0A00_0009)),
        ]
    )
    func `blames nothing that was elsewhere, at another time, or another's`(server: UnreachedServer) throws {
        #expect(try Self.session([server]).failureClass == .other)
    }

    @Test func `takes anybody's word for a device whose address is not known`() throws {
        let server = Self.unreached(.noSuchName, name: "fw.example", from: IPAddress(ipv4: 0x0A00_0009))
        #expect(try Self.session([server], views: [.subscription]).failureClass == .dnsFailure)
    }

    @Test func `blames no server of which something came, and none that the device does not speak of`() throws
    {
        let server = Self.unreached(.unanswered, name: "fw.example")
        let url = "http://fw.example/fw/x.bin"
        #expect(
            try Self.session([server]) { $0.fetch(url, from: 4, to: 5, status: 500) }.failureClass
                == .httpError
        )
        #expect(try Self.session([server]) { $0.progress(at: 4, 20) }.failureClass == .other)
        #expect(try Self.session([server], claims: .hashMismatch).failureClass == .hashMismatch)
        #expect(try Self.session([server], claims: .timedOut).failureClass == .connectFailure)
    }

    @Test func `blames what was seen last, in whatever order it was told`() throws {
        let all = [
            Self.unreached(.resolverFailed, name: "fw.example", at: 2),
            Self.unreached(.refused, name: "fw.example", at: 4),
            Self.unreached(.noAddress, name: "fw.example", at: 3),
        ]
        let session = try Self.session(all)
        #expect(session.failureClass == .connectFailure)
        #expect(try Self.session(all.reversed()) == session)
    }

    @Test func `blames it for a silence, too, and for none that was a success`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.unreached = [Self.unreached(.noSuchName, name: "fw.example")]
        transcript.offer(at: 1, url: "http://fw.example/x")
        transcript.accept(at: 1.1)
        let silent = try transcript.session(until: 2_000)
        #expect(silent.failureClass == .dnsFailure)
        #expect(silent.failureEvidence?.hasSuffix(", and no result followed") == true)
        transcript.result(at: 10, ok: true)
        #expect(try transcript.session().failureClass == nil)
    }

    /// The tracker is told after the session: it is told of again.
    @Test func `tells of a session again when the cause comes after its end`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.offer(at: 1, url: "http://fw.example/x")
        transcript.accept(at: 1.1)
        transcript.result(at: 10, ok: false)
        var tracker = SessionTracker(rules: transcript.rules)
        for row in transcript.rows { tracker.receive(row) }
        #expect(tracker.takeChanges().sessions.map(\.session.failureClass) == [.other])
        tracker.receive(Self.unreached(.noSuchName, name: "elsewhere.example"))
        #expect(tracker.takeChanges().isEmpty)
        tracker.receive(Self.unreached(.noSuchName, name: "fw.example"))
        #expect(tracker.takeChanges().sessions.map(\.session.failureClass) == [.dnsFailure])
        for number in 0..<20_000 { tracker.receive(Self.unreached(.refused, name: "n\(number)")) }
        #expect(tracker.takeChanges().isEmpty, "the bound lets go of the cause, and what was told stays")
    }
}
