// Names that did not resolve, and those that did.

import Testing
import Traffic
import Wire

private let resolver = Endpoint(address: IPAddress(ipv4: 0x0A00_0035), port: 53)

private extension Tap {
    /// A datagram of the client to the resolver, or back.
    func datagram(_ sender: Sender, _ message: [UInt8], cut: Int? = nil) {
        let asker = Endpoint(address: Frames.client.address, port: 30_000)
        let flow = Flow(
            source: sender == .client ? asker : resolver,
            destination: sender == .client ? resolver : asker
        )
        let udp =
            Frames.big(flow.source.port) + Frames.big(flow.destination.port)
            + Frames.big(UInt16(8 + message.count)) + [0, 0] + message
        let frame = Frames.ethernet(Frames.ipv4(flow, udp, transport: 17))
        receive(cut.map { Array(frame.dropLast($0)) } ?? frame, originalLength: frame.count)
    }

    /// Any packet: it moves the capture's time on.
    func letTimePass(_ duration: Duration) {
        wait(duration)
        receive(Frames.ethernet([], type: [0x08, 0x06]))
    }

    var causes: [UnreachedServer.Cause] { book.unreached.map(\.cause) }
}

struct NameLookupTests {
    private let tap = Tap()

    @Test(
        arguments: [
            (3, .noSuchName), (2, .resolverFailed), (5, .resolverRefused), (0, .noAddress),
            (4, .resolverFailed),
        ] as [(UInt8, UnreachedServer.Cause)]
    )
    func `tells of a name that did not resolve, and why`(code: UInt8, cause: UnreachedServer.Cause) {
        tap.datagram(.client, DNSBytes.query("OTA.Example"))
        tap.datagram(.server, DNSBytes.response("OTA.Example", code: code))
        #expect(tap.book.unreached.isEmpty)
        tap.letTimePass(.seconds(5))
        let expected = UnreachedServer(
            client: Endpoint(address: Frames.client.address, port: 30_000),
            server: resolver,
            name: "ota.example",
            startedAt: Timestamp(seconds: 1_000),
            endedAt: Timestamp(seconds: 1_000).advanced(by: .milliseconds(1)),
            count: 1,
            cause: cause
        )
        #expect(tap.book.unreached == [expected])
        tap.finish()
        #expect(tap.book.unreached.count == 1)
    }

    @Test func `tells of a name that no resolver answered for, once there was time to`() {
        tap.datagram(.client, DNSBytes.query("ota.example"))
        tap.letTimePass(.seconds(4))
        #expect(tap.book.unreached.isEmpty)
        tap.letTimePass(.seconds(1))
        #expect(tap.causes == [.resolverSilent])
    }

    @Test func `says nothing of a single query at the end of the capture, and something of two`() {
        tap.datagram(.client, DNSBytes.query("once.example"))
        for pause in [0, 500] {
            tap.wait(.milliseconds(pause))
            for name in ["twice.example", "tapped.example"] where pause == 500 || name == "twice.example" {
                tap.datagram(.client, DNSBytes.query(name))
            }
        }
        // One query that is seen on two interfaces.
        tap.datagram(.client, DNSBytes.query("tapped.example"))
        tap.finish()
        #expect(tap.book.unreached.map(\.name) == ["twice.example"])
        #expect(tap.book.unreached.map(\.count) == [2])
    }

    @Test func `says nothing of a name that has an address of one kind, or got one from another resolver`() {
        tap.datagram(.client, DNSBytes.query("ota.example", type: 28))
        tap.datagram(.client, DNSBytes.query("ota.example"))
        tap.datagram(.server, DNSBytes.response("ota.example", type: 28))
        tap.datagram(.server, DNSBytes.response("ota.example", answers: [.address([10, 0, 0, 2])]))
        tap.datagram(.server, DNSBytes.response("b.example", code: 2))
        tap.datagram(.server, DNSBytes.response("b.example", answers: [.alias, .address([10, 0, 0, 3])]))
        tap.letTimePass(.seconds(5))
        tap.finish()
        #expect(tap.book.unreached.isEmpty)
    }

    @Test func `tells of a name that leads to another one without an address`() {
        tap.datagram(.server, DNSBytes.response("ota.example", answers: [.alias]))
        tap.finish()
        #expect(tap.causes == [.noAddress])
    }

    @Test func `says nothing of what else is asked, and of answers that were cut`() {
        tap.datagram(.server, DNSBytes.response("ota.example", type: 65, code: 3))
        tap.datagram(.server, DNSBytes.response("ota.example", flags: 0x8600))
        tap.datagram(
            .server,
            DNSBytes.response("b.example", answers: [.alias, .address([10, 0, 0, 3])]),
            cut: 3
        )
        tap.datagram(.server, DNSBytes.response("", code: 3))
        tap.letTimePass(.seconds(5))
        #expect(tap.book.unreached.isEmpty)
        #expect(tap.losses.undecodablePackets == 0)
    }

    @Test func `gives a refused connection the name that its address was looked up by`() {
        tap.datagram(.server, DNSBytes.response("ota.example", answers: [.alias, .address([10, 0, 0, 2])]))
        tap.segment(.client, sequence: 1_000, flags: .syn)
        tap.skip(.client, 1)
        tap.segment(.server, sequence: 0, flags: [.rst, .ack])
        #expect(tap.book.unreached.map(\.name) == ["ota.example"])
        #expect(tap.book.unreached.map(\.server) == [Frames.server])
        #expect(tap.causes == [.refused])
    }

    @Test func `follows so many names at once, and tells of the first before its time beyond that`() {
        var limits = WireLimits()
        limits.lookups = 2
        let tap = Tap(limits: limits)
        for name in ["a", "b", "c"] { tap.datagram(.server, DNSBytes.response(name, code: 3)) }
        #expect(tap.book.unreached.map(\.name) == ["a"])
        tap.finish()
        #expect(tap.book.unreached.map(\.name) == ["a", "b", "c"])
    }

    @Test func `counts look-ups that it stops to follow before anything can be said of them`() {
        var limits = WireLimits()
        limits.lookups = 1
        let tap = Tap(limits: limits)
        for name in ["a", "b", "c"] { tap.datagram(.client, DNSBytes.query(name)) }
        #expect(tap.book.unreached.isEmpty)
        #expect(tap.losses.unreachedNotKept == 2)
        tap.datagram(.server, DNSBytes.response("c", answers: [.address([10, 0, 0, 2])]))
        tap.finish()
        #expect(tap.losses.unreachedNotKept == 2)
    }

    @Test func `remembers so many addresses and no more`() {
        var limits = WireLimits()
        limits.resolvedAddresses = 1
        let tap = Tap(limits: limits)
        tap.datagram(.server, DNSBytes.response("a", answers: [.address([10, 0, 0, 2])]))
        tap.datagram(.server, DNSBytes.response("b", answers: [.address([10, 0, 0, 3])]))
        tap.segment(.client, sequence: 1_000, flags: .syn)
        tap.skip(.client, 1)
        tap.segment(.server, sequence: 0, flags: [.rst, .ack])
        #expect(tap.book.unreached.map(\.name) == [nil])
    }

    @Test func `tells of so many names a second and counts the rest`() {
        var limits = WireLimits()
        limits.unreachedPerSecond = 2
        let tap = Tap(limits: limits)
        for number in 0..<5 { tap.datagram(.server, DNSBytes.response("n\(number)", code: 3)) }
        tap.finish()
        #expect(tap.book.unreached.count == 2)
        #expect(tap.losses.unreachedNotKept == 3)
    }

    @Test func `reads no look-up in what is sent elsewhere`() {
        let tap = Tap(server: Endpoint(address: resolver.address, port: 5_353))
        let flow = Flow(source: Frames.server, destination: Frames.client)
        let message = DNSBytes.response("ota.example", code: 3)
        let udp = Frames.big(UInt16(8_100)) + Frames.big(UInt16(40_000)) + [0, 60, 0, 0] + message
        tap.receive(Frames.ethernet(Frames.ipv4(flow, udp, transport: 17)))
        tap.finish()
        #expect(tap.book.unreached.isEmpty)
    }
}
