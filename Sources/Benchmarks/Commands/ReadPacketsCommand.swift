// `otatape-bench read-packets`: nothing but a reader.

import ArgumentParser
import Foundation

struct ReadPacketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-packets",
        abstract: "Read a capture and do nothing with it; prints the counts as JSON."
    )

    @Argument(help: "A capture file.")
    var file: String

    @Option(help: "Whose reader: \(PacketCount.Reader.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reader = PacketCount.Reader.libpcap

    func run() throws {
        let count = try PacketCount(ofFile: file, by: reader)
        Console.write(String(decoding: try JSONEncoder().encode(count), as: UTF8.self))
    }
}

extension PacketCount.Reader: ExpressibleByArgument {}
