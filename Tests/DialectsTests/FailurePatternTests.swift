// Failure classes from the words of devices.

import Testing

@testable import Dialects

struct FailurePatternTests {
    private let patterns = [
        FailurePattern(.timedOut, codes: ["TIME_OUT"]),
        FailurePattern(.httpError, parts: ["client error"]),
        FailurePattern(.hashMismatch, parts: ["Checksum", "校验"]),
        FailurePattern(.stalled, parts: ["stall"]),
        FailurePattern(.timedOut, parts: ["timeout"]),
    ]

    @Test(
        arguments: [
            ("time_out", "", .timedOut), ("TIME_OUT_2", "", nil), ("", "CHECKSUM bad", .hashMismatch),
            ("", "404 Client Error for checksum", .httpError), ("checksum", "", .hashMismatch),
            ("", "see http://h/checksum now", nil), ("", "url: /checksum now", nil),
            ("", "校验失败http://h", .hashMismatch), ("", "check checksum", .hashMismatch), ("", "", nil),
            ("", "Installation failed: error 7", nil), ("", "uninstall failed (stalled)", .stalled),
            ("", "requests.ReadTimeout", .timedOut), ("", "mytimeouts", nil),
        ] as [(String, String, FailureClass?)]
    )
    func `takes the first pattern that fits`(code: String, reason: String, expected: FailureClass?) {
        #expect(FailureClass.claimed(code: code, reason: reason, among: patterns) == expected)
    }

    @Test func `looks at the beginning of a long text only`() {
        let long = String(repeating: "c", count: 1_000_000) + "checksum"
        #expect(FailureClass.claimed(code: nil, reason: long, among: patterns) == nil)
        let early = "checksum" + String(repeating: "c", count: 1_000_000)
        #expect(FailureClass.claimed(code: nil, reason: early, among: patterns) == .hashMismatch)
    }
}
