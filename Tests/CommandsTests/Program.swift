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
    /// `output` is where its output goes instead of into `ProgramRun.output`.
    static func run(
        _ words: [String],
        environment: [String: String] = [:],
        output target: String? = nil
    ) async throws -> ProgramRun {
        let folder = try ScratchFolder()
        let output = folder.url.appending(path: "output")
        let notes = folder.url.appending(path: "notes")
        for file in [output, notes] { try Data().write(to: file) }
        let exitCode = try await ChildProcess.run(
            executable,
            words,
            environment: environment,
            output: target.map { URL(filePath: $0) } ?? output,
            notes: notes
        )
        return ProgramRun(
            output: try String(contentsOf: output, encoding: .utf8),
            notes: try String(contentsOf: notes, encoding: .utf8),
            exitCode: exitCode
        )
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
