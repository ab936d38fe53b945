// Runs other programs from tests.

public import Foundation

/// Runs a program to its end without holding a thread: the other tests' servers and devices run on the same few.
public enum ChildProcess {
    /// Runs `program` with `words`; what it prints goes to the files named, or nowhere.
    ///
    /// - Returns: its exit code.
    public static func run(
        _ program: URL,
        _ words: [String],
        environment: [String: String] = [:],
        output: URL? = nil,
        notes: URL? = nil
    ) async throws -> Int32 {
        let process = Process()
        process.executableURL = program
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try output.map(FileHandle.init(forWritingTo:)) ?? .nullDevice
        process.standardError = try notes.map(FileHandle.init(forWritingTo:)) ?? .nullDevice
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
        return process.terminationStatus
    }

    /// Finds a program by its name, as a shell does.
    public static func named(_ name: String, _ words: [String], output: URL? = nil) async throws -> Int32 {
        try await run(URL(filePath: "/usr/bin/env"), [name] + words, output: output)
    }
}
