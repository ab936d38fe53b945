// The network that a replayed download meets, measured or estimated.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Replay

struct DownloadPlanTests {
    private func plan(_ recording: Recording, _ settings: ReplaySettings = ReplaySettings()) throws
        -> ReplayPlan
    {
        try ReplayPlan(trace: recording.trace, settings: settings)
    }

    @Test func `a measured download keeps its delays, its rate and its status`() throws {
        let curve = try #require(plan(.success()).downloads.first)
        #expect(curve.status == 200)
        #expect(curve.headDelay == .milliseconds(20))
        #expect(curve.points == [Transfer.Sample(offset: .milliseconds(1330), bytes: 1000)])
        #expect(!curve.isEstimated)
    }

    @Test(arguments: [(2.0, 10, 665), (0.5, 40, 2660)])
    func `the server's delays scale with the speed`(speed: Double, head: Int, last: Int) throws {
        let curve = try #require(plan(.success(), ReplaySettings(speed: speed)).downloads.first)
        #expect(curve.headDelay == .milliseconds(head))
        #expect(curve.points.last?.offset == .milliseconds(last))
    }

    @Test func `without pace the delays go and the cut stays`() throws {
        var recording = Recording()
        recording.offer()
        recording.download(from: 100, until: 900, bytes: 400, end: .reset)
        let curve = try #require(plan(recording, ReplaySettings(speed: 0)).downloads.first)
        #expect(curve.points.isEmpty)
        #expect(curve.headDelay == .zero)
        #expect(curve.cutAfter == 400)
        #expect(curve.cut == .reset)
    }

    @Test func `each recorded download has its own curve, redirects none`() throws {
        var recording = Recording()
        recording.offer()
        recording.download(from: 100, until: 150, status: 302, bytes: 0)
        recording.download(from: 200, until: 300, status: 404, bytes: 12, contentLength: 12)
        recording.download(from: 400, until: 900)
        let plan = try plan(recording)
        #expect(plan.downloads.map(\.status) == [404, 200])
        #expect(plan.notes.contains { $0.contains("redirects") })
    }

    @Test func `a device that gave up waiting meets the same silence`() throws {
        var recording = Recording()
        recording.offer()
        recording.download(from: 100, until: 900, bytes: 400, end: .truncated)
        recording.failed(.stalled)
        #expect(try plan(recording).downloads.first?.cut == .stall)
        recording.failed(.truncated)
        #expect(try plan(recording).downloads.first?.cut == .close)
    }

    @Test func `what the capture missed is not taken for what the network did`() throws {
        var recording = Recording()
        recording.offer()
        recording.download(from: 100, until: 900, status: nil, bytes: 400, end: .gap)
        let plan = try plan(recording)
        #expect(plan.downloads.first?.status == 200)
        #expect(plan.downloads.first?.cutAfter == nil)
        #expect(plan.downloads.first?.isEstimated == true)
        #expect(plan.notes.contains { $0.contains("capture missed") })
    }

    @Test func `a good or a given network replaces the recorded one`() throws {
        let given = NetworkCurve.constant(bytesPerSecond: 1000, byteCount: 1000)
        #expect(try plan(.success(), ReplaySettings(network: .good)).downloads == [.unlimited])
        let settings = ReplaySettings(speed: 4, network: .curve(given))
        #expect(try plan(.success(), settings).downloads == [given])
    }

    // MARK: - Estimated

    /// A subscription sees no HTTP: only what the device tells.
    private func claimed(_ failure: FailureClass?, percents: [Double], reason: String? = nil) -> Recording {
        var recording = Recording()
        recording.offer()
        recording.add(.accept, at: 100)
        for (index, percent) in percents.enumerated() {
            recording.add(.progress, at: 1100 + index * 1000) { $0.percent = percent }
        }
        recording.session.acceptedAt = Recording.at(100)
        recording.session.claimedReason = reason
        if let failure { recording.failed(failure, claimed: failure) }
        return recording
    }

    @Test func `without a download the rate is estimated from progress and says so`() throws {
        let plan = try plan(claimed(nil, percents: [25, 20, .nan, 50, 1e300, 100]))
        let curve = try #require(plan.downloads.first)
        #expect(curve.isEstimated)
        #expect(curve.points.map(\.bytes) == [250, 500, 1000])
        #expect(curve.points.first?.offset == .seconds(1))
        #expect(plan.notes.contains { $0.contains("estimated from progress") })
    }

    @Test func `claimed bytes count before claimed percentages`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.progress, at: 1000) {
            $0.percent = 10
            $0.downloadedBytes = 300
        }
        #expect(try plan(recording).downloads.first?.points.map(\.bytes) == [300])
    }

    @Test func `an estimated curve stays bounded however many messages came`() throws {
        let recording = claimed(nil, percents: (0..<5000).map { Double($0) / 50 })
        let points = try #require(plan(recording).downloads.first?.points)
        #expect(points.count <= RateCurve.limit)
        #expect(points.last?.bytes == 999)
    }

    @Test(arguments: [
        ("404 Client Error: Not Found for url: http://h:8080/500/a.bin", 404),
        ("download failed, HTTP 503.", 503),
        ("http error", 404),
        ("code 1404 of v404", 404),
    ])
    func `a claimed HTTP error gives the status, 404 when it names none`(reason: String, status: Int) throws {
        let curve = try #require(plan(claimed(.httpError, percents: [], reason: reason)).downloads.first)
        #expect(curve.status == status)
    }

    @Test func `claimed cuts, stalls and silences are met again`() throws {
        let cut = try #require(plan(claimed(.truncated, percents: [40])).downloads.first)
        #expect(cut.cutAfter == 400 && cut.cut == .close)
        let stall = try #require(plan(claimed(.stalled, percents: [40])).downloads.first)
        #expect(stall.cutAfter == 400 && stall.cut == .stall)
        let unanswered = try #require(plan(claimed(.timedOut, percents: [])).downloads.first)
        #expect(unanswered.status == nil)
    }
}
