// `otatape-bench generate`: a capture of a rollout.

import ArgumentParser
import Foundation

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write the capture of a fleet rollout on both dialects; prints what it holds as JSON."
    )

    @Argument(help: "The capture file; replaced when it exists.")
    var file: String

    @OptionGroup var options: RolloutOptions

    func run() throws {
        let summary = try RolloutCapture.write(options.rollout, to: file)
        Console.write(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
    }
}
