// What the tracker lets go, and hostile input.

import Dialects
import Sessions
import Testing
import Traffic

struct LimitsTests {
    private static func tracker(_ limits: TrackerLimits = TrackerLimits()) -> SessionTracker {
        SessionTracker(rules: ["A": SessionRules()], limits: limits)
    }

    @Test func `counts progress that it no longer holds`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for step in 1...500 { transcript.progress(at: Double(step), Double(step) / 5) }
        transcript.result(at: 501, ok: true)
        var tracker = Self.tracker(TrackerLimits(messagesPerDevice: 50))
        var notebook = Notebook()
        for row in transcript.rows {
            tracker.receive(row)
            notebook.apply(tracker.takeChanges())
        }
        let session = try #require(notebook.sessions.first)
        #expect(notebook.sessions.count == 1)
        #expect(session.progressCount == 500)
        #expect(session.outcome == .ok)
        #expect(session.claimedPercent == 100)
        #expect(session.offeredAt == Transcript.at(0.002))
        #expect(notebook.tracked.values.first.map { $0.messages.count <= 51 } == true)
        #expect(notebook.filings.count == 502)
        #expect(notebook.filings.values.allSatisfy { $0.session == session.key })
    }

    @Test func `tells of the devices it lets go, and goes on counting their attempts`() {
        var transcript = Transcript("A")
        for number in 0..<40 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number))
            transcript.result(at: Double(number) + 0.5, ok: true)
        }
        transcript.device = "dev-0"
        transcript.offer(at: 50)
        var tracker = Self.tracker(TrackerLimits(devices: 8))
        for row in transcript.rows { tracker.receive(row) }
        var notebook = Notebook()
        notebook.apply(tracker.takeChanges())
        #expect(notebook.sessions.count == 41)
        #expect(notebook.sessions.last?.key.deviceID == "dev-0")
        #expect(notebook.sessions.last?.key.attempt == 2)
    }

    @Test func `tells of the devices that it lets go before it holds too many messages`() {
        var transcript = Transcript("A")
        for number in 0..<400 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number))
            transcript.result(at: Double(number) + 0.5, ok: true)
        }
        var tracker = Self.tracker(TrackerLimits(messages: 20))
        var isFull = [tracker.isFull]
        for row in transcript.rows { tracker.receive(row) }
        isFull.append(tracker.isFull)
        var notebook = Notebook()
        notebook.apply(tracker.takeChanges())
        isFull.append(tracker.isFull)
        #expect(isFull == [false, true, false])
        #expect(notebook.sessions.map(\.outcome) == Array(repeating: .ok, count: 400))
        #expect(notebook.filings.count == 800)
    }

    @Test func `says of a session that it was let go before its end, and counts its device`() throws {
        var transcript = Transcript("A")
        for number in 0..<9 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number))
            if number == 3 { transcript.result(at: 3.5, ok: true) }
        }
        var tracker = Self.tracker(TrackerLimits(devices: 8))
        for row in transcript.rows { tracker.receive(row) }
        var notebook = Notebook()
        notebook.apply(tracker.takeChanges())
        let cut = notebook.sessions.filter { $0.anomalies.contains { $0.code == .memoryLimit } }
        // The one that ended is not the first to go for nothing: it is final sooner than those under way.
        #expect(cut.map(\.key.deviceID) == ["dev-0", "dev-3"])
        #expect(cut.map(\.outcome) == [.open, .ok])
        let letGo = tracker.devicesLetGoEarly
        #expect(letGo == 2)
    }

    @Test func `lets devices go whose sessions are final before one that is silent and still under way`() {
        var transcript = Transcript("A")
        transcript.device = "dev-0"
        transcript.offer(at: 0)
        for number in 1...9 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number) * 70)
            transcript.result(at: Double(number) * 70 + 1, ok: false)
        }
        var tracker = Self.tracker(TrackerLimits(devices: 8))
        for row in transcript.rows { tracker.receive(row) }
        var notebook = Notebook()
        notebook.apply(tracker.takeChanges())
        let letGo = tracker.devicesLetGoEarly
        #expect(letGo == 0)
        #expect(notebook.sessions.count == 10)
        #expect(!notebook.sessions.flatMap(\.anomalies).contains { $0.code == .memoryLimit })
    }

    @Test func `counts progress reports beyond a device's limit as not looked at`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for step in 1...100 { transcript.progress(at: Double(step), Double(step % 2)) }
        var tracker = Self.tracker(TrackerLimits(messagesPerDevice: 20))
        var notebook = Notebook()
        for row in transcript.rows {
            tracker.receive(row)
            notebook.apply(tracker.takeChanges())
        }
        let session = try #require(notebook.sessions.first)
        #expect(session.anomalies.map(\.code).contains(.memoryLimit))
        #expect(session.progressCount == 100)
    }

    @Test func `counts downloads that had to go before it was known whose they are`() {
        var transcript = Transcript("A")
        for number in 0..<30 {
            transcript.fetch(
                "http://fw.example/other/\(number)",
                from: Double(number),
                to: Double(number) + 1
            )
        }
        var tracker = Self.tracker(TrackerLimits(transfers: 10))
        for row in transcript.rows { tracker.receive(row) }
        let letGo = tracker.downloadsLetGoEarly
        #expect(letGo == 20)
    }

    @Test func `tells only of devices that have been silent for a while, when asked to`() {
        var transcript = Transcript("A")
        for number in 0..<4 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number) * 100)
        }
        var tracker = Self.tracker()
        for row in transcript.rows { tracker.receive(row) }
        let early = tracker.takeChanges(silentFor: .seconds(150))
        #expect(early.sessions.map(\.session.key.deviceID) == ["dev-0", "dev-1"])
        #expect(tracker.takeChanges(silentFor: .seconds(150)).isEmpty)
        #expect(tracker.takeChanges().sessions.map(\.session.key.deviceID) == ["dev-2", "dev-3"])
    }

    @Test func `tells of everything at the end, also when silent devices without news were still waiting`() {
        var transcript = Transcript("B")
        for number in 0..<30 {
            transcript.device = "dev-\(number)"
            transcript.version(at: Double(number) / 10, "1.0")
        }
        transcript.device = "late"
        transcript.offer(at: 1_000, id: "m1")
        transcript.result(at: 1_001, ok: true, id: "m1")
        var tracker = Self.tracker()
        for row in transcript.rows { tracker.receive(row) }
        _ = tracker.takeChanges(atMost: 4, silentFor: .seconds(180))
        var notebook = Notebook()
        tracker.finish(at: Transcript.at(1_002))
        var changes = tracker.takeChanges(atMost: 4)
        while !changes.isEmpty {
            notebook.apply(changes)
            changes = tracker.takeChanges(atMost: 4)
        }
        #expect(notebook.sessions.map(\.key.deviceID) == ["late"])
    }

    @Test func `keeps the offer of a device that says more than is held, though nobody asks for changes`()
        throws
    {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for step in 1...900 { transcript.progress(at: Double(step) / 2, Double(step) / 9) }
        transcript.result(at: 451, ok: true)
        var tracker = Self.tracker(TrackerLimits(messages: 200, messagesPerDevice: 50))
        for row in transcript.rows { tracker.receive(row) }
        var notebook = Notebook()
        notebook.apply(tracker.takeChanges())
        let session = try #require(notebook.sessions.first)
        #expect(notebook.sessions.count == 1)
        #expect(session.progressCount == 900)
        #expect(session.outcome == .ok)
        #expect(session.toVersion != nil)
        #expect(session.offeredAt == Transcript.at(0.002))
    }

    @Test func `settles a waiting device again when its offer comes late`() {
        var transcript = Transcript("B")
        transcript.device = "first"
        transcript.offer(at: 0, id: "m1")
        transcript.device = "second"
        transcript.progress(at: 10, 5, id: "m2")
        transcript.offer(at: 9, id: "m2")
        var tracker = Self.tracker()
        for row in transcript.rows.prefix(2) { tracker.receive(row) }
        var notebook = Notebook()
        notebook.apply(tracker.takeChanges(atMost: 1))
        for row in transcript.rows.dropFirst(2) { tracker.receive(row) }
        var changes = tracker.takeChanges(atMost: 1)
        while !changes.isEmpty {
            #expect(changes.retracted.isEmpty)
            notebook.apply(changes)
            changes = tracker.takeChanges(atMost: 1)
        }
        #expect(notebook.sessions.map(\.key.command) == ["m1", "m2"])
        #expect(notebook.sessions.last?.offeredAt != nil)
    }

    @Test func `tells of many devices in portions, each once`() {
        var transcript = Transcript("A")
        for number in 0..<10 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number))
        }
        var tracker = Self.tracker()
        for row in transcript.rows { tracker.receive(row) }
        var told: [String] = []
        var changes = tracker.takeChanges(atMost: 3)
        while !changes.isEmpty {
            #expect(changes.sessions.count <= 3)
            told += changes.sessions.map(\.session.key.deviceID)
            changes = tracker.takeChanges(atMost: 3)
        }
        #expect(told == (0..<10).map { "dev-\($0)" })
    }

    @Test func `goes on counting attempts of a session it let go after its close window`() {
        var transcript = Transcript("A")
        for run in 0..<3 {
            transcript.offer(at: Double(run) * 1_000)
            transcript.result(at: Double(run) * 1_000 + 1, ok: true)
        }
        let forgetful = TrackerLimits(retention: .zero)
        let live = transcript.play(transcript.rows, step: 1, limits: forgetful)
        #expect(live.sessions.map(\.key.attempt) == [1, 2, 3])
        #expect(transcript.play(transcript.rows).sessions == live.sessions)
    }

    @Test func `counts on from the sessions of an earlier run`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        var tracker = Self.tracker()
        tracker.remember(
            Session.Key(dialect: "A", productID: "", deviceID: "dev-1", command: "c1", attempt: 4)
        )
        for row in transcript.rows { tracker.receive(row) }
        #expect(tracker.takeChanges().sessions.map(\.session.key.attempt) == [5])
    }

    @Test func `remembers the version a device reported long before its upgrade`() throws {
        var transcript = Transcript("B")
        for minute in 0..<200 { transcript.version(at: Double(minute) * 60, "1.\(minute)") }
        transcript.offer(at: 12_000, id: "m1")
        let notebook = transcript.play(transcript.rows, step: 1, limits: TrackerLimits(retention: .zero))
        #expect(notebook.sessions.map(\.fromVersion) == ["1.199"])
    }

    @Test func `keeps what a session was told of one that is let go`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.offer(at: 1, id: "m2", firmware: "f1")
        for minute in 1...30 {
            transcript.progress(at: Double(minute) * 60, Double(minute), id: "m2")
        }
        let forgetful = TrackerLimits(retention: .zero)
        let sessions = transcript.play(transcript.rows, step: 1, limits: forgetful).sessions
        #expect(sessions.map(\.state) == [.superseded, .transferring])
        #expect(sessions.last?.retryOf == sessions.first?.key)
    }

    @Test func `keeps an owned download when many others pass`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetchWhole(from: 0.1, to: 0.2)
        for number in 0..<200 {
            transcript.fetch("http://fw.example/other/\(number)", from: 1 + Double(number) / 100, to: 4)
        }
        transcript.result(at: 5, ok: true)
        var tracker = Self.tracker(TrackerLimits(transfers: 10))
        var notebook = Notebook()
        for row in transcript.rows {
            tracker.receive(row)
            notebook.apply(tracker.takeChanges())
        }
        #expect(notebook.sessions.map(\.measuredBytes) == [1_000])
    }

    @Test func `keeps a shared download while one of the gateway's children is still under way`() {
        var transcript = Transcript("B")
        transcript.gateway = "gw"
        for number in 1...2 {
            transcript.device = "dev-\(number)"
            transcript.offer(at: Double(number) / 10, id: "m1")
        }
        transcript.fetchWhole(from: 1, to: 2)
        transcript.device = "dev-1"
        transcript.say(.reject, at: 3, id: "m1")
        transcript.device = "dev-2"
        for minute in 1...20 { transcript.progress(at: Double(minute) * 60, Double(minute), id: "m1") }
        let live = transcript.play(transcript.liveRows, step: 1, limits: TrackerLimits(retention: .zero))
        #expect(live.sessions.map(\.measuredBytes) == [1_000, 1_000])
        #expect(live.transfers.values.first?.further.count == 1)
    }

    @Test func `takes a long download that is known only at its end, while other devices go on`() {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.accept(at: 1, id: "m1")
        transcript.fetchWhole(from: 2, to: 1_500)
        transcript.result(at: 1_501, ok: true, id: "m1")
        transcript.device = "dev-2"
        for minute in 1...30 { transcript.version(at: Double(minute) * 60, "1.0") }
        let live = transcript.play(transcript.liveRows, step: 1)
        #expect(live.sessions.map(\.outcome) == [.ok])
        #expect(live.sessions == transcript.play(transcript.storedRows).sessions)
    }

    // MARK: - Hostile input

    @Test(arguments: [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1])
    func `survives any claimed percentage`(percent: Double) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, percent)
        transcript.progress(at: 2, 50)
        transcript.progress(at: 3, percent)
        let session = try transcript.session(until: 900)
        #expect(session.progressCount == 3)
        #expect(session.claimedPercent?.isFinite == true)
        #expect(session.failureClass != nil)
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func `survives any size and count`(size: Int64) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0, size: size) { event in
            event.socketTimeout = .seconds(size)
            event.ackTimeout = .milliseconds(size)
        }
        transcript.progress(at: 1, 1) { event in
            event.downloadedBytes = size
            event.totalBytes = size
        }
        for status in [200, 206, 404] {
            transcript.fetch(Transcript.url, from: 1, to: 2, status: status, bytes: size) {
                $0.contentLength = size
                $0.missingBytes = size
                $0.contentRange = "bytes 0-\(size)/\(size)"
            }
        }
        transcript.result(at: 3, ok: false)
        #expect(try transcript.session(until: 900).outcome == .failed)
    }

    @Test func `survives times at the ends of their range`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 5)
        transcript.fetchWhole()
        let edges = [Int64.min, Int64.min + 1, 0, .max - 1, .max].map(Timestamp.init(nanoseconds:))
        var tracker = Self.tracker()
        var id: Int64 = 100
        for edge in edges {
            for row in transcript.rows {
                id += 1
                switch row {
                case .message(var message, _, var event):
                    message.recordedAt = edge
                    event.recordedAt = edge
                    tracker.receive(MessageSight(message, id: id), event: event)
                case .transfer(var transfer, _, let recordingID):
                    transfer.exchange.requestedAt = edge
                    transfer.exchange.endedAt = edge
                    _ = tracker.receive(transfer, id: id, recordingID: recordingID)
                }
            }
        }
        #expect(!tracker.takeChanges().sessions.isEmpty)
    }

    @Test(arguments: ["", "?", "#", "://", "http://", "http://h", "http://u:p@h:80?x", "//", "bytes"])
    func `survives any URL`(url: String) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0, url: url)
        transcript.fetch("http://fw.example", from: 1, to: 2, status: 301) { $0.location = url }
        transcript.fetch("http://fw.example/" + url, from: 3, to: 4, status: 302) {
            $0.location = "../" + url
        }
        #expect(try transcript.session().url == url)
    }
}
