// Live recording of simulated upgrades: a real broker, real downloads, and loopback sniffed where it is allowed.

import Dialects
import Foundation
import Pipeline
import Reports
import Sessions
import Store
import TestSupport
import Testing

private let cast = DemoDevice.cast.filter { $0.fate != .success }

@Suite(.serialized, .timeLimit(.minutes(2)))
struct DemoStageTests {
    @Test(.enabled(if: CaptureRights.canSniffLoopback, "sniffing lo is not permitted"))
    func `joins what the subscription and the sniffer saw into one session per device`() async throws {
        let folder = try ScratchFolder()
        let store = try UpgradeStore.open(path: folder.path("demo.sqlite"), .createIfMissing)
        let dialects = try BuiltInDialects.load()
        let summary = try await DemoStage(cast: cast, dialects: dialects).record(to: store, isSniffing: true)
        #expect(summary.recordingIDs.count == 2)
        let sessions = try store.sessions()
        #expect(Set(sessions.map(\.session.key.deviceID)) == Set(cast.map(\.deviceID)))
        #expect(sessions.count == cast.count)
        for stored in sessions {
            let lines = try SessionTimeline.entries(of: stored, in: store, dialects: dialects)
            let messages = lines.filter { $0.lane == .mqtt }
            #expect(!messages.isEmpty)
            #expect(messages.allSatisfy { $0.sources == [.broker, .wire] }, "\(messages)")
            #expect(lines.filter { $0.lane == .http }.map(\.sources) == [[.wire]])
        }
        let expected: [FailureClass] = [.hashMismatch, .hashMismatch, .httpError, .httpError]
        #expect(sessions.compactMap(\.session.failureClass).sorted { $0.rawValue < $1.rawValue } == expected)
    }

    @Test func `takes the firmware host's word where nothing can be sniffed, and marks it`() async throws {
        let folder = try ScratchFolder()
        let store = try UpgradeStore.open(path: folder.path("demo.sqlite"), .createIfMissing)
        let dialects = try BuiltInDialects.load()
        let members = Array(cast.prefix(2))
        _ = try await DemoStage(cast: members, dialects: dialects).record(to: store, isSniffing: false)
        let sessions = try store.sessions()
        #expect(sessions.map(\.session.failureClass) == [.hashMismatch, .hashMismatch])
        for stored in sessions {
            let lines = try SessionTimeline.entries(of: stored, in: store, dialects: dialects)
            #expect(lines.filter { $0.lane == .http }.map(\.sources) == [[.served]])
        }
    }
}
