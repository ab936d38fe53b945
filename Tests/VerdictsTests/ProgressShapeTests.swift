// Progress is compared as a stream.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Verdicts

struct ProgressShapeTests {
    private func evidence(_ side: String, isOK: Bool = true, _ percents: [Double]) -> Evidence {
        var evidence = Evidence(side: side)
        evidence.offer()
        for (index, percent) in percents.enumerated() {
            evidence.add(.progress, at: 1000 + index * 100) { $0.percent = percent }
        }
        evidence.result(isOK: isOK)
        evidence.session.failureClass = isOK ? nil : .truncated
        return evidence
    }

    private func fields(_ recorded: Evidence, _ observed: Evidence) -> [String] {
        Judge().compare(recorded: recorded.trace, observed: observed.trace).differences.map(\.field)
    }

    @Test func `the number of messages is the device's choice`() {
        #expect(fields(evidence("r", [10, 20, 100]), evidence("o", [50, 50, 60, 100, 100])) == [])
    }

    @Test func `progress that falls where it rose is a difference`() {
        #expect(fields(evidence("r", [10, 100]), evidence("o", [60, 40, 100])) == ["progress.order"])
    }

    @Test func `progress that fell when recorded may fall again`() {
        #expect(fields(evidence("r", [60, 40, 100]), evidence("o", [50, 10, 100])) == [])
    }

    @Test func `a success must end where it ended`() {
        #expect(fields(evidence("r", [100]), evidence("o", [99])) == ["progress.last"])
    }

    @Test func `a failure may end a few points elsewhere`() {
        #expect(fields(evidence("r", isOK: false, [40]), evidence("o", isOK: false, [45])) == [])
        let far = fields(evidence("r", isOK: false, [40]), evidence("o", isOK: false, [46]))
        #expect(far == ["progress.last"])
    }

    @Test func `progress that never came is a difference`() {
        #expect(fields(evidence("r", [100]), evidence("o", [])) == ["progress"])
    }

    @Test func `falling bytes are falling progress`() {
        var observed = Evidence(side: "o")
        observed.offer()
        observed.add(.progress, at: 1000) { $0.downloadedBytes = 500 }
        observed.add(.progress, at: 1300) { $0.downloadedBytes = 400 }
        let shape = ProgressShape(of: observed.trace)
        #expect(shape.hasByteFall)
        #expect(shape.longestSilence == .milliseconds(300))
        #expect(shape.count == 2)
    }

    @Test func `numbers that are none do not upset the shape`() {
        let shape = ProgressShape(of: evidence("r", [.nan, 50, .infinity, 20]).trace)
        #expect(shape.lastPercent == 20)
        #expect(shape.deepestFall == .infinity)
    }
}
