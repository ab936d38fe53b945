// Measured downloads: on these a verdict rests.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Verdicts

struct TransferComparisonTests {
    /// A failed session with the given downloads.
    private func evidence(_ side: String, _ downloads: [(inout Exchange) -> Void]) -> Evidence {
        var evidence = Evidence(side: side)
        evidence.offer()
        for (index, fill) in downloads.enumerated() { evidence.download(at: 200 + index * 600, fill) }
        evidence.result(isOK: false, at: 4000)
        evidence.session.failureClass = .truncated
        return evidence
    }

    private func fields(
        _ recorded: Evidence,
        _ observed: Evidence,
        _ substitutions: Set<JudgeConditions.Substitution> = []
    ) -> [String] {
        var conditions = JudgeConditions()
        conditions.substitutions = substitutions
        let verdict = Judge(conditions: conditions).compare(
            recorded: recorded.trace,
            observed: observed.trace
        )
        return verdict.differences.filter { !$0.isExplained }.map(\.field)
    }

    private static func whole(_: inout Exchange) {}

    @Test func `status, end, range and method must be as recorded`() {
        let observed = evidence(
            "o",
            [
                {
                    $0.status = 206
                    $0.end = .truncated
                    $0.range = "bytes=10-"
                    $0.method = "HEAD"
                }
            ]
        )
        let found = fields(evidence("r", [Self.whole]), observed)
        #expect(Set(found) == ["transfer.status", "transfer.end", "transfer.range", "transfer.method"])
    }

    @Test func `bytes of whole bodies must be equal, those of cut ones about equal`() {
        #expect(
            fields(evidence("r", [Self.whole]), evidence("o", [{ $0.bodyBytes = 999 }])) == ["transfer.bytes"]
        )
        let cut = { (bytes: Int64, end: Exchange.End) in
            { (exchange: inout Exchange) in
                exchange.bodyBytes = bytes
                exchange.end = end
            }
        }
        let recorded = evidence("r", [cut(400_000, .truncated)])
        #expect(fields(recorded, evidence("o", [cut(465_000, .reset)])) == [])
        #expect(fields(recorded, evidence("o", [cut(470_000, .reset)])) == ["transfer.bytes"])
    }

    @Test func `one request more or less is a difference`() {
        let once = evidence("r", [Self.whole])
        let twice = evidence("o", [Self.whole, Self.whole])
        #expect(fields(once, twice) == ["transfer[2]"])
        #expect(fields(twice, once) == ["transfer[2]"])
    }

    @Test func `a request for another path than the offered one is a difference`() {
        let observed = evidence("o", [{ $0.target = "/elsewhere" }])
        #expect(fields(evidence("r", [Self.whole]), observed) == ["transfer.url"])
    }

    @Test func `a leg that the recording did not see is not held against anyone`() {
        let unseen = evidence("r", [])
        #expect(fields(unseen, evidence("o", [Self.whole])) == [])
        var silent = evidence("r", [])
        silent.session.failureClass = .ackedNoRequest
        var observed = evidence("o", [Self.whole])
        observed.session.failureClass = .ackedNoRequest
        #expect(fields(silent, observed) == ["transfer"])
    }

    @Test func `what the capture missed is not compared`() {
        let recorded = evidence(
            "r",
            [
                {
                    $0.end = .gap
                    $0.status = nil
                    $0.bodyBytes = 3
                }
            ]
        )
        #expect(fields(recorded, evidence("o", [Self.whole])) == [])
    }

    @Test func `a redirect, which a replay leaves out, is left out of the comparison`() {
        let recorded = evidence("r", [{ $0.status = 302 }, Self.whole])
        #expect(fields(recorded, evidence("o", [Self.whole])) == [])
    }

    @Test func `digests differ by design, whether they match must not`() {
        var recorded = evidence("r", [Self.whole])
        recorded.session.isDigestMatching = false
        var observed = evidence("o", [Self.whole])
        observed.session.isDigestMatching = true
        #expect(fields(recorded, observed) == ["transfer.digest"])
        #expect(fields(recorded, observed, [.image]) == [])
        observed.session.isDigestMatching = false
        #expect(fields(recorded, observed) == [])
    }

    @Test func `a good network explains what became of the download, not the rest`() {
        var observed = evidence("o", [{ $0.status = 200 }])
        observed.add(.log, at: 3000)
        let recorded = evidence("r", [{ $0.status = 503 }])
        #expect(fields(recorded, observed, [.network]) == ["log"])
        #expect(fields(recorded, observed) == ["transfer.status", "log"])
    }
}
