// The host over real TCP.

import FirmwareHost
import Testing
import Traffic

private let image = FirmwareImage.filler(seed: 42, byteCount: 200_000)

/// Requests `target` and reads until the connection ends.
private func get(_ host: FirmwareOrigin, _ target: String = "/fw", range: String? = nil) async -> RawResponse
{
    await RawRequest(port: host.port, target: target, range: range).response()
}

/// The first transfer that the host reports.
private func reported(by host: FirmwareOrigin) async throws -> Transfer {
    try #require(await host.transfers.first { _ in true })
}

@Test(.timeLimit(.minutes(5)))
func `serves an image whole and reports what it sent`() async throws {
    try await withFirmwareHost { host in
        let url = host.publish(Offering(path: "/fw/a.bin?token=t", image: image))
        #expect(url == "http://127.0.0.1:\(host.port)/fw/a.bin?token=t")
        let seen = await get(host, "/fw/a.bin?token=t")
        #expect(seen.status == 200 && seen.fields["content-length"] == "200000" && seen.end == .closed)
        #expect(try seen.body == image.chunk(0..<200_000))

        let transfer = try await reported(by: host)
        #expect(transfer.evidence == .served && transfer.exchange.end == .complete)
        #expect(transfer.sha256 == image.sha256 && transfer.md5 == image.md5)
        #expect(transfer.exchange.url == url && transfer.exchange.status == 200)
        #expect(transfer.exchange.bodyBytes == 200_000 && transfer.exchange.contentLength == 200_000)
        #expect(transfer.exchange.client.address.description == "127.0.0.1")
        #expect(transfer.exchange.server.port == UInt16(host.port))
        let responded = try #require(transfer.exchange.respondedAt)
        #expect(transfer.exchange.requestedAt <= responded && responded <= transfer.exchange.endedAt)
    }
}

@Test(.timeLimit(.minutes(5)))
func `finds an offering whatever query or authority the request names`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw?token=t", image: .bytes([1, 2, 3])))
        for target in ["/fw", "/fw?token=other", "http://example.org/fw?x#y"] {
            #expect(await get(host, target).body == [1, 2, 3])
        }
    }
}

@Test(.timeLimit(.minutes(5)))
func `answers 404 where nothing is on offer, and records it`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/here", image: image))
        #expect(await get(host, "/there?x=1").status == 404)
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.status == 404 && transfer.exchange.target == "/there?x=1")
        // The body is empty and known to be: it has the digest of no bytes, as it has on the wire.
        #expect(transfer.exchange.end == .complete && transfer.exchange.bodyBytes == 0)
        #expect(transfer.sha256 == FirmwareImage.bytes([]).sha256)
        host.withdraw(path: "/here")
        #expect(await get(host, "/here").status == 404)
    }
}

@Test(.timeLimit(.minutes(5)))
func `answers a range with 206 and hashes only that`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw", image: image))
        let seen = await get(host, range: "bytes=150000-")
        #expect(seen.status == 206 && seen.fields["content-range"] == "bytes 150000-199999/200000")
        let expected = try image.chunk(150_000..<200_000)
        #expect(seen.body == expected)
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.range == "bytes=150000-" && transfer.exchange.bodyBytes == 50_000)
        #expect(transfer.sha256 == FirmwareImage.bytes(expected).sha256)
    }
}

@Test(.timeLimit(.minutes(5)), arguments: [0, 1, 65_536, 123_456, 199_999] as [Int64])
func `closes the connection after the byte it is told`(cutAfter: Int64) async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw", image: image, curves: [NetworkCurve(cutAfter: cutAfter)]))
        let seen = await get(host)
        #expect(seen.end == .closed && seen.fields["content-length"] == "200000")
        #expect(try seen.body == image.chunk(0..<cutAfter))
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.end == .truncated && transfer.exchange.bodyBytes == cutAfter)
    }
}

@Test(.timeLimit(.minutes(5)), arguments: [0, 50_000, 199_999] as [Int64])
func `resets the connection after the byte it is told`(cutAfter: Int64) async throws {
    try await withFirmwareHost { host in
        let curve = NetworkCurve(cutAfter: cutAfter, cut: .reset)
        host.publish(Offering(path: "/fw", image: image, curves: [curve]))
        let seen = await get(host)
        #expect(seen.end == .reset)
        #expect(try seen.body == image.chunk(0..<cutAfter))
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.end == .reset && transfer.exchange.bodyBytes == cutAfter)
    }
}

@Test(.timeLimit(.minutes(5)), arguments: [NetworkCurve.Cut.reset, .close])
func `lets a slow client have every byte before the cut`(cut: NetworkCurve.Cut) async throws {
    try await withFirmwareHost { host in
        let large = FirmwareImage.filler(seed: 1, byteCount: 3_000_000)
        let curve = NetworkCurve(cutAfter: 2_500_000, cut: cut)
        host.publish(Offering(path: "/fw", image: large, curves: [curve]))
        let seen = await RawRequest(port: host.port, target: "/fw", receiveBuffer: 16_384).response()
        #expect(seen.body.count == 2_500_000)
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.end == (cut == .reset ? .reset : .truncated))
    }
}

@Test(.timeLimit(.minutes(5)))
func `stalls after the byte it is told until the client leaves`() async throws {
    try await withFirmwareHost { host in
        let curve = NetworkCurve(cutAfter: 70_000, cut: .stall)
        host.publish(Offering(path: "/fw", image: image, curves: [curve]))
        let seen = await RawRequest(port: host.port, target: "/fw", leavesAfter: 70_000).response()
        #expect(seen.end == .left && seen.body.count == 70_000)
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.bodyBytes == 70_000 && transfer.exchange.end == .truncated)
    }
}

@Test(.timeLimit(.minutes(5)))
func `leaves a request without an answer until the client leaves`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw", image: image, curves: [NetworkCurve(status: nil)]))
        let impatient = RawRequest(port: host.port, target: "/fw", patience: .milliseconds(20))
        #expect(await impatient.response().bytes.isEmpty)
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.status == nil && transfer.exchange.respondedAt == nil)
        #expect(transfer.exchange.end == .truncated)
    }
}

@Test(.timeLimit(.minutes(5)))
func `stops pacing when the client leaves between two segments`() async throws {
    try await withFirmwareHost { host in
        let points = [1_000, 200_000].map { Transfer.Sample(offset: .seconds($0 / 1_000 - 1), bytes: $0) }
        host.publish(Offering(path: "/fw", image: image, curves: [NetworkCurve(points: points)]))
        _ = await RawRequest(port: host.port, target: "/fw", leavesAfter: 1_000).response()
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.bodyBytes == 1_000 && transfer.exchange.end == .truncated)
    }
}

@Test(.timeLimit(.minutes(5)))
func `records a transfer as truncated when the host ends first`() async throws {
    let (transfers, client) = try await withFirmwareHost { host in
        let curve = NetworkCurve(points: [.init(offset: .zero, bytes: 10)], cutAfter: 10, cut: .stall)
        host.publish(Offering(path: "/fw", image: image, curves: [curve]))
        let client = Task { await get(host) }
        // The first segment has gone out.
        _ = await host.lateness.first { _ in true }
        return (host.transfers, client)
    }
    #expect(await client.value.body.count <= 10)
    var ends: [Exchange.End] = []
    for await transfer in transfers { ends.append(transfer.exchange.end) }
    #expect(ends == [.truncated])
}

@Test(.timeLimit(.minutes(5)))
func `sends no byte before it is due, and says how late each was`() async throws {
    try await withFirmwareHost { host in
        let points = (1...20).map {
            Transfer.Sample(offset: .milliseconds(4 * $0), bytes: Int64(10_000 * $0))
        }
        let curve = NetworkCurve(headDelay: .milliseconds(5), points: points)
        host.publish(Offering(path: "/fw", image: image, curves: [curve]))
        #expect(try await get(host).body == image.chunk(0..<200_000))

        let transfer = try await reported(by: host)
        let responded = try #require(transfer.exchange.respondedAt)
        #expect(responded.duration(since: transfer.exchange.requestedAt) >= .milliseconds(5))
        #expect(transfer.samples.count == 21 && transfer.samples.last?.bytes == 200_000)
        for sample in transfer.samples.dropFirst() {
            #expect(sample.offset >= curve.due(forBytes: sample.bytes))
        }
        var lateness = host.lateness.makeAsyncIterator()
        // One for the head, one for each of the twenty segments.
        for _ in 0..<21 { #expect(try #require(await lateness.next()) >= .zero) }
        #expect(host.droppedReports == 0)
    }
}

@Test(.timeLimit(.minutes(5)))
func `gives successive requests successive curves and repeats the last`() async throws {
    try await withFirmwareHost { host in
        let offering = Offering(
            path: "/fw",
            image: image,
            curves: [NetworkCurve(status: 503), NetworkCurve(status: 403), .unlimited]
        )
        host.publish(offering)
        var statuses: [Int?] = []
        for _ in 0..<4 { statuses.append(await get(host).status) }
        #expect(statuses == [503, 403, 200, 200])
        host.publish(offering)
        #expect(await get(host).status == 503)
    }
}

@Test(.timeLimit(.minutes(5)))
func `answers HEAD without using a curve up`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw", image: image, curves: [.unlimited, NetworkCurve(status: 503)]))
        let head = await RawRequest(port: host.port, target: "/fw", method: "HEAD").response()
        #expect(head.status == 200 && head.fields["content-length"] == "200000" && head.body.isEmpty)
        #expect(await get(host).status == 200)
    }
}

@Test(.timeLimit(.minutes(5)))
func `redirects where the offering says so`() async throws {
    try await withFirmwareHost { host in
        let target = host.publish(Offering(path: "/real", image: image))
        host.publish(
            Offering(
                path: "/fw",
                image: image,
                curves: [NetworkCurve(status: 302)],
                fields: ["Location": target]
            )
        )
        let seen = await get(host)
        #expect(seen.status == 302 && seen.fields["location"] == target)
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.location == target)
    }
}

@Test(.timeLimit(.minutes(5)))
func `sends chunks when no length is declared`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw", image: .bytes(Array("abc".utf8)), declaredLength: .absent))
        let seen = await get(host)
        #expect(seen.fields["content-length"] == nil && seen.fields["transfer-encoding"] == "chunked")
        #expect(String(decoding: seen.body, as: UTF8.self) == "3\r\nabc\r\n0\r\n\r\n")
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.bodyBytes == 3)
    }
}

@Test(.timeLimit(.minutes(5)))
func `closes early when it declared more than it has`() async throws {
    try await withFirmwareHost { host in
        host.publish(Offering(path: "/fw", image: image, declaredLength: .bytes(300_000)))
        let seen = await get(host)
        #expect(
            seen.end == .closed && seen.body.count == 200_000 && seen.fields["content-length"] == "300000"
        )
        let transfer = try await reported(by: host)
        #expect(transfer.exchange.end == .truncated)
    }
}

@Test(.timeLimit(.minutes(5)))
func `says which address it cannot listen on`() async throws {
    try await withFirmwareHost { host in
        let error = await #expect(throws: FirmwareHostError.self) {
            try await withFirmwareHost(port: host.port) { _ in }
        }
        #expect(error?.code == .cannotListen && error?.message.contains("127.0.0.1:\(host.port)") == true)
    }
}
