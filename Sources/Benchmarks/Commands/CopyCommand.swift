// `otatape-bench copy`: the same packets in the other format.

import ArgumentParser

struct CopyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Write a capture's packets again as pcapng."
    )

    @Argument(help: "A capture file.")
    var file: String

    @Argument(help: "The pcapng file; replaced when it exists.")
    var copy: String

    func run() throws {
        try PcapngCopy.write(file, to: copy)
    }
}
