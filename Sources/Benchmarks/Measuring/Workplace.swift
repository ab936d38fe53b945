// The programs that are measured and the folder they work in.

import Foundation

/// A folder on the working folder's disk that is removed in the end, and the programs run in it.
final class Workplace {
    /// The file that holds what the last program said on stderr.
    static let notes = "notes.txt"

    /// The program under measurement.
    let otatape: String
    private let folder: URL

    /// Makes the folder; `otatape` must be there already.
    init(otatape: String, folder: String) throws {
        guard FileManager.default.isExecutableFile(atPath: otatape) else {
            throw ToolError(
                "There is no program \(otatape); build it with `make build`, or name it with --otatape."
            )
        }
        self.otatape = otatape
        Self.clear(folder)
        self.folder = URL(filePath: folder).appending(
            path: "run-\(ProcessInfo.processInfo.processIdentifier)"
        )
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// What a file in the folder says.
    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// Removes a store with its log, or any file.
    func remove(_ name: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            try? FileManager.default.removeItem(at: folder.appending(path: name + suffix))
        }
    }

    /// Runs a subcommand of this tool in a process of its own and decodes what it prints.
    func tool<Result: Decodable>(_ words: [String], as type: Result.Type) throws -> (Result, Cost) {
        let program = MeasuredProgram(path: "/proc/self/exe", arguments: words)
        let cost = try run(program, output: "answer.json")
        let answer = try Data(contentsOf: folder.appending(path: "answer.json"))
        return (try JSONDecoder().decode(type, from: answer), cost)
    }

    /// Runs a program; what it prints goes to a file of that name, or nowhere.
    /// - Throws: its last words, when it fails.
    func run(_ program: MeasuredProgram, output: String? = nil) throws -> Cost {
        do {
            return try program.run(output: output.map(path) ?? "/dev/null", notes: path(Self.notes))
        } catch {
            let words = (try? text(Self.notes))?.split(separator: "\n").suffix(5).joined(separator: "\n")
            throw ToolError("\(error)\n\(words ?? "")")
        }
    }

    /// Runs `otatape` with `words`.
    func otatape(_ words: [String], output: String? = nil) throws -> Cost {
        try run(MeasuredProgram(path: otatape, arguments: words), output: output)
    }

    /// Imports `capture` into a fresh store; what it says about itself goes to `import.txt`.
    func importing(_ capture: String, into store: String) throws -> Cost {
        remove(store)
        return try otatape(["import", path(capture), "--store", path(store)], output: "import.txt")
    }

    /// Makes a capture of that name.
    func generate(_ rollout: Rollout, as name: String) throws -> RolloutSummary {
        Console.note("generating \(name) …")
        return try tool(
            ["generate", path(name)] + RolloutOptions.words(for: rollout),
            as: RolloutSummary.self
        ).0
    }

    /// Removes what an interrupted run left behind: the folders of processes that are no more.
    private static func clear(_ folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard name.hasPrefix("run-"), let process = Int32(name.dropFirst(4)) else { continue }
            guard !FileManager.default.fileExists(atPath: "/proc/\(process)") else { continue }
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    /// Where a program of that name is, as a shell finds it.
    static func find(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "")
            .split(separator: ":")
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
