// The private broker's life: it must never outlast what it was started for.

@testable import BrokerLink
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PrivateBrokerTests {
    private struct Interruption: Error {}

    /// Whether the process is there (a process that waits to be reaped is).
    private func isAlive(_ processID: Int32) -> Bool {
        kill(processID, 0) == 0
    }

    @Test func `returns what the body returns and leaves no broker behind`() async throws {
        let processID = try await withPrivateBroker { broker in
            #expect(isAlive(broker.processID))
            #expect(broker.address.host == "127.0.0.1")
            return broker.processID
        }
        #expect(!isAlive(processID))
    }

    @Test func `passes the body's error on and leaves no broker behind`() async throws {
        let processID = Mutex<Int32>(0)
        await #expect(throws: Interruption.self) {
            try await withPrivateBroker { broker in
                processID.withLock { $0 = broker.processID }
                throw Interruption()
            }
        }
        #expect(!isAlive(processID.withLock { $0 }))
    }

    @Test func `leaves no broker behind when its task is cancelled`() async throws {
        let (started, start) = AsyncStream<Int32>.makeStream()
        let task = Task {
            try await withPrivateBroker { broker in
                start.yield(broker.processID)
                try await ContinuousClock().sleep(for: .seconds(3_600))
            }
        }
        let processID = try #require(await started.first { _ in true })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!isAlive(processID))
    }

    @Test func `runs in a process group of its own`() async throws {
        try await withPrivateBroker { broker in
            #expect(getpgid(broker.processID) == broker.processID)
        }
    }

    @Test func `runs several brokers at once`() async throws {
        try await withPrivateBroker { one in
            try await withPrivateBroker { other in
                #expect(one.address != other.address)
                #expect(isAlive(one.processID))
            }
        }
    }

    @Test func `removes its folder`() throws {
        let parent = FileManager.default.temporaryDirectory.path
        let folder = try BrokerFolder(below: parent)
        let path = folder.path
        try folder.writeSettings(port: 1)
        #expect(FileManager.default.fileExists(atPath: path))
        _ = consume folder
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `says how to install a missing broker`() {
        let error = #expect(throws: BrokerError.self) { try MosquittoProgram.find(in: ["/nonexistent"]) }
        #expect(error?.code == .brokerMissing)
        #expect(error?.message.contains("apt-get install mosquitto") == true)
    }

    @Test func `tries another port when one is taken`() async throws {
        try await withPrivateBroker { broker in
            let folder = try BrokerFolder(below: FileManager.default.temporaryDirectory.path)
            try folder.writeSettings(port: broker.address.port)
            let program = try MosquittoProgram.find(in: MosquittoProgram.usualFolders)
            let run = BrokerRun(
                program: program,
                settingsPath: folder.settingsPath,
                port: broker.address.port
            )
            let outcome = try await run { _ in _ = Issue.record("two brokers on one port") }
            if case .finished = outcome { Issue.record("the second broker ran") }
        }
    }

    @Test func `quotes the broker's log when it does not start`() async throws {
        let program = try MosquittoProgram.find(in: MosquittoProgram.usualFolders)
        let run = BrokerRun(program: program, settingsPath: "/nonexistent.conf", port: 1)
        let error = await #expect(throws: BrokerError.self) { _ = try await run { _ in } }
        #expect(error?.code == .brokerFailed)
        #expect(error?.cause?.contains("/nonexistent.conf") == true)
    }

    @Test func `ends what a crashed run left behind, and nothing that is in use`() async throws {
        try await withPrivateBroker { inUse in
            let parent = FileManager.default.temporaryDirectory.appending(path: "crash-\(UUID().uuidString)")
            let left = parent.appending(path: "otatape-broker-crash0")
            try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: parent) }
            let settings = left.appending(path: "mosquitto.conf")
            let user = geteuid() == 0 ? "user root\n" : ""
            try Data("listener \(try FreePort.find()) 127.0.0.1\n\(user)".utf8).write(to: settings)
            try Data().write(to: left.appending(path: "lock"))
            let process = Process()
            process.executableURL = URL(
                filePath: try MosquittoProgram.find(in: MosquittoProgram.usualFolders)
            )
            process.arguments = ["-c", settings.path]
            process.standardError = FileHandle.nullDevice
            let (ends, ended) = AsyncStream<Int32>.makeStream()
            process.terminationHandler = { ended.yield($0.terminationStatus) }
            try process.run()
            // The kernel names a process by its command line only a moment after it has started it.
            let commandLine = URL(filePath: "/proc/\(process.processIdentifier)/cmdline")
            while try Data(contentsOf: commandLine).range(of: Data(settings.path.utf8)) == nil {
                await Task.yield()
            }
            try Data("\(process.processIdentifier)\n".utf8).write(to: left.appending(path: "broker.pid"))

            BrokerFolder.sweep(below: parent.path)
            BrokerFolder.sweep(below: FileManager.default.temporaryDirectory.path)

            #expect(await ends.first { _ in true } == SIGKILL)
            #expect(!FileManager.default.fileExists(atPath: left.path))
            #expect(isAlive(inUse.processID))
        }
    }
}
