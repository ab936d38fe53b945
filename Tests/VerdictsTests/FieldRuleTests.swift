// How the fields of messages are compared, each by the rule of its class.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Verdicts

struct FieldRuleTests {
    private func differences(
        _ recorded: Evidence,
        _ observed: Evidence,
        _ conditions: JudgeConditions = JudgeConditions()
    ) -> [Difference] {
        Judge(conditions: conditions).compare(recorded: recorded.trace, observed: observed.trace).differences
    }

    /// A success with an ending of its own.
    private func ended(_ side: String, _ fill: (inout UpgradeEvent) -> Void) -> Evidence {
        var evidence = Evidence(side: side)
        evidence.offer()
        evidence.add(.result, at: 2000) {
            $0.isOK = true
            fill(&$0)
        }
        evidence.session.outcome = .ok
        return evidence
    }

    @Test func `exact fields must be equal`() throws {
        let found = differences(ended("r") { $0.code = "SUCCESS" }, ended("o") { $0.code = "OK" })
        let difference = try #require(found.first)
        #expect(found.count == 1)
        #expect(difference.field == "result.code")
        #expect(difference.rule == "exact")
        #expect(difference.recorded == "SUCCESS" && difference.observed == "OK")
        #expect(difference.recordedAt == Evidence().at(2000))
        #expect(!difference.isExplained)
    }

    @Test func `a field that only one side states is a difference`() {
        let found = differences(ended("r") { $0.isDigestVerified = true }, ended("o") { _ in })
        #expect(found.map(\.field) == ["result.digest-verified"])
        #expect(found.first?.observed == nil)
    }

    @Test func `words are compared by the failure they point to`() {
        let before = ended("r") {
            $0.reason = "Checksum mismatch."
            $0.claimedFailure = .hashMismatch
        }
        let same = ended("o") {
            $0.reason = "sign error"
            $0.claimedFailure = .hashMismatch
        }
        #expect(differences(before, same) == [])
        let other = ended("o") {
            $0.reason = "Read timed out."
            $0.claimedFailure = .timedOut
        }
        let found = differences(before, other)
        #expect(found.map(\.rule) == ["text"])
        #expect(found.map(\.observed) == ["timed-out"])
    }

    @Test func `another wording of the same failure is counted as tolerated`() {
        let verdict = Judge().compare(
            recorded: ended("r") { $0.reason = "done" }.trace,
            observed: ended("o") { $0.reason = "finished" }.trace
        )
        #expect(verdict.tolerated == 1)
        #expect(verdict.differences == [])
    }

    @Test func `an answer under another id than the offer's breaks the identity`() {
        let found = differences(ended("r") { _ in }, ended("o") { $0.commandID = "stranger" })
        #expect(found.map(\.field) == ["result.command"])
        #expect(found.map(\.rule) == ["identity"])
    }

    @Test func `two recorded ids must not become one`() {
        let found = differences(ended("r") { $0.commandID = "second" }, ended("o") { _ in })
        #expect(found.map(\.field) == ["result.command"])
    }

    @Test func `progress under an id that nothing bound breaks the identity once`() {
        var observed = Evidence.success("observed")
        for _ in 0..<3 {
            observed.add(.progress, at: 1100) {
                $0.commandID = "stranger"; $0.percent = 100; $0.totalBytes = 1000
            }
        }
        let found = differences(.success(), observed)
        #expect(found.map(\.field) == ["progress.command"])
        #expect(found.map(\.observed) == ["stranger"])
    }

    @Test func `an identity is never explained by a changed outcome`() {
        var observed = Evidence(side: "o")
        observed.offer()
        observed.add(.result, at: 2000) {
            $0.commandID = "stranger"; $0.isOK = false
        }
        observed.session.outcome = .failed
        observed.session.failureClass = .other
        let found = differences(ended("r") { _ in }, observed)
        #expect(found.filter { !$0.isExplained }.map(\.field) == ["result.command"])
    }

    // MARK: - Presence

    @Test func `missing and extra messages are named and numbered`() {
        var observed = Evidence.success("observed")
        observed.add(.result, at: 2500) { $0.isOK = true }
        observed.entries.removeAll {
            if case .message(_, _, let event) = $0 { event.kind == .accept } else { false }
        }
        let found = differences(.success(), observed)
        #expect(found.map(\.field) == ["accept", "result[2]"])
        #expect(found.map(\.recorded) == ["present", nil])
    }

    @Test func `an unreadable message is reported, a version report at connect is not held against anyone`() {
        var observed = Evidence.success("observed")
        observed.add(.unknown, at: 300)
        observed.add(.version, at: -500) { $0.version = "1.0.0" }
        observed.add(.presence, at: 10)
        #expect(differences(.success(), observed).map(\.field) == ["unknown"])
    }

    @Test func `however many messages came, the list of differences stays bounded`() {
        var observed = Evidence.success("observed")
        for index in 0..<5000 { observed.add(.log, at: 100 + index) }
        #expect(differences(.success(), observed).count == EventComparison.limit)
    }

    @Test func `the first divergence comes first`() {
        var observed = Evidence.failure("observed", status: 500)
        observed.add(.accept, at: 5000)
        let found = differences(.failure(), observed)
        #expect(found.map(\.field) == ["transfer.status", "accept[2]"])
    }

    // MARK: - Times and URLs

    private func slow(_ side: String, _ milliseconds: Int) -> Evidence {
        var evidence = Evidence(side: side)
        evidence.offer()
        evidence.result(isOK: true, at: milliseconds)
        return evidence
    }

    @Test(arguments: [(4000, []), (4001, ["result.after"]), (1, [])] as [(Int, [String])])
    func `times are compared since the offer and within a tolerance`(observed: Int, fields: [String]) {
        #expect(differences(slow("r", 2000), slow("o", observed)).map(\.field) == fields)
    }

    @Test(arguments: [JudgeConditions.Substitution.speed, .network, .device])
    func `times say nothing at another speed, network or device`(substitution: JudgeConditions.Substitution) {
        var conditions = JudgeConditions()
        conditions.substitutions = [substitution]
        #expect(differences(slow("r", 2000), slow("o", 60000), conditions) == [])
    }

    @Test func `claimed durations are times`() {
        let found = differences(
            ended("r") { $0.duration = .seconds(1) },
            ended("o") { $0.duration = .seconds(10) }
        )
        #expect(found.map(\.field) == ["result.duration"])
    }

    @Test func `offered URLs are compared on demand and without their credentials`() {
        var strict = JudgeConditions()
        strict.isURLStrict = true
        #expect(differences(.success(), .success("observed"), strict).map(\.field) == ["offer.url"])
        let same = "http://cdn/fw/a.bin?part=1&X-Amz-Signature="
        #expect(URLParts.withoutCredentials(same + "a") == URLParts.withoutCredentials(same + "b"))
        #expect(URLParts.withoutCredentials(same + "a") == "http://cdn/fw/a.bin?part=1")
        #expect(URLParts.withoutCredentials("http://cdn/a?token=1") == "http://cdn/a")
    }

    @Test(arguments: [
        ("http://h:80/fw/a.bin?x=1#y", "/fw/a.bin"), ("/fw/a.bin?x", "/fw/a.bin"), ("http://h", "/"),
        ("", ""),
        ("/go?to=http://h/b", "/go"),
    ])
    func `the path of whatever stands where a URL should`(url: String, path: String) {
        #expect(URLText.path(of: url) == path)
    }

    @Test func `tolerances hold at their edge and never for what is not a number`() {
        let tolerance = Tolerance(absolute: 2, relative: 0.1)
        #expect(tolerance.covers(0, 2) && !tolerance.covers(0, 2.1))
        #expect(tolerance.covers(90, 100) && !tolerance.covers(89, 100))
        #expect(!tolerance.covers(.nan, 1) && !tolerance.covers(.nan, .nan))
        #expect(Tolerance.none.covers(.infinity, .infinity))
    }
}
