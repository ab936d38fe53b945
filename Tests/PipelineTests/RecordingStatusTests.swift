// What a recorder tells its supervisor.

import Dialects
import Foundation
import Store
import TestSupport
import Testing
import Traffic

@testable import Pipeline

private func status(_ progress: RecordingProgress = RecordingProgress(), at seconds: Int64) -> RecordingStatus
{
    RecordingStatus(
        progress,
        sources: ["mqtt://h"],
        startedAt: Timestamp(seconds: 1_790_000_000),
        now: Timestamp(seconds: 1_790_000_000 + seconds),
        isWritten: true,
        pruned: 3
    )
}

/// A socket as a service manager listens on one.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(in folder: ScratchFolder) throws {
        path = folder.path("notify")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    deinit { close(descriptor) }

    /// The datagrams that have come.
    func received() -> [String] {
        var texts: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return texts }
            texts.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}

struct RecordingStatusTests {
    @Test func `is read from its file as it was written, for the owner alone, and is gone at the end`() throws
    {
        let folder = try ScratchFolder()
        let file = StatusFile(ofStoreAt: folder.path("a.sqlite"))
        #expect(try file.read() == nil)
        #expect(file.write(status(at: 1)))
        #expect(file.write(status(at: 2)))
        #expect(try file.read() == status(at: 2))
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        file.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        try Data("[".utf8).write(to: URL(filePath: file.path))
        #expect(throws: RunError.self) { try file.read() }
    }

    @Test func `has every figure under its name, in JSON and for Prometheus`() throws {
        var progress = RecordingProgress()
        progress.messagesSeen = 50
        progress.lossyOutages = 2
        var later = status(progress, at: 10)
        later.noteRate(since: status(at: 0))
        #expect(later[.messageRate] == 5)
        let object =
            try JSONSerialization.jsonObject(with: Data(StatusFile.json(later).utf8)) as? [String: Any]
        let figures = try #require(object?["figures"] as? [String: Double])
        #expect(figures["messages_seen_total"] == 50 && figures["messages_pruned_total"] == 3)
        #expect(figures["outages_lossy_total"] == 2)
        let text = MetricsText.text(later, isWell: true)
        for figure in RecordingStatus.Figure.allCases {
            #expect(figures[figure.rawValue] != nil)
            let kind = figure.isCounter ? "counter" : "gauge"
            #expect(text.contains("# TYPE otatape_\(figure.rawValue) \(kind)\notatape_\(figure.rawValue) "))
        }
        #expect(text.contains("\notatape_messages_per_second 5\n"))
        #expect(text.contains("\notatape_losses_total{kind=\"kernel_drops\"} 0\n"))
        #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
    }

    @Test func `escapes what devices say where it becomes a label`() {
        #expect(MetricsText.escaped("a\\b\"c\nd\u{1B}[31m\u{9B}é") == "a\\\\b\\\"c\\nd[31mé")
    }

    @Test func `is not well when nobody records, when it is old, and when something waits`() {
        var now = status(at: 0)
        let soon = Timestamp(seconds: 1_790_000_010)
        #expect(now.complaints(at: soon, isAlive: true).isEmpty)
        let dead = now.complaints(at: soon, isAlive: false)
        #expect(dead.count == 1)
        #expect(dead.first?.hasPrefix("no process records into the store") == true)
        #expect(dead.first?.contains("10 s ago; `otatape record` goes on") == true)
        let later = Timestamp(seconds: 1_790_000_031)
        #expect(now.complaints(at: later, isAlive: true) == ["it has said nothing for 31 s"])
        now[.storeWritable] = 0
        now.obstacle = "the spool is full"
        #expect(now.complaints(at: soon, isAlive: true).count == 2)
    }

    @Test func `tells the service manager that it is ready, alive and ending`() throws {
        let folder = try ScratchFolder()
        let manager = try NotifySocket(in: folder)
        let store = try UpgradeStore.open(path: folder.path("a.sqlite"), .createIfMissing)
        let supervisor = SupervisorSocket(environment: ["NOTIFY_SOCKET": manager.path])
        let reporter = StatusReporter(of: store, sources: ["mqtt://user:secret@h"], supervisor: supervisor)
        reporter.begin()
        reporter.report(RecordingProgress(), isWritten: true, pruned: PruneTally())
        let file = StatusFile(ofStoreAt: store.path)
        #expect(try file.read()?.sources.joined().contains("secret") == false)
        reporter.stopping()
        reporter.end()
        let told = manager.received()
        #expect(
            told.count == 3 && told.first == "READY=1"
                && told.last?.hasPrefix("STOPPING=1\nSTATUS=ending") == true
        )
        #expect(told.dropFirst().first?.hasPrefix("WATCHDOG=1\nSTATUS=0 messages kept") == true)
        #expect(try file.read() == nil)
    }

    @Test func `a recorder that waits is started, alive, and says what it waits for`() throws {
        let folder = try ScratchFolder()
        let manager = try NotifySocket(in: folder)
        let store = try UpgradeStore.open(path: folder.path("a.sqlite"), .createIfMissing)
        let supervisor = SupervisorSocket(environment: ["NOTIFY_SOCKET": manager.path])
        let reporter = StatusReporter(of: store, sources: ["mqtt://h"], supervisor: supervisor)
        reporter.wait(for: "waiting for broker mqtt://h: refused")
        let told = manager.received()
        #expect(told == ["READY=1", "WATCHDOG=1\nSTATUS=waiting for broker mqtt://h: refused"])
        let status = try #require(try StatusFile(ofStoreAt: store.path).read())
        #expect(status.complaints(at: .now(), isAlive: true) == ["waiting for broker mqtt://h: refused"])
        #expect(status[.brokerWaits] == 0)
    }

    @Test(arguments: [
        [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "/nonexistent/socket"],
        [
            "NOTIFY_SOCKET": "@" + String(repeating: "x", count: 200)
        ], ["NOTIFY_SOCKET": "relative"],
    ])
    func `holds nobody up where there is no manager`(environment: [String: String]) {
        let supervisor = SupervisorSocket(environment: environment)
        supervisor.ready()
        supervisor.alive("two\nlines")
        supervisor.stopping()
    }
}
