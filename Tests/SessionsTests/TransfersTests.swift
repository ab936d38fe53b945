// Which session a download belongs to, and what it measures: dialects.md §5.4 rule 4, §5.6.

import Dialects
import Sessions
import Testing
import Traffic

struct TransfersTests {
    private static let other = IPAddress(ipv4: 0x0A00_0009)
    private static let path = "http://fw.example/fw/x.bin"

    /// Devices that share one offered URL, each at its own address when `addresses` says so.
    private static func fleet(_ count: UInt32, sharesAddress: Bool, gateway: String? = nil) -> Transcript {
        var transcript = Transcript("B")
        transcript.views = [.device]
        transcript.gateway = gateway
        for number in 1...count {
            transcript.device = "dev-\(number)"
            transcript.address = IPAddress(ipv4: 0x0A00_0000 + (sharesAddress ? 1 : number))
            transcript.offer(at: Double(number) / 10, id: "m1")
            transcript.accept(at: Double(number) / 10 + 0.01, id: "m1")
        }
        return transcript
    }

    // MARK: - Matching

    @Test func `matches the exact URL even from an address of its own`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.offer(at: 0)
        transcript.fetch(
            Transcript.url,
            from: 1,
            to: 2,
            bytes: 9,
            client: Endpoint(address: Self.other, port: 1)
        )
        let session = try transcript.session()
        #expect(session.transferCount == 1)
        #expect(!session.isAmbiguous)
        #expect(session.state == .transferring)
    }

    @Test func `tells devices that share a URL by their addresses`() {
        var transcript = Self.fleet(3, sharesAddress: false)
        for number: UInt32 in [3, 1, 2] {
            let client = Endpoint(address: IPAddress(ipv4: 0x0A00_0000 + number), port: 5)
            transcript.fetch(Transcript.url, from: 1, to: 2, bytes: Int64(number), client: client)
        }
        let sessions = transcript.sessions()
        #expect(sessions.map(\.measuredBytes) == [1, 2, 3])
        #expect(sessions.map(\.isAmbiguous) == [false, false, false])
    }

    @Test func `gives a download from elsewhere to the device whose address is not known`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0, views: [.device])
        transcript.device = "dev-2"
        transcript.offer(at: 0.5, views: [.subscription])
        transcript.fetch(
            Transcript.url,
            from: 0.1,
            to: 2,
            bytes: 9,
            client: Endpoint(address: Self.other, port: 1)
        )
        transcript.fetch(
            Transcript.url,
            from: 0.6,
            to: 2,
            bytes: 9,
            client: Endpoint(address: Self.other, port: 2)
        )
        transcript.fetch(
            Transcript.url,
            from: 0.7,
            to: 2,
            bytes: 9,
            client: Endpoint(address: Self.other, port: 3)
        )
        let sessions = transcript.sessions()
        #expect(sessions.map(\.transferCount) == [1, 2])
        #expect(sessions.map(\.isAmbiguous) == [false, false])
    }

    @Test func `marks a guess among devices that share URL and address, and gives each one download`() {
        var transcript = Self.fleet(2, sharesAddress: true)
        transcript.fetch(Transcript.url, from: 0.22, to: 0.5, bytes: 2)
        transcript.fetch(Transcript.url, from: 0.23, to: 0.6, bytes: 1)
        let sessions = transcript.sessions()
        #expect(sessions.map(\.measuredBytes) == [1, 2])
        #expect(sessions.map(\.isAmbiguous) == [true, true])
    }

    @Test func `gives a resumed download to the session that has its beginning`() {
        var transcript = Self.fleet(2, sharesAddress: true)
        transcript.fetch(Transcript.url, from: 0.12, to: 0.5, bytes: 400) { $0.end = .truncated }
        transcript.fetch(Transcript.url, from: 0.6, to: 0.9, status: 206, bytes: 600) {
            $0.range = "bytes=400-"
            $0.contentRange = "bytes 400-999/1000"
        }
        #expect(transcript.sessions().map(\.transferCount) == [2, 0])
    }

    @Test func `matches path and address when the query was signed anew`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.offer(at: 0)
        transcript.fetch(Self.path + "?Signature=s2", from: 1, to: 2, bytes: 9)
        let session = try transcript.session()
        #expect(session.transferCount == 1)
        #expect(!session.isAmbiguous)
    }

    @Test func `matches by path alone only while a session is under way`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 5, ok: true)
        transcript.fetch("http://10.1.1.1/fw/x.bin", from: 1, to: 2, bytes: 9)
        transcript.fetch("http://10.1.1.1/fw/x.bin", from: 6, to: 7, bytes: 9)
        #expect(try transcript.session().transferCount == 1)
    }

    @Test func `gives a download to the attempt under way`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: false)
        transcript.offer(at: 5)
        transcript.fetch(Transcript.url, from: 6, to: 7, bytes: 9)
        #expect(transcript.sessions().map(\.transferCount) == [0, 1])
    }

    @Test func `leaves a download that nobody was offered alone`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch("http://fw.example/favicon.ico", from: 1, to: 2, bytes: 9)
        let notebook = transcript.play(transcript.rows)
        #expect(notebook.transfers[2] == TransferFiling())
        #expect(notebook.sessions.first?.transferCount == 0)
    }

    @Test(arguments: ["http://cdn.example/mirror/x.bin", "/mirror/x.bin", "../mirror", "y.bin"])
    func `follows a redirect to its target`(location: String) throws {
        let targets = [
            "http://cdn.example/mirror/x.bin": "http://cdn.example/mirror/x.bin",
            "/mirror/x.bin": "http://fw.example/mirror/x.bin",
            "../mirror": "http://fw.example/fw/../mirror",
            "y.bin": "http://fw.example/fw/y.bin",
        ]
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 1.1, status: 302) { $0.location = location }
        transcript.fetch(targets[location] ?? "", from: 1.2, to: 2, bytes: 1_000, sha256: Transcript.sha)
        for rows in [transcript.rows, transcript.rows.reversed()] {
            let session = try #require(transcript.play(rows).sessions.first)
            #expect(session.transferCount == 2)
            #expect(session.measuredStatus == 200)
            #expect(session.measuredBytes == 1_000)
            #expect(session.isDigestMatching == true)
            #expect(session.worries.isEmpty)
        }
    }

    @Test func `ends on redirects that lead in a circle`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for step in 0..<20 {
            let url = step.isMultiple(of: 2) ? Transcript.url : "http://fw.example/loop"
            transcript.fetch(url, from: 1 + Double(step), to: 1.5 + Double(step), status: 302) {
                $0.location = step.isMultiple(of: 2) ? "/loop" : Transcript.url
            }
        }
        #expect(try transcript.session().transferCount == 20)
    }

    // MARK: - Copies and gateways

    @Test func `counts a download seen by two recordings once, the more complete sight`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 700, recordingID: 2) { $0.end = .gap }
        transcript.fetch(
            Transcript.url,
            from: 1.5,
            to: 2,
            bytes: 1_000,
            recordingID: 3,
            sha256: Transcript.sha
        )
        let notebook = transcript.play(transcript.rows, step: 1)
        let session = try #require(notebook.sessions.first)
        #expect(session.transferCount == 1)
        #expect(session.measuredBytes == 1_000)
        #expect(notebook.transfers[2] == TransferFiling(owner: session.key, copyOf: 3))
        #expect(notebook.transfers[3] == TransferFiling(owner: session.key))
    }

    @Test func `counts two requests in one recording twice`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetchWhole(from: 1, to: 1.5)
        transcript.fetchWhole(from: 1.6, to: 2)
        #expect(try transcript.session().transferCount == 2)
    }

    @Test func `shares a gateway's one download among its children`() {
        var transcript = Self.fleet(3, sharesAddress: true, gateway: "gw")
        transcript.fetchWhole(from: 1, to: 2)
        for number in 1...3 {
            transcript.device = "dev-\(number)"
            transcript.result(at: 3, ok: true, id: "m1")
        }
        let notebook = transcript.play(transcript.liveRows, step: 1)
        #expect(notebook.sessions.map(\.measuredBytes) == [1_000, 1_000, 1_000])
        #expect(notebook.sessions.map(\.isAmbiguous) == [false, false, false])
        let filing = notebook.transfers.values.first
        #expect(filing?.further.count == 2)
    }

    @Test func `does not share the downloads of a gateway that fetches for each child`() {
        var transcript = Self.fleet(2, sharesAddress: true, gateway: "gw")
        transcript.fetchWhole(from: 1, to: 2)
        transcript.fetchWhole(from: 3, to: 4)
        let notebook = transcript.play(transcript.rows)
        #expect(notebook.sessions.map(\.transferCount) == [1, 1])
        #expect(notebook.transfers.values.map(\.further.count) == [0, 0])
    }

    @Test func `shares nothing without a gateway`() {
        var transcript = Self.fleet(2, sharesAddress: true)
        transcript.fetchWhole(from: 1, to: 2)
        #expect(transcript.sessions().map(\.transferCount).sorted() == [0, 1])
    }

    // MARK: - Figures

    @Test func `sums a resumed download and calls it whole without a digest`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 400, sha256: Transcript.otherSHA) {
            $0.contentLength = 1_000
            $0.end = .truncated
        }
        transcript.fetch(Transcript.url, from: 3, to: 4, status: 206, bytes: 600, sha256: Transcript.otherSHA)
        {
            $0.range = "bytes=400-"
            $0.contentRange = "bytes 400-999/1000"
        }
        transcript.result(at: 5, ok: false, id: "m1", reason: "flash", claims: .other)
        let session = try transcript.session()
        #expect(session.measuredBytes == 1_000)
        #expect(session.measuredSHA256 == nil)
        #expect(session.isDigestMatching == nil)
        #expect(session.measuredStatus == 206)
        #expect(session.measuredDuration == .seconds(1))
        // Whole: neither cut nor mismatched is the cause.
        #expect(session.failureClass == .other)
        #expect(session.failureSource == .claimed)
    }

    @Test(
        arguments: [
            ("sha256", Transcript.sha, true), ("sha256", Transcript.otherSHA, false),
            ("", Transcript.sha, true),
            ("md5", String(repeating: "0", count: 32), true), ("", String(repeating: "0", count: 32), true),
            ("crc32", "01020304", nil),
        ] as [(String, String, Bool?)]
    )
    func `compares the measured digest with the declared one`(algorithm: String, hex: String, matches: Bool?)
        throws
    {
        var transcript = Transcript("A")
        transcript.offer(at: 0, digest: DeclaredDigest(algorithm: algorithm, hex: hex, verbatim: hex))
        let md5 = String(repeating: "0", count: 32)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 1_000, sha256: Transcript.sha, md5: md5)
        #expect(try transcript.session().isDigestMatching == matches)
    }

    @Test func `tells nothing of a digest when bytes are missing from the capture`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 900, sha256: Transcript.otherSHA) {
            $0.contentLength = 1_000
            $0.end = .gap
            $0.missingBytes = 100
        }
        let session = try transcript.session()
        #expect(session.isDigestMatching == nil)
        #expect(session.worries.isEmpty)
    }

    @Test func `tells nothing of a compressed body that does not match`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 500, sha256: Transcript.otherSHA) {
            $0.contentEncoding = "gzip"
        }
        #expect(try transcript.session().isDigestMatching == nil)
    }

    @Test(arguments: [(Transcript.sha, true), (String(repeating: "5", count: 64), false)])
    func `holds the offered digest against the decoded body, too`(decoded: String, isMatching: Bool) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(
            Transcript.url,
            from: 1,
            to: 2,
            bytes: 500,
            sha256: Transcript.otherSHA,
            decodedSHA256: decoded
        ) {
            $0.contentEncoding = "gzip"
        }
        #expect(try transcript.session().isDigestMatching == isMatching)
    }

    @Test func `counts no bytes and no duration of an error page`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 2, status: 404, bytes: 170)
        let session = try transcript.session()
        #expect(session.measuredStatus == 404)
        #expect(session.measuredBytes == 0)
        #expect(session.measuredDuration == nil)
    }

    @Test func `keeps a session open over a download longer than the session window`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.accept(at: 1, id: "m1")
        transcript.fetchWhole(from: 2, to: 1_500)
        transcript.result(at: 1_501, ok: true, id: "m1")
        let session = try transcript.session()
        #expect(session.outcome == .ok)
        #expect(session.key.attempt == 1)
    }
}
