// Runs the built program as a user does.

import Foundation
import TestSupport

/// What a run of the program printed and how it ended.
struct ProgramRun {
    let output: String
    let notes: String
    let exitCode: Int32
}

/// The built program.
enum Program {
    /// Runs `otatape` with these words, its output piped, to its end.
    ///
    /// Waits without holding a thread: the other tests' servers and devices run on the same few.
    /// `output` is where its output goes instead of into `ProgramRun.output`.
    static func run(
        _ words: [String],
        environment: [String: String] = [:],
        output target: String? = nil
    ) async throws -> ProgramRun {
        let process = Process()
        process.executableURL = try executable
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let folder = try ScratchFolder()
        let own = try file("output", in: folder)
        let output = try target.map { try FileHandle(forWritingTo: URL(filePath: $0)) } ?? own
        let notes = try file("notes", in: folder)
        process.standardOutput = output
        process.standardError = notes
        process.standardInput = FileHandle.nullDevice
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
        return ProgramRun(
            output: try String(contentsOf: folder.url.appending(path: "output"), encoding: .utf8),
            notes: try String(contentsOf: folder.url.appending(path: "notes"), encoding: .utf8),
            exitCode: process.terminationStatus
        )
    }

    private static func file(_ name: String, in folder: ScratchFolder) throws -> FileHandle {
        let path = folder.path(name)
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    /// The program is built beside the test bundle, which is this process's own executable or its argument.
    private static var executable: URL {
        get throws {
            let candidates = CommandLine.arguments + [ProcessInfo.processInfo.processName]
            for candidate in candidates {
                let program = URL(filePath: candidate).deletingLastPathComponent().appending(path: "otatape")
                if FileManager.default.isExecutableFile(atPath: program.path) { return program }
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }
}
