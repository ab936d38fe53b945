// What runs after the upgrade, dialects.md §7, 43–45, 48 and 55: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct VersionFindingsTests {
    private func reportedOK(_ dialect: String = "B") -> Transcript {
        var transcript = Transcript(dialect)
        transcript.version(at: -60, "1.0")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.result(at: 2, ok: true)
        return transcript
    }

    @Test func `version-not-confirmed: success, and no version report in the grace`() {
        #expect(found(.versionNotConfirmed, in: reportedOK(), until: 310).count == 1)
        #expect(found(.versionNotConfirmed, in: reportedOK(), until: 300).isEmpty)
        // Devices of this dialect report no version.
        #expect(found(.versionNotConfirmed, in: reportedOK("A"), until: 900).isEmpty)
    }

    @Test func `version-unchanged and unexpected-version: another version than the target`() {
        for (version, code) in [("1.0", Anomaly.Code.versionUnchanged), ("3.0", .unexpectedVersion)] {
            var transcript = reportedOK()
            transcript.version(at: 20, version)
            #expect(found(code, in: transcript, until: 400).map(\.severity) == [.error])
        }
        var confirmed = reportedOK()
        confirmed.version(at: 20, "2.0")
        #expect(found(.versionUnchanged, in: confirmed).isEmpty)
        #expect(found(.unexpectedVersion, in: confirmed).isEmpty)
    }

    @Test func `version-unchanged: not when the device had not reported success yet`() {
        var transcript = Transcript("B")
        transcript.version(at: -60, "1.0")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.version(at: 2, "1.0")
        #expect(found(.versionUnchanged, in: transcript).isEmpty)
    }

    @Test func `reboot-loop: three comings and goings after the install`() throws {
        for (cycles, isLoop) in [(3, true), (2, false)] {
            var transcript = reportedOK()
            for cycle in 0..<cycles {
                let at = 10 + 20 * Double(cycle)
                transcript.say(.presence, at: at) { $0.isOK = false }
                transcript.say(.presence, at: at + 5) { $0.isOK = true }
            }
            #expect(found(.rebootLoop, in: transcript, until: 200).isEmpty != isLoop)
            #expect(try transcript.session(until: 200).facts.rebootGap == .seconds(5))
        }
    }

    @Test func `reboot-loop: not before the install`() {
        var transcript = Transcript("B")
        for cycle in 0..<4 {
            transcript.say(.presence, at: -100 + 20 * Double(cycle)) { $0.isOK = false }
            transcript.say(.presence, at: -95 + 20 * Double(cycle)) { $0.isOK = true }
        }
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true)
        #expect(found(.rebootLoop, in: transcript, until: 200).isEmpty)
    }

    @Test func `server-verdict-gap: a cancel that the platform's judge does not know`() {
        var transcript = Transcript("iot-cloud-ota")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        #expect(found(.serverVerdictGap, in: transcript).isEmpty)
        transcript.say(.cancel, at: 2, id: "c1")
        #expect(found(.serverVerdictGap, in: transcript).first?.text.contains("CANCELED") == true)
    }

    @Test(arguments: [("iot-cloud-ota", 90.0, 1), ("iot-cloud-ota", 30, 0), ("B", 90, 0)])
    func `server-verdict-gap: a clock that sorts rows wrongly`(dialect: String, offset: Double, count: Int) {
        var transcript = Transcript(dialect)
        transcript.offer(at: 0)
        transcript.say(.result, at: 2, id: "c1") {
            $0.isOK = true
            $0.claimedAt = Transcript.at(2 + offset)
        }
        #expect(found(.serverVerdictGap, in: transcript).count == count)
    }

    @Test(arguments: [601.0, 599])
    func `server-verdict-gap: a result after the deployment's end`(end: Double) {
        var transcript = Transcript("iot-cloud-ota")
        transcript.offer(at: 0)
        transcript.progress(at: 300, 50)
        transcript.result(at: end, ok: true)
        #expect(found(.serverVerdictGap, in: transcript).count == (end > 600 ? 1 : 0))
    }

    @Test func `server-verdict-gap: a result that the strict reader drops`() {
        var transcript = Transcript("iot-cloud-ota")
        transcript.offer(at: 0)
        transcript.say(.result, at: 2, id: "c1") {
            $0.isOK = true
            $0.oddities = .badTimestamp
        }
        #expect(found(.serverVerdictGap, in: transcript).first?.text.contains("strict reader") == true)
    }
}
