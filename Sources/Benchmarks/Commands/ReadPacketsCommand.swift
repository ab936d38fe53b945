// `otatape-bench read-packets`: libpcap alone.

import ArgumentParser
import Foundation

struct ReadPacketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-packets",
        abstract: "Read a capture with libpcap and do nothing with it; prints the counts as JSON."
    )

    @Argument(help: "A capture file.")
    var file: String

    func run() throws {
        let count = try PacketCount(ofFile: file)
        Console.write(String(decoding: try JSONEncoder().encode(count), as: UTF8.self))
    }
}
