// Downloads beside claims, dialects.md §7, 23, 25, 26 and 29–31: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct FetchFindingsTests {
    @Test func `size-mismatch: the sizes differ`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0, size: 500)
        transcript.fetchWhole()
        transcript.result(at: 2, ok: true)
        #expect(
            found(.sizeMismatch, in: transcript).map(\.text) == [
                "the sizes differ: offered 500, Content-Length 1 000, fetched 1 000 bytes"
            ]
        )
    }

    @Test func `size-mismatch: not for a coded body, a part, or an unknown size`() {
        var coded = Transcript("A")
        coded.offer(at: 0, size: 5_000)
        coded.fetch(Transcript.url, from: 1, to: 2, bytes: 900) { $0.contentEncoding = "gzip" }
        #expect(found(.sizeMismatch, in: coded).isEmpty)
        var part = Transcript("A")
        part.offer(at: 0)
        part.fetch(Transcript.url, from: 1, to: 2, status: 206, bytes: 400) {
            $0.contentRange = "bytes 0-399/1000"
        }
        #expect(found(.sizeMismatch, in: part).isEmpty)
        var unknown = Transcript("A")
        unknown.offer(at: 0, size: nil)
        unknown.fetchWhole()
        #expect(found(.sizeMismatch, in: unknown).isEmpty)
    }

    /// A device that claims success, in a recording that sees HTTP of somebody.
    private func unfetched(url: String, isHTTPSeen: Bool = true, fill: (inout Transcript) -> Void = { _ in })
        -> Transcript
    {
        var transcript = Transcript("A")
        transcript.views = [.device]
        if isHTTPSeen { transcript.fetch("http://fw.example/other.bin", from: 0, to: 0.1, bytes: 5) }
        transcript.offer(at: 1, url: url)
        transcript.progress(at: 2, 100)
        fill(&transcript)
        transcript.result(at: 3, ok: true)
        return transcript
    }

    @Test func `success-without-fetch: success, and nobody asked for the image`() {
        #expect(found(.successWithoutFetch, in: unfetched(url: Transcript.url)).count == 1)
        #expect(found(.successWithoutFetch, in: unfetched(url: Transcript.url, isHTTPSeen: false)).isEmpty)
        #expect(found(.successWithoutFetch, in: unfetched(url: "https://fw.example/x.bin")).isEmpty)
        let inChunks = unfetched(url: Transcript.url) { $0.say(.chunk, at: 1.5) { $0.chunkBytes = 100 } }
        #expect(found(.successWithoutFetch, in: inChunks).isEmpty)
        #expect(found(.successWithoutFetch, in: .successA()).isEmpty)
    }

    @Test func `repeated-fetch: the whole image more than once`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetchWhole(from: 1, to: 2)
        #expect(found(.repeatedFetch, in: transcript).isEmpty)
        transcript.fetch(Transcript.url, from: 2.5, to: 2.8, bytes: 300) {
            $0.contentLength = 1_000
            $0.end = .reset
        }
        #expect(found(.repeatedFetch, in: transcript).isEmpty)
        transcript.fetchWhole(from: 3, to: 4)
        #expect(found(.repeatedFetch, in: transcript).first?.transferIDs == [2, 4])
    }

    @Test func `fetch-by-other-client: another address than the device speaks from`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device]
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        var own = transcript
        own.fetchWhole()
        #expect(found(.fetchByOtherClient, in: own).isEmpty)
        let other = Endpoint(address: IPAddress(ipv4: 0x0A00_0063), port: 4_000)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 1_000, client: other)
        let finding = try #require(found(.fetchByOtherClient, in: transcript).first)
        #expect(finding.text == "fetched from 10.0.0.99; the device speaks from 10.0.0.1")
        // Where the device speaks from is not known without its own connection.
        var unknown = Transcript("A")
        unknown.offer(at: 0)
        unknown.fetch(Transcript.url, from: 1, to: 2, bytes: 1_000, client: other)
        #expect(found(.fetchByOtherClient, in: unknown).isEmpty)
    }

    private func claiming(speed: Double? = nil, duration: Duration? = nil) -> Transcript {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetch(Transcript.url, from: 1, to: 11, bytes: 1_000)
        transcript.progress(at: 10, 100) { $0.bytesPerSecond = speed }
        transcript.say(.result, at: 12, id: "c1") {
            $0.isOK = true
            $0.duration = duration
        }
        return transcript
    }

    @Test(
        arguments: [
            (800.0, "claimed 800 bytes/s, measured 100: off ×8 (bits for bytes?)"),
            (12.5, "claimed 13 bytes/s, measured 100: off ×0.125 (the reverse of bits for bytes?)"),
            (190, nil), (60, nil),
        ] as [(Double, String?)]
    )
    func `speed-claim-off: claimed and measured speed differ by more than twice`(speed: Double, text: String?)
    {
        #expect(found(.speedClaimOff, in: claiming(speed: speed)).map(\.text) == [text].compactMap(\.self))
    }

    @Test(
        arguments: [
            (10_000.0, "claimed 10000.0 s, measured 10.0 s: off ×1000 (a thousandth of the unit?)"),
            (2, "claimed 2.0 s, measured 10.0 s: off ×0.2"), (19, nil), (6, nil),
        ] as [(Double, String?)]
    )
    func `duration-claim-off: claimed and measured duration differ by more than twice`(
        seconds: Double,
        text: String?
    ) {
        let transcript = claiming(duration: .seconds(seconds))
        #expect(found(.durationClaimOff, in: transcript).map(\.text) == [text].compactMap(\.self))
    }

    @Test func `duration-claim-off: longer than all there was, where nothing was measured`() {
        for (seconds, isOff) in [(30.0, true), (9, false), (0, false)] {
            var transcript = Transcript("A")
            transcript.offer(at: 0)
            transcript.accept(at: 0)
            transcript.say(.result, at: 10, id: "c1") {
                $0.isOK = true
                $0.duration = .seconds(seconds)
            }
            #expect(found(.durationClaimOff, in: transcript).isEmpty != isOff)
        }
    }
}
